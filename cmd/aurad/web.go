package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/prometheus/exporter-toolkit/web"
)

// guarded serves with the TLS and the basic auth of a web config file, which is read again for
// every connection; nil for no file. A file that is wrong now is an error.
func guarded(file string, log *slog.Logger) (func(*http.Server, net.Listener) error, error) {
	if file == "" {
		return nil, nil
	}
	if err := web.Validate(file); err != nil {
		return nil, fmt.Errorf("--web.config.file: %w", err)
	}
	return func(srv *http.Server, l net.Listener) error {
		return web.Serve(l, srv, &web.FlagConfig{WebConfigFile: &file}, log)
	}, nil
}
