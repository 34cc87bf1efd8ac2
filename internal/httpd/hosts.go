package httpd

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
)

// Hosts are the names that an HTTP port answers to. A page that somebody visits can make their
// browser ask 127.0.0.1 under a name of its own (DNS rebinding), or ask it in that page's name;
// both show in the request's headers, and both are turned away.
type Hosts struct {
	names []string   // lower case, without port
	any   bool       // listens everywhere: every address of this machine is its own
	own   netip.Addr // the address it listens on; the zero Addr with any
}

// HostsOf are the names of a port that listens on addr: those of this machine's loopback, the
// address's own, and the names given, which are also allowed as an Origin on any port.
func HostsOf(addr net.Addr, names []string) Hosts {
	var h Hosts
	for _, n := range names {
		h.names = append(h.names, strings.ToLower(hostname(n)))
	}
	ap, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return h
	}
	h.own, h.any = ap.Addr().Unmap(), ap.Addr().IsUnspecified()
	return h
}

// Guard lets through to next what is meant for this port.
func (h Hosts) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !h.answers(r.Host):
			http.Error(w, "aurad does not answer to this Host; if it is aurad's, start it with --web.allowed-host", http.StatusMisdirectedRequest)
		case !h.welcomes(r):
			http.Error(w, "aurad does not answer the pages of others", http.StatusForbidden)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// answers reports whether host is a name of this port. An empty one, as of HTTP/1.0, is no
// browser's. An address can't be rebound, so that on a port that listens everywhere any will do.
func (h Hosts) answers(host string) bool {
	name := strings.ToLower(hostname(host))
	if host == "" || name == "localhost" || slices.Contains(h.names, name) {
		return true
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		addr = addr.Unmap()
		return h.any || addr.IsLoopback() || addr == h.own
	}
	return h.any && name == thisMachine()
}

// welcomes reports whether r comes from a page of this port's own or from no page at all. A
// browser says where a page is from with everything that can change something.
func (h Hosts) welcomes(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" && r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	for _, origin := range r.Header.Values("Origin") {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" {
			return false
		}
		if !strings.EqualFold(u.Host, r.Host) && !slices.Contains(h.names, strings.ToLower(u.Hostname())) {
			return false
		}
	}
	return true
}

// hostname is host without its port, brackets and final dot.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(host, ".")
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

func thisMachine() string {
	name, err := os.Hostname()
	if err != nil {
		return ""
	}
	return strings.ToLower(name)
}
