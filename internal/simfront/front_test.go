package simfront

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// served is a front with a handler that says which host was asked, and a client that trusts its CA.
type served struct {
	front *Front
	addr  string
	roots *x509.CertPool
	ca    *x509.Certificate
}

func serve(t *testing.T) served {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cert, caPEM, err := Certificate(time.Now(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s := served{front: New(l, cert), addr: l.Addr().String(), roots: x509.NewCertPool()}
	s.roots.AppendCertsFromPEM(caPEM)
	block, _ := pem.Decode(caPEM)
	if s.ca, err = x509.ParseCertificate(block.Bytes); err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: s.front.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host+r.URL.Path) }))}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(s.front) }()
	t.Cleanup(func() { srv.Close(); s.front.Close(); <-ended })
	return s
}

// client trusts the CA and goes through the front as its proxy, if it is told to.
func (s served) client(proxied bool) *http.Client {
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots}, DisableKeepAlives: true}
	if proxied {
		tr.Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: s.addr})
	}
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func get(t *testing.T, c *http.Client, url string) (status int, body string, err error) {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw) + resp.Header.Get("Location"), err
}

// One port: HTTPS by its own name, HTTPS in the API's name through itself, and 308 for plain HTTP.
func TestOnePort(t *testing.T) {
	s := serve(t)
	for _, row := range []struct {
		proxied bool
		url     string
		status  int
		want    string
	}{
		{false, "https://" + s.addr + "/v1/a", 200, s.addr + "/v1/a"},
		{true, "https://api.neo4j.io/v1/a", 200, "api.neo4j.io/v1/a"},
		{true, "https://" + s.addr + "/v1/a", 200, s.addr + "/v1/a"},
		{false, "http://" + s.addr + "/v1/a?b=c", 308, "https://" + s.addr + "/v1/a?b=c"},
		{true, "http://api.neo4j.io/oauth/token", 308, "https://api.neo4j.io/oauth/token"},
	} {
		if status, body, err := get(t, s.client(row.proxied), row.url); err != nil || status != row.status || body != row.want {
			t.Errorf("%s, proxied %v: %d %q %v", row.url, row.proxied, status, body, err)
		}
	}
}

// The proxy leads nowhere else.
func TestTheProxyForwardsNothing(t *testing.T) {
	s := serve(t)
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for _, target := range []string{"https://example.com/", "https://api.neo4j.io:8443/", "https://console.neo4j.io/",
		"https://" + other.Addr().String() + "/", "https://evil.api.neo4j.io/"} {
		if _, _, err := get(t, s.client(true), target); err == nil || !strings.Contains(err.Error(), "Forbidden") {
			t.Errorf("%s: %v", target, err)
		}
	}
}

// Whoever trusts the CA trusts it for the names of the simulator alone, and for a time.
func TestWhatTheCAIsGoodFor(t *testing.T) {
	s := serve(t)
	for _, name := range []string{"api.neo4j.io", "localhost", "127.0.0.1", "::1"} {
		if err := s.front.tls.Certificates[0].Leaf.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []*x509.Certificate{s.ca, s.front.tls.Certificates[0].Leaf} {
		if left := time.Until(c.NotAfter); left > lifetime || left < lifetime-time.Minute || c.NotBefore.After(time.Now()) {
			t.Errorf("%s: from %v to %v", c.Subject, c.NotBefore, c.NotAfter)
		}
	}
	cert, _, err := Certificate(time.Now(), "sim.example.org")
	if err != nil || cert.Leaf.VerifyHostname("sim.example.org") != nil {
		t.Errorf("a host of one's own: %v", err)
	}
	if !s.ca.PermittedDNSDomainsCritical || len(s.ca.PermittedDNSDomains) != 2 || !s.ca.MaxPathLenZero || len(s.ca.PermittedIPRanges) != 3 {
		t.Errorf("the CA may vouch for %v and %v", s.ca.PermittedDNSDomains, s.ca.PermittedIPRanges)
	}
	if _, _, err := get(t, http.DefaultClient, "https://"+s.addr+"/"); err == nil {
		t.Error("trusted by one who does not have the CA")
	}
}

// Clients that say nothing, or hang up, hold up nobody: neither the next one nor the end.
func TestSilentClients(t *testing.T) {
	s := serve(t)
	for range 3 {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	gone, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	if status, _, err := get(t, s.client(false), "https://"+s.addr+"/"); status != 200 {
		t.Error(err)
	}
	began := time.Now()
	s.front.Close()
	if took := time.Since(began); took > patience/2 {
		t.Errorf("the end took %v", took)
	}
	if _, err := s.front.Accept(); err == nil {
		t.Error("a closed front accepts")
	}
}
