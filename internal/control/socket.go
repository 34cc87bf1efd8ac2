package control

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/aurad/aurad/internal/httpd"
)

// SocketPath is the unix socket that a daemon answers on, for commands on the same machine.
func SocketPath(stateDir string) string { return filepath.Join(stateDir, "aurad.sock") }

// ListenSocket opens the unix socket for this user alone. A socket left by a killed process is
// replaced: the lock of the state proves that nobody serves it.
func ListenSocket(stateDir string) (net.Listener, error) {
	path := SocketPath(stateDir)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return ownersOnly{l}, os.Chmod(path, 0o600)
}

// Serve answers on l until ctx ends, as httpd.Serve does; a request over the unix socket tells its peer.
func Serve(ctx context.Context, l net.Listener, h http.Handler, begin func(*http.Server, net.Listener) error) error {
	return httpd.Serve(ctx, &http.Server{Handler: h, ConnContext: withPeer}, l, begin)
}
