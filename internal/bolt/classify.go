package bolt

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strings"
	"syscall"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// classify finds out what an error of the driver is about. What the server said goes before all;
// then what is nearest to the wire.
func classify(err error) Verdict {
	if refusal, ok := find[*neo4j.Neo4jError](err); ok {
		return ofCode(refusal.Code)
	}
	if _, ok := find[*net.DNSError](err); ok {
		return Unresolvable
	}
	switch {
	case among(err, syscall.ECONNREFUSED, syscall.EHOSTUNREACH, syscall.ENETUNREACH):
		return Refused
	case isUnsafe(err):
		return TLS
	case among(err, context.Canceled):
		return Interrupted
	case isLate(err):
		return TimedOut
	case among(err, io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE, net.ErrClosed), ofType(err, "ReadRoutingTableError", "TlsError", "PoolOutOfServers"):
		return NotReady
	}
	return Other
}

// ofCode is what Neo4j's codes mean for the credential.
func ofCode(code string) Verdict {
	switch code {
	case "Neo.ClientError.Security.Unauthorized":
		return WrongPassword
	case "Neo.ClientError.Security.AuthenticationRateLimit":
		return RateLimited
	case "Neo.ClientError.Security.CredentialsExpired", "Neo.ClientError.Security.TokenExpired":
		return Expired
	case "Neo.ClientError.Security.Forbidden":
		return Forbidden
	case "Neo.ClientError.Database.DatabaseNotFound":
		return WrongDatabase
	case "Neo.ClientError.Cluster.NotALeader", "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase":
		return ReadOnly
	}
	if strings.HasPrefix(code, "Neo.TransientError.") {
		return NotReady
	}
	return Other
}

func isUnsafe(err error) bool {
	_, verified := find[*tls.CertificateVerificationError](err)
	_, header := find[tls.RecordHeaderError](err)
	_, alert := find[tls.AlertError](err)
	return verified || header || alert
}

func isLate(err error) bool {
	timeout, ok := find[interface{ Timeout() bool }](err)
	return among(err, context.DeadlineExceeded) || ok && timeout.Timeout()
}

// said is the part of an error that a person needs.
func said(err error) string {
	if refusal, ok := find[*neo4j.Neo4jError](err); ok {
		return refusal.Code + ": " + refusal.Msg
	}
	if wrong, ok := find[x509.HostnameError](err); ok {
		return fmt.Sprintf("the certificate is for %s, not for %s", names(wrong.Certificate), wrong.Host)
	}
	if dns, ok := find[*net.DNSError](err); ok {
		return dns.Error()
	}
	chain := causes(err)
	for _, e := range chain {
		if _, ok := e.(*net.OpError); ok {
			return e.Error()
		}
	}
	return chain[len(chain)-1].Error()
}

// names are the first few that a certificate is for.
func names(c *x509.Certificate) string {
	all := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	switch {
	case len(all) == 0:
		return "nobody"
	case len(all) > 4:
		all = append(all[:4], "others")
	}
	return strings.Join(all, ", ")
}

// causes are an error and what it wraps. Most of the driver's errors have no Unwrap: their cause is
// a field, Inner or Err, and some of their types are internal.
func causes(err error) (chain []error) {
	for err != nil {
		chain = append(chain, err)
		next := errors.Unwrap(err)
		if next == nil {
			next = innerOf(err)
		}
		err = next
	}
	return chain
}

func innerOf(err error) error {
	v := reflect.ValueOf(err)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	for _, field := range []string{"Inner", "Err"} {
		if f := v.Elem().FieldByName(field); f.IsValid() && f.CanInterface() {
			if inner, ok := f.Interface().(error); ok {
				return inner
			}
		}
	}
	return nil
}

func find[T any](err error) (found T, ok bool) {
	for _, e := range causes(err) {
		if found, ok := e.(T); ok {
			return found, true
		}
	}
	return found, false
}

func among(err error, targets ...error) bool {
	for _, e := range causes(err) {
		for _, target := range targets {
			if errors.Is(e, target) {
				return true
			}
		}
	}
	return false
}

// ofType finds errors by the names of their types, where these can't be imported.
func ofType(err error, typeNames ...string) bool {
	for _, e := range causes(err) {
		for _, name := range typeNames {
			if strings.HasSuffix(fmt.Sprintf("%T", e), "."+name) {
				return true
			}
		}
	}
	return false
}
