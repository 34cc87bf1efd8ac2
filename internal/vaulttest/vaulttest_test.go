package vaulttest_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
)

// TestServer is also what `make test` runs first, with a long timeout, to build the server.
func TestServer(t *testing.T) {
	s := vaulttest.Start(t, vaulttest.Options{File: true})
	health, err := s.Client("").Sys().Health()
	if err != nil || health.Version != "1.21.4" || health.Sealed {
		t.Fatalf("health: %+v, %v", health, err)
	}
	if !strings.HasPrefix(s.Addr, "http://127.0.0.1:") {
		t.Errorf("it listens on %s", s.Addr)
	}
	s.Mount("secret", "2")
	kv := s.Client(s.RootToken).KVv2("secret")
	if _, err := kv.Put(context.Background(), "a", map[string]any{"x": "y"}); err != nil {
		t.Fatal(err)
	}
	addr := s.Addr
	s.Restart()
	if data, _ := s.Stored("secret", "a"); data["x"] != "y" || s.Addr != addr {
		t.Errorf("after a restart at %s: %v", s.Addr, data)
	}
	s.Seal()
	if status, err := s.Client("").Sys().SealStatus(); err != nil || !status.Sealed {
		t.Errorf("after Seal: %+v, %v", status, err)
	}
	s.Unseal()
	s.RestartSealed()
	if status, err := s.Client("").Sys().SealStatus(); err != nil || !status.Sealed {
		t.Errorf("after RestartSealed: %+v, %v", status, err)
	}
}

func TestServerStopsWithItsTest(t *testing.T) {
	var addr string
	t.Run("inner", func(t *testing.T) {
		s := vaulttest.Start(t, vaulttest.Options{})
		addr = s.Addr
		role, secret := s.AppRole("r", time.Minute, time.Hour, "default")
		if role == "" || secret == "" {
			t.Error("no ids")
		}
	})
	if _, err := net.Dial("tcp", strings.TrimPrefix(addr, "http://")); err == nil {
		t.Errorf("%s still answers", addr)
	}
}
