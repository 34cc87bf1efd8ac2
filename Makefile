# Everything a contributor runs. Go is the only thing these targets need.
GO ?= go

.PHONY: build test lint
build:
	$(GO) build -trimpath -o bin/aurad ./cmd/aurad

test: lint
	$(GO) test -race ./...

lint:
	@bad=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$bad" ] || { echo "gofmt: $$bad"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
