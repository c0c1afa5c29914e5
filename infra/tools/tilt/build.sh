#!/bin/sh
# Builds the pinned Tilt from Go modules and prints where it is: build.sh CACHE. Once takes some six minutes and 3 GB below Go's
# own caches; after that it only prints. Needs Go 1.26 and a C++ compiler. The result has no web interface, only a page that
# says so: enough for the tests and for `tilt up --stream`.
set -eu

version=0.37.6
here=$(cd "$(dirname "$0")" && pwd)
folder=$1/tools/tilt-$version
tilt=$folder/tilt

if [ ! -x "$tilt" ]; then
    if ! command -v go > /dev/null; then
        echo "Tilt is not built: there is no Go here (1.26 or newer)." >&2
        exit 3
    fi
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cp "$here/go.mod" "$here/go.sum" "$work"
    cd "$work"
    echo "Fetching the sources of Tilt $version" >&2
    go mod vendor
    # Tilt does not start without a page to show.
    mkdir -p vendor/github.com/tilt-dev/tilt/pkg/assets/build
    cp "$here/index.html" vendor/github.com/tilt-dev/tilt/pkg/assets/build/
    echo "Building Tilt $version: some minutes" >&2
    # The version makes it a release build; others expect their own source tree at run time.
    go build -mod=vendor -trimpath -ldflags="-s -w -X main.version=$version" -o "$work/tilt" github.com/tilt-dev/tilt/cmd/tilt
    mkdir -p "$folder"
    mv "$work/tilt" "$tilt.new"
    mv "$tilt.new" "$tilt"
fi
echo "$tilt"
