#!/bin/sh
# Deletes all data of this checkout while Tilt runs: stops what uses it, empties it, starts it again.
# Arguments: the embedded servers. Needs EMPORIUM (the command) and EMPORIUM_STATE (the state folder).
set -eu

processes="gateway payment_sandbox order catalog account"
tilt disable $processes "$@"
trap 'tilt enable "$@" $processes demo-data' EXIT

# The Tiltfile knows the ports: they outlive the data.
ports=$(cat "$EMPORIUM_STATE/ports.json")
tries=0
until "$EMPORIUM" reset --yes; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || exit 1
    sleep 1
done
(umask 077; mkdir -p "$EMPORIUM_STATE"; printf '%s\n' "$ports" > "$EMPORIUM_STATE/ports.json")
"$EMPORIUM" process --plan --launcher "$PPID" > /dev/null
