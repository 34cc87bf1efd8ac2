#!/usr/bin/env bash
# Writes a bill of materials for each tarball in DIR, and adds it to DIR/SHA256SUMS.
#
#   packaging/sbom.sh DIR
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(cd "$1" && pwd)
go=${GO:-go}
for tarball in "$dir"/aurad_*_linux_*.tar.gz; do
  tmp=$(mktemp -d)
  name=$(basename "$tarball" .tar.gz)
  tar -C "$tmp" -xzf "$tarball" "$name/aurad"
  "$go" tool -modfile=tools/go.mod cyclonedx-gomod bin -json -noserial -output "$dir/$name.cdx.json" "$tmp/$name/aurad"
  rm -rf "$tmp"
done
(cd "$dir" && sha256sum -- *.cdx.json >>SHA256SUMS && sort -u -k2 -o SHA256SUMS SHA256SUMS)
