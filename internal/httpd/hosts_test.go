package httpd_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aurad/aurad/internal/httpd"
)

// What a browser can be made to ask in somebody else's name is not answered.
func TestForeignHostsAndOriginsAreTurnedAway(t *testing.T) {
	t.Parallel()
	const (
		local = "127.0.0.1:9780"
		wide  = "[::]:9780"
		inner = "10.1.2.3:9780"
	)
	for _, tc := range []struct {
		listen, method, host, origin, site string
		want                               int
	}{
		{local, "GET", local, "", "", 200},
		{local, "GET", "localhost:9780", "", "", 200},
		{local, "GET", "LOCALHOST.", "", "", 200},
		{local, "GET", "[::1]:9780", "", "", 200},
		{local, "GET", "", "", "", 200}, // HTTP/1.0
		{local, "GET", "aurad.example.com", "", "", 200},
		{local, "GET", "Aurad.Example.com:443", "", "", 200},
		{local, "GET", "evil.example", "", "", 421},
		{local, "GET", "evil.example:9780", "", "", 421},
		{local, "GET", "127.0.0.1.evil.example", "", "", 421},
		{local, "GET", "localhost.evil.example", "", "", 421},
		{local, "GET", "xaurad.example.com", "", "", 421},
		{local, "GET", "10.1.2.3", "", "", 421},
		{local, "POST", local, "http://evil.example", "", 403},
		{local, "GET", local, "http://evil.example", "", 403},
		{local, "POST", local, "null", "", 403},
		{local, "POST", local, "http://127.0.0.1:3000", "", 403}, // another program of this machine
		{local, "POST", local, "http://" + local, "same-origin", 200},
		{local, "POST", local, "https://aurad.example.com", "", 200}, // behind a proxy
		{local, "POST", local, "", "cross-site", 403},
		{local, "GET", local, "", "cross-site", 200}, // a link to the page
		{inner, "GET", inner, "", "", 200},
		{inner, "GET", "10.1.2.4:9780", "", "", 421},
		{wide, "GET", "10.1.2.4:9780", "", "", 200}, // Prometheus at a pod's address
		{wide, "GET", "evil.example:9780", "", "", 421},
	} {
		addr, err := net.ResolveTCPAddr("tcp", tc.listen)
		must(t, err)
		h := httpd.HostsOf(addr, []string{"aurad.example.com"}).Guard(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		r := httptest.NewRequest(tc.method, "/", nil)
		r.Host = tc.host
		if tc.origin != "" {
			r.Header.Set("Origin", tc.origin)
		}
		if tc.site != "" {
			r.Header.Set("Sec-Fetch-Site", tc.site)
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != tc.want {
			t.Errorf("%+v: %d", tc, rec.Code)
		}
	}
}
