#!/usr/bin/env bash
# Tries all of a release that needs no network but the module proxy.
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
say() { echo "release-check: $*"; }
fail() { say "$*" >&2; exit 1; }

export VERSION=${VERSION:-v0.0.0-check}
for n in 1 2; do packaging/dist.sh "$tmp/$n" >/dev/null; done
cmp -s "$tmp/1/SHA256SUMS" "$tmp/2/SHA256SUMS" || fail "two builds of one source differ: $(diff "$tmp/1/SHA256SUMS" "$tmp/2/SHA256SUMS" | tr '\n' ' ')"
say "two builds are the same to the byte"
GO="$go" packaging/sbom.sh "$tmp/1"
(cd "$tmp/1" && sha256sum --quiet -c SHA256SUMS) || fail "the checksums don't fit"
say "$(wc -l <"$tmp/1/SHA256SUMS") files, and their checksums fit"
for arch in amd64 arm64; do
  tar -xzOf "$tmp/1/aurad_${VERSION#v}_linux_$arch.tar.gz" "aurad_${VERSION#v}_linux_$arch/aurad" >"$tmp/aurad-$arch"
  grep -q "github.com/spf13/cobra" "$tmp/1/aurad_${VERSION#v}_linux_$arch.cdx.json" || fail "the bill of materials for $arch does not name what the binary is made of"
done
chmod +x "$tmp/aurad-$("$go" env GOHOSTARCH)"
"$tmp/aurad-$("$go" env GOHOSTARCH)" version | grep -qF "${VERSION#v}" || fail "the binary does not say that it is $VERSION"
say "the binary says its version, and the bills of materials name its modules"
[ -n "$(ls "$tmp/1"/*.deb)" ] && [ -n "$(ls "$tmp/1"/*.rpm)" ] || fail "a package is missing"
grep -qE "^## (Unreleased|\[?${VERSION#v})" CHANGELOG.md || fail "CHANGELOG.md says nothing of $VERSION, nor what is unreleased"
say "packages and changelog are there"
