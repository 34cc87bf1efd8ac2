#!/usr/bin/env bash
# Makes a Neo4j Aura database, runs a command with it, and takes it away again, whatever becomes
# of the command.
#
#   AURA_CLIENT_ID=... AURA_CLIENT_SECRET=... AURA_TENANT_ID=... test-database.sh go test ./...
#
# The command sees NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE. It needs `aurad`
# in PATH and ci.yaml beside this folder. RUN names the database; two runs at a time need two names.
set -euo pipefail

template=${FLEET:-$(dirname "$0")/../ci.yaml}
run=ci-${RUN:-$$}
work=$(mktemp -d)
export XDG_STATE_HOME=$work

# The fleet of this run: the template's, under a name of its own.
sed "s/^  ci:/  $run:/" "$template" >"$work/fleet.yaml"

# Without its block, `sync` deletes it. A block that is suspended keeps the list from being empty,
# since a file with no instances at all never deletes.
take_away() {
  awk -v key="  $run:" '$0 == key {exit} {print}' "$work/fleet.yaml" >"$work/none.yaml"
  printf '  nobody: {type: free-db, cloud_provider: gcp, region: europe-west1, memory: 1GB, suspend: true}\n' >>"$work/none.yaml"
  mv "$work/none.yaml" "$work/fleet.yaml"
  aurad apply --yes -f "$work/fleet.yaml" >&2 || {
    echo "the database $run is still there: see above" >&2
    return 1
  }
  rm -rf "$work"
}
trap take_away EXIT

aurad apply --yes -f "$work/fleet.yaml" >&2
credential=$(aurad env "$run" -f "$work/fleet.yaml")
set -a
eval "$credential"
set +a
"$@"
