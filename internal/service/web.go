package service

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/net/netutil"

	"github.com/aurad/aurad/internal/httpd"
)

// Bounds of the HTTP port, which strangers may reach. A stream of events moves its own deadlines.
const (
	webConnections = 256
	webHeader      = 32 << 10 // bytes
	webBody        = 64 << 10 // bytes
	webHeaderTime  = 10 * time.Second
	webReadTime    = 30 * time.Second
	webWriteTime   = 2 * time.Minute // a plan waits for the turn that is under way
	webIdleTime    = 2 * time.Minute
)

// Guarded serves within the bounds, and with the TLS and the basic auth of the web config file,
// if there is one, which is read again for every connection. A file that is wrong now is an error.
func Guarded(file string, log *slog.Logger) (func(*http.Server, net.Listener) error, error) {
	if file != "" {
		if err := web.Validate(file); err != nil {
			return nil, fmt.Errorf("--web.config.file: %w", err)
		}
	}
	return func(srv *http.Server, l net.Listener) error {
		srv.ReadHeaderTimeout, srv.ReadTimeout = webHeaderTime, webReadTime
		srv.WriteTimeout, srv.IdleTimeout = webWriteTime, webIdleTime
		srv.MaxHeaderBytes = webHeader
		srv.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelDebug)
		l = netutil.LimitListener(l, webConnections)
		if file == "" {
			return srv.Serve(l)
		}
		return web.Serve(l, srv, &web.FlagConfig{WebConfigFile: &file}, log)
	}, nil
}

// public is what a port that listens on addr serves of next: to whom it is meant for, and no
// more of a request than anybody needs to send.
func public(next http.Handler, addr net.Addr, hosts []string) http.Handler {
	return httpd.HostsOf(addr, hosts).Guard(http.MaxBytesHandler(next, webBody))
}
