package vault_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aurad/aurad/internal/vaulttest"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/secrets/vault"
)

func pemFile(t *testing.T, kind string, der []byte) string {
	t.Helper()
	return file(t, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
}

// clientPair makes a certificate for a client, signed by itself.
func clientPair(t *testing.T) (pool *x509.CertPool, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "aurad"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(cert)
	return pool, pemFile(t, "CERTIFICATE", der), pemFile(t, "EC PRIVATE KEY", raw)
}

func TestCertificates(t *testing.T) {
	s := server(t, vaulttest.Options{})
	pool, certFile, keyFile := clientPair(t)
	p := unstartedProxy(t, s)
	p.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	p.StartTLS()
	caFile := pemFile(t, "CERTIFICATE", p.Certificate().Raw)
	auth := withToken(s.Token(time.Hour, 0, "aurad"))
	for _, c := range []struct {
		name string
		env  map[string]string
		want error
	}{
		{"CA and client certificate", map[string]string{"VAULT_CACERT": caFile, "VAULT_CLIENT_CERT": certFile, "VAULT_CLIENT_KEY": keyFile}, nil},
		{"no CA", map[string]string{"VAULT_CLIENT_CERT": certFile, "VAULT_CLIENT_KEY": keyFile}, secrets.ErrRefused},
		{"no client certificate", map[string]string{"VAULT_CACERT": caFile}, secrets.ErrRefused},
		{"another name", map[string]string{"VAULT_CACERT": caFile, "VAULT_CLIENT_CERT": certFile, "VAULT_CLIENT_KEY": keyFile, "VAULT_TLS_SERVER_NAME": "elsewhere.test"}, secrets.ErrRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			t.Setenv("VAULT_ADDR", p.URL)
			v := open(t, vault.Config{Auth: auth})
			check(t, v.Preflight(ctx, claim("orders")), c.want)
		})
	}
	t.Setenv("VAULT_CACERT", "/nonexistent/ca.pem")
	_, err := vault.Open(vault.Config{Auth: auth})
	check(t, err, secrets.ErrRefused)
	says(t, err, "/nonexistent/ca.pem")
}

// A standby sends a client to the active server by 307; Vault's client follows once.
func TestRedirectsOfAStandby(t *testing.T) {
	s := server(t, vaulttest.Options{})
	var hops atomic.Int32
	standby := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hops.Add(1)
		http.Redirect(w, r, s.Addr+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	}))
	defer standby.Close()
	v := open(t, vault.Config{Address: standby.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad")), HTTP: &http.Client{}})
	check(t, v.Preflight(ctx, claim("orders")), nil)
	check(t, v.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	truth(t, s, credential("orders"))
	if hops.Load() == 0 {
		t.Error("nothing was redirected")
	}
	var loop *httptest.Server
	loop = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, loop.URL+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	}))
	defer loop.Close()
	v = open(t, vault.Config{Address: loop.URL, Auth: withToken("hvs.x")})
	check(t, v.Preflight(ctx, claim("orders")), secrets.ErrUnavailable)
}

// A redirect from https to http would show the token to the network: it is not followed.
func TestRedirectToPlainHTTPIsRefused(t *testing.T) {
	s := server(t, vaulttest.Options{})
	plain := newProxy(t, s)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	}))
	defer secure.Close()
	v := open(t, vault.Config{Address: secure.URL, Auth: withToken(s.Token(time.Hour, 0, "aurad")), HTTP: secure.Client()})
	err := v.Create(ctx, credential("orders"), secrets.Claim{})
	check(t, err, secrets.ErrUnavailable)
	says(t, err, "downgrade")
	if seen := plain.requests(""); len(seen) != 0 {
		t.Errorf("in plain sight: %v", seen)
	}
}
