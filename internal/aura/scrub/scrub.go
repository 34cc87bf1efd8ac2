// Package scrub makes a server's words safe to print: one bounded line, without the client's
// secrets, which a server or a proxy may echo.
//
// It must not know what the words mean.
package scrub

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/aurad/aurad/secrets"
)

// Bounds of what is kept of a server's words, in characters.
const (
	MaxMessage = 300
	MaxName    = 100 // reason, field, request id
)

// Scrubber makes a server's words safe to print: a server or a proxy may echo what it was sent.
type Scrubber struct {
	mu     sync.Mutex
	secret []string // forms of the client secret
	tokens []string // the newest tokens, oldest first
	out    *strings.Replacer
}

// maxTokens remembered: a request may still be under way with the token before.
const maxTokens = 4

// authorization matches a header value, also one of a secret that is not ours.
var authorization = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',;]+`)

// New knows the forms that a client secret takes on its way.
func New(id string, secret secrets.Secret) *Scrubber {
	s := secret.Reveal()
	basic := url.QueryEscape(id) + ":" + url.QueryEscape(s)
	c := &Scrubber{secret: []string{
		base64.StdEncoding.EncodeToString([]byte(basic)),
		base64.StdEncoding.EncodeToString([]byte(id + ":" + s)),
		base64.StdEncoding.EncodeToString([]byte(s)),
		url.QueryEscape(s),
		s,
	}}
	c.out = c.replacer()
	return c
}

// Remember adds a token to what must not be shown.
func (s *Scrubber) Remember(token secrets.Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = append(s.tokens, token.Reveal())
	if len(s.tokens) > maxTokens {
		s.tokens = s.tokens[1:]
	}
	s.out = s.replacer()
}

// Clean makes one line of text, without secrets, of at most limit characters. Secrets go
// before the cut: half a secret at the end would no longer be recognised.
func (s *Scrubber) Clean(text string, limit int) string {
	s.mu.Lock()
	out := s.out
	s.mu.Unlock()
	text = out.Replace(OneLine(text))
	text = authorization.ReplaceAllString(text, "$1 "+secrets.Redacted)
	return Bound(text, limit)
}

// minSecret: shorter values are those of tests, and blotting them out would leave no text.
const minSecret = 4

// replacer takes the longest form first, so that none leaves a part of another behind.
func (s *Scrubber) replacer() *strings.Replacer {
	known := slices.Concat(s.secret, s.tokens)
	slices.SortFunc(known, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, v := range known {
		if len(v) >= minSecret {
			pairs = append(pairs, v, secrets.Redacted)
		}
	}
	return strings.NewReplacer(pairs...)
}

// OneLine drops control and formatting characters (terminal escapes, bidirectional overrides)
// and joins white space.
func OneLine(text string) string {
	text = strings.ToValidUTF8(text, "�")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}

// Bound cuts a text to so many characters.
func Bound(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}
