package bolt

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/plaintext"
	"github.com/aurad/aurad/secrets"
)

// Result is what came of one call, for people and for programs. It has no secret.
type Result struct {
	Verdict  Verdict
	Instance string // `orders-dev (0a1b2c3d)`
	Host     string // host and port; "" when the credential has none
	Said     string // by the server or the system, on one line; "" when there is nothing to add
	Next     string // what to do; "" when verified
}

// String is the verdict in one sentence, with the way out.
func (r Result) String() string {
	var b strings.Builder
	b.WriteString(r.Instance)
	if r.Host != "" {
		b.WriteString(" at " + r.Host)
	}
	b.WriteString(": " + r.Verdict.what())
	if r.Said != "" {
		b.WriteString(" (" + r.Said + ")")
	}
	if r.Next != "" {
		b.WriteString(". Next: " + r.Next)
	}
	return b.String()
}

// Failure is a call that did not do what it was to do.
type Failure struct {
	Result
	Doing   string // change the password
	Unknown bool   // the server may have done it all the same: its answer is missing
}

// Error implements error.
func (f *Failure) Error() string {
	if f.Unknown {
		return f.Doing + " of " + f.Result.String() + ". It may have been done: try both passwords before anything else"
	}
	return f.Doing + " of " + f.Result.String()
}

// parties are who talks to whom, and what may not be told of it.
type parties struct {
	instance, host string
	limit          time.Duration
	hidden         []secrets.Secret
}

// result says v, and with it what err says, without anything that is hidden.
func (p parties) result(v Verdict, err error) *Result {
	key, _, _ := strings.Cut(p.instance, " ")
	r := &Result{Verdict: v, Instance: p.instance, Host: p.host, Next: v.next(key)}
	switch {
	case v == TimedOut:
		r.Said = fmt.Sprintf("within %v", p.limit)
	case err != nil:
		r.Said = p.scrub(said(err))
	}
	return r
}

// scrub takes the passwords out of a text, in the forms in which one may be quoted.
func (p parties) scrub(text string) string {
	for _, s := range p.hidden {
		plain := s.Reveal()
		for _, form := range []string{plain, strings.Trim(strconv.Quote(plain), `"`), url.QueryEscape(plain), url.PathEscape(plain)} {
			if form != "" {
				text = strings.ReplaceAll(text, form, secrets.Redacted)
			}
		}
	}
	return plaintext.Line(text)
}
