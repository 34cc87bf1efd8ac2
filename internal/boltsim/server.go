package boltsim

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"
)

// Config says how a Server is reached, and how patient it is.
type Config struct {
	Address     string           // to listen on; "" is a free port of 127.0.0.1
	Certificate *tls.Certificate // nil: no TLS
	Attempts    int              // failed logins in a row before the next are refused unread; 0 is 3, as in Neo4j
	Lock        time.Duration    // for how long; 0 is 5 s, as in Neo4j
	Look        time.Duration    // how often the state of the instance is looked at; 0 is 50 ms
	Now         func() time.Time // nil is time.Now
}

// Server is the port of one instance.
type Server struct {
	config   Config
	instance Instance
	address  string
	logins   logins
	ended    sync.WaitGroup

	mu        sync.Mutex
	listener  net.Listener      // nil while the instance is paused
	conns     map[net.Conn]bool // of which some have no session yet
	sessions  map[*session]bool
	committed int
	count     int // of connections and transactions, for their names
}

// Listen opens the port of an instance, which is then its own whatever its state. Serve must follow.
func Listen(instance Instance, c Config) (*Server, error) {
	if c.Address == "" {
		c.Address = "127.0.0.1:0"
	}
	if c.Attempts == 0 {
		c.Attempts = 3
	}
	if c.Lock == 0 {
		c.Lock = 5 * time.Second
	}
	if c.Look == 0 {
		c.Look = 50 * time.Millisecond
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Server{config: c, instance: instance, address: c.Address, conns: map[net.Conn]bool{}, sessions: map[*session]bool{}}
	s.logins = logins{most: c.Attempts, lock: c.Lock}
	return s, s.open()
}

// Address is host:port, the same for as long as the server lives. It is what its routing table has.
func (s *Server) Address() string { return s.address }

// Committed is how many writes have been committed.
func (s *Server) Committed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.committed
}

// Serve answers until ctx ends; it keeps in step with the state of the instance.
func (s *Server) Serve(ctx context.Context) error {
	defer s.ended.Wait()
	defer s.close()
	tick := time.NewTicker(s.config.Look)
	defer tick.Stop()
	for {
		if err := s.follow(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// follow opens the port of an instance that is awake, and closes that of one that is not.
func (s *Server) follow() error {
	s.mu.Lock()
	open := s.listener != nil
	s.mu.Unlock()
	switch awake := s.instance.State() != Paused; {
	case awake && !open:
		return s.open()
	case !awake && open:
		s.close()
	}
	return nil
}

func (s *Server) open() error {
	l, err := net.Listen("tcp", s.address)
	if err != nil {
		return fmt.Errorf("listen for Bolt on %s: %w", s.address, err)
	}
	if at := l.Addr().String(); at != s.address { // it is chosen once
		s.address = at
	}
	if c := s.config.Certificate; c != nil {
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{*c}, MinVersion: tls.VersionTLS12})
	}
	s.mu.Lock()
	s.listener = l
	s.mu.Unlock()
	s.ended.Go(func() { s.accept(l) })
	return nil
}

func (s *Server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != nil {
		s.listener.Close()
	}
	s.listener = nil
	for conn := range s.conns {
		conn.Close()
	}
}

func (s *Server) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return // it is closed
		}
		if s.enter(l, conn) {
			s.ended.Go(func() { s.converse(conn) })
		}
	}
}

// enter notes a connection, so that close ends it; one that came too late is ended here.
func (s *Server) enter(l net.Listener, conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listener != l {
		conn.Close()
		return false
	}
	s.conns[conn] = true
	return true
}

// name counts connections and transactions.
func (s *Server) name(kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	return fmt.Sprintf("%s-%d", kind, s.count)
}
