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
fleet=$work/fleet.yaml
export STATE_DIRECTORY=$work/state

# The fleet of this run: the template's, both under a name of their own.
sed "s/^fleet: .*/fleet: $run/; s/^  ci:/  $run:/" "$template" >"$fleet"

# The id of the run's instance, as far as one is known.
instance() {
  aurad credential list -f "$fleet" --output json |
    awk -F '"' -v key="$run" '$2 == "key" {here = $4 == key} here && $2 == "instance_id" {print $4}'
}

# `removed` says what is to go, by its key and its id. Where a create ended half-way there may be an
# instance without a known id: the next `apply` finds it, or makes the one that can be named.
take_away() {
  local id
  id=$(instance) && [ -n "$id" ] || { aurad apply --yes -f "$fleet" >&2 || true; id=$(instance); }
  if [ -z "$id" ]; then
    echo "aurad knows of no database $run: see above; what it remembers is in $work" >&2
    return 1
  fi
  awk -v id="$id" -v key="$run" '/^instances:/ {print "removed: [{key: " key ", id: " id "}]\ninstances: {}"; exit} {print}' \
    "$fleet" >"$work/removed.yaml"
  mv "$work/removed.yaml" "$fleet"
  aurad apply --yes -f "$fleet" >&2 || {
    echo "the database $run ($id) is still there: see above; what is known of it is in $work" >&2
    return 1
  }
  rm -rf "$work"
}
trap take_away EXIT

aurad apply --yes -f "$fleet" >&2
credential=$(aurad env "$run" -f "$fleet")
set -a
eval "$credential"
set +a
"$@"
