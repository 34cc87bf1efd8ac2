# Everything a contributor runs. Go is all that these targets need; tests that drive another
# tool (Prometheus, a browser, systemd, dpkg) say that they are skipped where it is missing.
GO ?= go

.PHONY: build test lint demo bench crash fuzz mutate screenshots dist sbom release-check deb docs
build:
	$(GO) build -trimpath -o bin/aurad ./cmd/aurad

# All tests, with the race detector. The first run builds a Vault server for the tests, which
# takes some minutes; later ones find it in the user's cache folder.
test: lint
	$(GO) test -timeout 30m -run '^TestServer$$' ./internal/vaulttest
	$(GO) test -race -timeout 30m ./...

lint:
	@bad=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$bad" ] || { echo "gofmt: $$bad"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

# The main job on the embedded simulator, in under a minute.
demo: build
	@bin/aurad demo

# Speed of the pure core, and what waves of transitions cost in virtual time.
bench:
	$(GO) test -run '^$$' -bench . -benchmem ./spec ./spec/savings ./reconcile
	AURAD_LONG=1 $(GO) test -run '^TestLong' -timeout 30m -count=1 -v ./internal/daemon

# Every pair of deaths of the create protocol, and every mutant of it: docs/reliability.md.
crash:
	AURAD_LONG=1 $(GO) test -run '^TestLong' -timeout 90m -count=1 -v ./internal/crash

# FUZZTIME for each target in turn.
FUZZTIME ?= 20s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

# A seeded sample of small faults, put into the code one at a time: how many do its own tests notice?
# PACKAGES:SAMPLE:PERCENT; it fails when fewer are caught. Living ones are printed. The sample is one
# of a package and all that was cut out of it, so that nothing escapes by moving.
of_daemon = $(subst $(eval) ,+,$(patsubst %,internal/%/...,state create book change clock budget journal look control fleetfile))
MUTATE ?= reconcile/...:75:95 spec/...:75:95 internal/aura/...:75:90 internal/daemon/...+$(of_daemon):75:90
mutate:
	$(GO) -C tools test ./mutate
	$(GO) -C tools run ./mutate -root $(CURDIR) -most 20s -equivalents mutate/equivalents.txt $(MUTATE)

# Pictures of the status page for the docs, from a day of a simulated fleet in a real browser.
screenshots:
	mkdir -p docs/img
	AURAD_REQUIRE_TOOLS=1 $(GO) test -count=1 -run InABrowser ./internal/page -screenshots $(CURDIR)/docs/img

# What a release is made of: static binaries for linux amd64 and arm64, .deb, .rpm, checksums.
# VERSION names it; the newest tag is the default. Needs GNU tar; nfpm comes as a Go tool.
dist:
	GO="$(GO)" packaging/dist.sh dist

# What a released binary is made of: a bill of materials in CycloneDX's form, from the binary's own record
# of its modules.
sbom:
	GO="$(GO)" packaging/sbom.sh dist

# All of a release that needs no network but the module proxy, in a folder that goes with it: built twice
# to the same bytes, checksums that fit, a bill of materials, an entry in the changelog.
release-check:
	GO="$(GO)" packaging/releasecheck.sh

# The same for this machine's architecture alone, which is quicker.
deb:
	GO="$(GO)" ARCHS="$$($(GO) env GOARCH)" packaging/dist.sh dist

# Rewrites what the manual takes from the code: the reference of fleet.yaml, tables, outputs.
docs:
	$(GO) test ./internal/manual -count=1 -update
