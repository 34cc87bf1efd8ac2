package cli

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/aurad/aurad/internal/aurasim"
)

// With a web config file the HTTP port speaks TLS and asks who is there; the unix socket, which
// only its owner can reach, stays as it is.
func TestRunServesTLSWithBasicAuth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, aurasim.Config{})
	w.fleet("instances: {dev: {}}\n")
	contains(t, w.must(1, "run", "--web.config.file", w.path("none.yml")).err, "--web.config.file: ")
	trusted := w.certificate()
	hash, err := bcrypt.GenerateFromPassword([]byte("let me in"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	file := w.write("web.yml", "tls_server_config: {cert_file: cert.pem, key_file: key.pem}\nbasic_auth_users: {ann: \""+string(hash)+"\"}\n")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	r := w.start("--listen", address, "--web.config.file", file)

	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, ServerName: "example.com"}}}
	defer client.CloseIdleConnections()
	for password, want := range map[string]int{"": http.StatusUnauthorized, "let me out": http.StatusUnauthorized, "let me in": http.StatusOK} {
		req, err := http.NewRequest(http.MethodGet, "https://"+address+"/metrics", nil)
		if err != nil {
			t.Fatal(err)
		}
		if password != "" {
			req.SetBasicAuth("ann", password)
		}
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("password %q: %s, want %d", password, resp.Status, want)
		}
	}
	if resp, err := http.Get("http://" + address + "/metrics"); err == nil {
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			t.Error("the port speaks plain HTTP too")
		}
	}
	if code := r.terminate(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// certificate writes the certificate that httptest uses, and returns what trusts it.
func (w *world) certificate() *x509.CertPool {
	w.t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	pair := server.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		w.t.Fatal(err)
	}
	var cert strings.Builder
	if err := pem.Encode(&cert, &pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}); err != nil {
		w.t.Fatal(err)
	}
	w.write("cert.pem", cert.String())
	w.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	return pool
}
