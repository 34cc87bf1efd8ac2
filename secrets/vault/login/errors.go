package login

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/secrets"
)

// maxReply is how many bytes of a server's answer an error repeats.
const maxReply = 300

// casMismatch is what KV v2 answers, with status 400, when the version differs.
const casMismatch = "check-and-set parameter did not match the current version"

// Classed is err with a class of the package secrets, on one line and without the token.
func (s *Session) Classed(err error) error {
	class, text := classOf(err), s.scrub(describe(err))
	if !errors.Is(err, class) {
		text = class.Error() + ": " + text
	}
	return &cause{class, text, err}
}

// cause shows a scrubbed text, is of one class, and matches the context errors behind it.
type cause struct {
	class error
	text  string
	err   error
}

// Error is the text without the token.
func (c *cause) Error() string { return c.text }

// Is tells the class, and the context errors behind it.
func (c *cause) Is(target error) bool {
	switch target {
	case secrets.ErrMissing, secrets.ErrTaken, secrets.ErrUnavailable, secrets.ErrRefused:
		return target == c.class
	}
	return errors.Is(c.err, target)
}

// classOf says what an error means to the caller.
//
//	sealed, standby, 5xx, 429, 472, 473, 412, no connection, timeout   ErrUnavailable
//	403, other 4xx, an untrusted certificate                           ErrRefused
//	cas mismatch                                                       ErrTaken
//	404 of a secret                                                    ErrMissing
func classOf(err error) error {
	for _, class := range []error{secrets.ErrMissing, secrets.ErrTaken, secrets.ErrUnavailable, secrets.ErrRefused} {
		if errors.Is(err, class) {
			return class
		}
	}
	if errors.Is(err, api.ErrSecretNotFound) {
		return secrets.ErrMissing
	}
	var reply *api.ResponseError
	if errors.As(err, &reply) {
		return classOfReply(reply)
	}
	if untrusted(err) {
		return secrets.ErrRefused
	}
	return secrets.ErrUnavailable
}

func classOfReply(r *api.ResponseError) error {
	text := strings.Join(r.Errors, " ")
	switch {
	case r.StatusCode >= 470 || r.StatusCode == http.StatusTooManyRequests || r.StatusCode == http.StatusPreconditionFailed:
		return secrets.ErrUnavailable
	case r.StatusCode == http.StatusBadRequest && strings.Contains(text, casMismatch):
		return secrets.ErrTaken
	case r.StatusCode == http.StatusBadRequest && strings.Contains(text, "will be unavailable for a brief period"):
		return secrets.ErrUnavailable // a KV mount that is being upgraded
	}
	return secrets.ErrRefused
}

func untrusted(err error) bool {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var remote *net.OpError // a server that rejects our certificate says so by an alert
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &remote) && remote.Op == "remote error"
}

// Forbidden says whether Vault refused for want of a right.
func Forbidden(err error) bool {
	var reply *api.ResponseError
	return errors.As(err, &reply) && reply.StatusCode == http.StatusForbidden
}

// describe puts Vault's many-lined errors on one line; our own need no change.
func describe(err error) string {
	var reply *api.ResponseError
	switch {
	case errors.Is(err, classOf(err)):
		return err.Error()
	case errors.As(err, &reply):
		return fmt.Sprintf("%s %s answered %d: %s", reply.HTTPMethod, redacted(reply.URL), reply.StatusCode, reason(reply))
	}
	var lost *url.Error
	if errors.As(err, &lost) {
		return fmt.Sprintf("%s %s: %s", lost.Op, redacted(lost.URL), oneLine(lost.Err.Error()))
	}
	return oneLine(err.Error())
}

// reason never repeats what is not Vault's: the page of a proxy may quote the request.
func reason(r *api.ResponseError) string {
	if r.RawError {
		return fmt.Sprintf("%s, in a form that is not Vault's (is there a proxy in between?)", http.StatusText(r.StatusCode))
	}
	return oneLine(strings.Join(r.Errors, "; "))
}

// redacted drops a password and the query, which says nothing to a person.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(an address that can't be read)"
	}
	u.RawQuery = ""
	return u.Redacted()
}

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxReply {
		text = strings.ToValidUTF8(text[:maxReply], "") + " ..."
	}
	return text
}
