#!/usr/bin/env bash
# Builds what a release is made of into OUT: static stripped binaries in tarballs, .deb and .rpm
# packages, and SHA256SUMS. The same source and version give the same bytes.
#
#   packaging/dist.sh [OUT]        OUT is dist if absent
#
# VERSION           default: the newest tag v*, or a pseudo-version of the commit
# ARCHS             default: "amd64 arm64"
# SOURCE_DATE_EPOCH default: the time of the commit
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-dist}
go=${GO:-go}
archs=${ARCHS:-amd64 arm64}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
describe() {
  git describe --tags --match 'v[0-9]*' --dirty 2>/dev/null && return
  TZ=UTC git log -1 --format=v0.0.0-%cd-%h --date=format-local:%Y%m%d%H%M%S 2>/dev/null || echo v0.0.0-unknown
}
export VERSION=${VERSION:-$(describe)}

rm -rf "$out"
mkdir -p "$out/stage"
out=$(cd "$out" && pwd)
export STAGE=$out/stage
export CGO_ENABLED=0 GOOS=linux

build() { # ARCH -> STAGE/ARCH/aurad
  GOARCH=$1 "$go" build -trimpath -buildvcs=false -ldflags "-s -w -X main.release=$VERSION" -o "$STAGE/$1/aurad" ./cmd/aurad
}

# What every architecture shares is written by the binary of the one at hand.
share() {
  local host
  host=$(env -u GOOS "$go" env GOHOSTARCH)
  [ -x "$STAGE/$host/aurad" ] || build "$host"
  mkdir -p "$STAGE/man" "$STAGE/completions"
  "$STAGE/$host/aurad" man "$STAGE/man"
  gzip -9n "$STAGE"/man/*.1
  for shell in bash zsh fish; do "$STAGE/$host/aurad" completion "$shell" >"$STAGE/completions/$shell"; done
  "$STAGE/$host/aurad" schema >"$STAGE/fleet.schema.json"
  cp -r examples "$STAGE/examples"
  find "$STAGE/examples" -name '*_test.go' -delete
}

tarball() {
  local name=aurad_${VERSION#v}_linux_$1 dir
  dir=$STAGE/$name
  mkdir -p "$dir"
  cp -r "$STAGE/$1/aurad" LICENSE README.md systemd/*.service systemd/*.timer packaging/fleet.yaml \
    "$STAGE/man" "$STAGE/completions" "$STAGE/fleet.schema.json" "$STAGE/examples" "$dir"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --mode=u=rwX,go=rX \
    -C "$STAGE" -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
}

packages() {
  for format in deb rpm; do
    ARCH=$1 GOOS= GOFLAGS= "$go" tool -modfile=tools/go.mod nfpm package -f packaging/nfpm.yaml -p $format -t "$out/" >/dev/null
  done
}

for arch in $archs; do build "$arch"; done
share
for arch in $archs; do
  tarball "$arch"
  packages "$arch"
done
rm -rf "$STAGE"
(cd "$out" && sha256sum -- *.tar.gz *.deb *.rpm >SHA256SUMS)
echo "aurad $VERSION in $out:"
ls -l "$out" | awk 'NR > 1 {print "  " $5 "\t" $9}'
