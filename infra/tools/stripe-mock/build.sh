#!/bin/sh
# Builds the pinned stripe-mock from Go modules and prints where it is: build.sh CACHE. Once takes some seconds and 50 MB below
# Go's own caches; after that it only prints. Needs Go 1.26.
set -eu

version=0.203.0
here=$(cd "$(dirname "$0")" && pwd)
folder=$1/tools/stripe-mock-$version
mock=$folder/stripe-mock

if [ ! -x "$mock" ]; then
    if ! command -v go > /dev/null; then
        echo "stripe-mock is not built: there is no Go here (1.26 or newer)." >&2
        exit 3
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cp "$here/go.mod" "$here/go.sum" "$work"
    cd "$work"
    echo "Building stripe-mock $version" >&2
    # go.sum has the checksum of every module; without its readonly mode a missing one would be fetched unpinned.
    go build -mod=readonly -trimpath -ldflags="-s -w -X main.version=$version" -o "$work/stripe-mock" github.com/stripe/stripe-mock
    mkdir -p "$folder"
    mv "$work/stripe-mock" "$mock.new"
    mv "$mock.new" "$mock"
fi
echo "$mock"
