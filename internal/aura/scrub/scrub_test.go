package scrub

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aurad/aurad/secrets"
)

// TestScrubberTakesTheLongestFirst: a secret that begins like another leaves no tail behind.
func TestScrubberTakesTheLongestFirst(t *testing.T) {
	s := New("i", secrets.NewSecret("unused"))
	s.Remember(secrets.NewSecret("abcdef"))
	s.Remember(secrets.NewSecret("abcdefghij"))
	if got := s.Clean("x abcdefghij y", MaxMessage); got != "x "+secrets.Redacted+" y" {
		t.Error(got)
	}
}

// TestShortSecretsAreBlottedOut from four characters on, and the newest four tokens.
func TestShortSecretsAreBlottedOut(t *testing.T) {
	s := New("id", secrets.NewSecret("abcd"))
	if got := s.Clean("it was abcd", 100); strings.Contains(got, "abcd") {
		t.Error(got)
	}
	for i := range 6 {
		s.Remember(secrets.NewSecret(fmt.Sprint("token-", i)))
	}
	if got := s.Clean("token-1 token-2 token-5", 100); !strings.HasPrefix(got, "token-1 ") || strings.Contains(got, "token-2") || strings.Contains(got, "token-5") {
		t.Error(got)
	}
}
