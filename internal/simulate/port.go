package simulate

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/simfront"
)

// port is where a simulator serves.
type port struct {
	address string          // host and port
	ca      string          // the file of the CA, in a folder of its own; "": no TLS
	front   *simfront.Front // nil: no TLS
}

// reachable is the address as one who asks on this machine types it.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return a.String()
}

// secure puts TLS before the listener, and the CA into a file. listen is the address as asked for.
func (s *port) secure(l net.Listener, listen string, now time.Time) (net.Listener, error) {
	host, _, _ := net.SplitHostPort(listen)
	cert, ca, err := simfront.Certificate(now, host)
	if err != nil {
		l.Close()
		return nil, fmt.Errorf("--tls: %w", err)
	}
	if err := s.keep(ca); err != nil {
		l.Close()
		return nil, fmt.Errorf("--tls: keep the CA for clients to read: %w", err)
	}
	s.front = simfront.New(l, cert)
	return s.front, nil
}

func (s *port) keep(ca []byte) error {
	dir, err := os.MkdirTemp("", "aurad-sim-")
	if err != nil {
		return err
	}
	s.ca = filepath.Join(dir, "ca.pem")
	if err := os.Chmod(dir, 0o755); err != nil { // a client may run as another user
		return err
	}
	return os.WriteFile(s.ca, ca, 0o644)
}

// forget removes the file of the CA, whose key is gone.
func (s *port) forget() error { return os.RemoveAll(filepath.Dir(s.ca)) }

func (s *port) baseURL() string {
	if s.front != nil {
		return "https://" + s.address
	}
	return "http://" + s.address
}

func (s *port) handler(sim *aurasim.Sim) http.Handler {
	if s.front != nil {
		return s.front.Handler(sim)
	}
	return sim
}
