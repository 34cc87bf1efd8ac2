package secrets_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/aurad/aurad/secrets"
)

func credential() secrets.Credential {
	return secrets.Credential{
		Key: "orders-dev", InstanceID: "ab12cd34", InstanceName: "Orders (dev)",
		URI: "neo4j+s://ab12cd34.databases.neo4j.io", Username: "neo4j",
		Password: secrets.NewSecret("pa-ss_word"), Database: "neo4j",
	}
}

// reveal makes a credential comparable field by field.
func reveal(c secrets.Credential) map[string]string {
	m := map[string]string{"key": c.Key}
	for _, p := range c.Env() {
		m[p.Name] = p.Value.Reveal()
	}
	return m
}

func TestFormatEnv(t *testing.T) {
	want := `NEO4J_URI=neo4j+s://ab12cd34.databases.neo4j.io
NEO4J_USERNAME=neo4j
NEO4J_PASSWORD=pa-ss_word
NEO4J_DATABASE=neo4j
AURA_INSTANCEID=ab12cd34
AURA_INSTANCENAME='Orders (dev)'
`
	if diff := cmp.Diff(want, string(secrets.FormatEnv(credential()))); diff != "" {
		t.Error(diff)
	}
}

func TestQuote(t *testing.T) {
	for value, want := range map[string]string{
		"":            "''",
		"plain-1_2":   "plain-1_2",
		"two words":   "'two words'",
		"~home":       "'~home'",
		"a#b":         "'a#b'",
		`a\b`:         `'a\b'`,
		"$HOME `id`":  "'$HOME `id`'",
		"it's":        `"it's"`,
		"it's $5 `x`": "\"it's \\$5 \\`x\\`\"",
		`'"\`:         `"'\"\\"`,
		"a\nb":        "'a\nb'",
		"Ålesund 🚀":   "'Ålesund 🚀'",
	} {
		if got := secrets.Quote(value); got != want {
			t.Errorf("Quote(%q) = %s, want %s", value, got, want)
		}
	}
}

// nasty draws strings that are likely to break a quoting rule, without NUL.
func nasty() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{"'", `"`, "$", "`", `\`, "\n", "\r", " ", "#", "=", "!", "$(id)", "${HOME}", "é", "\u2028", "\t", `\n`, `\'`, "export ", "A=b"}),
		rapid.StringN(0, 4, -1),
	)
	return rapid.Custom(func(t *rapid.T) string {
		s := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
		return strings.ReplaceAll(s, "\x00", "")
	})
}

func nastyCredential(t *rapid.T) secrets.Credential {
	c := credential()
	c.InstanceID = "i" + nasty().Draw(t, "id")
	c.InstanceName = nasty().Draw(t, "name")
	c.URI = nasty().Draw(t, "uri")
	c.Username = nasty().Draw(t, "username")
	c.Password = secrets.NewSecret("p" + nasty().Draw(t, "password"))
	c.Database = nasty().Draw(t, "database")
	return c
}

func TestEnvRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := nastyCredential(t)
		got, err := secrets.ParseEnv(c.Key, secrets.FormatEnv(c))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(reveal(c), reveal(got)); diff != "" || !c.Equal(got) {
			t.Fatal(diff)
		}
	})
}

// A real shell sources what FormatEnv wrote and must hold the same bytes, with nothing run.
func TestEnvIsSafeForShells(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	script := "set -eu; eval \"$1\"; shift; for n; do eval \"printf '%s\\\\0' \\\"\\$$n\\\"\"; done"
	rapid.Check(t, func(t *rapid.T) {
		if rapid.IntRange(0, 3).Draw(t, "one in four") != 0 {
			return // each case starts a process
		}
		c := nastyCredential(t)
		args := []string{"-c", script, "sh", string(secrets.FormatEnv(c))}
		want := ""
		for _, p := range c.Env() {
			args = append(args, p.Name)
			want += p.Value.Reveal() + "\x00"
		}
		out, err := exec.Command(sh, args...).CombinedOutput()
		if err != nil || string(out) != want {
			t.Fatalf("sh read %q (%v), want %q", out, err, want)
		}
	})
}

