package simulate

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/httpd"
	"github.com/aurad/aurad/internal/simbolt"
	"github.com/aurad/aurad/internal/simfront"
)

// port is where a simulator serves.
type port struct {
	address string          // host and port
	ca      string          // the file of the CA, in a folder of its own; "": there is none
	front   *simfront.Front // nil: no TLS
	bolt    *simbolt.Ports  // nil: the databases don't answer
}

// reachable is the address as one who asks on this machine types it.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return a.String()
}

// secure makes a CA, which goes into a file, and puts TLS before the listener, before the databases,
// or before both, as o has it. account is the clock of what is simulated.
func (s *port) secure(l net.Listener, o Options, now, account func() time.Time) (net.Listener, error) {
	host, _, _ := net.SplitHostPort(o.Listen)
	cert, ca, err := simfront.Certificate(now(), host)
	if err != nil {
		l.Close()
		return nil, fmt.Errorf("TLS: %w", err)
	}
	if err := s.keep(ca); err != nil {
		l.Close()
		return nil, fmt.Errorf("TLS: keep the CA for clients to read: %w", err)
	}
	if o.Bolt {
		s.bolt = simbolt.New(cert, account)
	}
	if !o.TLS {
		return l, nil
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

// serve answers for the API, and for its databases if they are to answer, until ctx ends or one of
// both fails.
func (s *port) serve(ctx context.Context, sim *aurasim.Sim, l net.Listener) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return httpd.Serve(ctx, &http.Server{Handler: s.handler(sim)}, l, nil) })
	if s.bolt != nil {
		g.Go(func() error { return s.bolt.Serve(ctx, sim) })
	}
	return g.Wait()
}