func TestParseEnvReadsAurasOwnFile(t *testing.T) {
	text := "# Wait 60 seconds before connecting\r\nexport NEO4J_URI=neo4j+s://x\r\n\nNEO4J_PASSWORD=s3cret\nAURA_INSTANCEID=ab12\nAURA_INSTANCENAME=My Instance\nOTHER=1\n"
	c, err := secrets.ParseEnv("k", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if c.URI != "neo4j+s://x" || c.InstanceName != "My Instance" || c.Password.Reveal() != "s3cret" {
		t.Errorf("read %v", reveal(c))
	}
}

func TestParseEnvErrorsNameTheLineAndQuoteNothing(t *testing.T) {
	for text, where := range map[string]string{
		"A=1\nNEO4J_PASSWORD='hunter2\n":            "line 2",
		"NEO4J_PASSWORD=\"hunter2\n":                "line 1",
		"A=1\n\n# c\nhunter2\n":                     "line 4",
		"NEO4J_PASSWORD='hunter2' trailing\n":       "line 1",
		"NEO4J_PASSWORD=\"hunter2 $HOME\"\n":        "line 1",
		"NEO4J_PASSWORD=hunter2\nNEO4J_PASSWORD=x":  "line 2",
		"NEO4J_PASSWORD=hunter2 # comment":          "line 1",
		"NEO4J_PASSWORD=hunter2\n":                  "AURA_INSTANCEID",
		"AURA_INSTANCEID=hunter2\nNEO4J_PASSWORD=":  "NEO4J_PASSWORD",
		"hunter2 AURA_INSTANCEID=1\nNEO4J_USERNAME": "line 1",
	} {
		_, err := secrets.ParseEnv("k", []byte(text))
		if err == nil || !strings.Contains(err.Error(), where) || leaks(err.Error()) {
			t.Errorf("%q: %v; want an error that says %s", text, err, where)
		}
	}
}

func FuzzParseEnv(f *testing.F) {
	f.Add("NEO4J_PASSWORD='a'\nAURA_INSTANCEID=\"b\\$\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := secrets.ParseEnv("k", []byte(text))
		if err != nil {
			return
		}
		again, err := secrets.ParseEnv("k", secrets.FormatEnv(c))
		if err != nil || !again.Equal(c) {
			t.Fatalf("%q does not survive: %v", text, err)
		}
	})
}

func TestValidKey(t *testing.T) {
	for _, key := range []string{"a", "0", "orders-dev", "a-", strings.Repeat("a", 30)} {
		if err := secrets.ValidKey(key); err != nil {
			t.Error(err)
		}
	}
	for _, key := range []string{
		"", "-a", "A", "a_b", "a.b", "..", "../x", "a/b", "a/../b", "a%2fb", "a%2e%2e", `a\b`, "a b", "a\n", "a\x00",
		"å", "а", "a\u200b", "a\u202e", "a／b", "a․․b", "‥", strings.Repeat("a", 31), "metadata/x", "a?version=1", "a#b", "a+b",
	} {
		if err := secrets.ValidKey(key); !errors.Is(err, secrets.ErrRefused) {
			t.Errorf("ValidKey(%q) = %v", key, err)
		}
	}
}

func TestValidateRefusesWhatCanNotBeStored(t *testing.T) {
	for name, spoil := range map[string]func(*secrets.Credential){
		"key":         func(c *secrets.Credential) { c.Key = "../x" },
		"instance id": func(c *secrets.Credential) { c.InstanceID = "" },
		"password":    func(c *secrets.Credential) { c.Password = secrets.Secret{} },
		"NUL":         func(c *secrets.Credential) { c.InstanceName = "a\x00b" },
		"not UTF-8":   func(c *secrets.Credential) { c.Password = secrets.NewSecret("hunter2\xff") },
		"NUL hidden":  func(c *secrets.Credential) { c.Password = secrets.NewSecret("hunter2\x00") },
	} {
		c := credential()
		spoil(&c)
		if err := c.Validate(); !errors.Is(err, secrets.ErrRefused) || leaks(err.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := credential().Validate(); err != nil {
		t.Error(err)
	}
}
