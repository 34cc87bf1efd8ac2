package crash

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// needles are the forms in which a secret could hide in an output.
func needles(secret string) map[string]string {
	quoted, _ := json.Marshal(secret)
	percent := ""
	for i := range len(secret) {
		percent += fmt.Sprintf("%%%02X", secret[i])
	}
	found := map[string]string{
		"plain":                 secret,
		"plain, its first half": secret[:(len(secret)+1)/2],
		"JSON":                  string(quoted[1 : len(quoted)-1]),
		"Go":                    strings.Trim(strconv.Quote(secret), `"`),
		"HTML":                  html.EscapeString(secret),
		"hex":                   hex.EncodeToString([]byte(secret)),
		"HEX":                   strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"URL query":             url.QueryEscape(secret),
		"URL path":              url.PathEscape(secret),
		"URL, every byte":       percent,
		"url, every byte":       strings.ToLower(percent),
		"bytes as numbers":      strings.Trim(fmt.Sprint([]byte(secret)), "[]"),
		"base32":                strings.TrimRight(base32.StdEncoding.EncodeToString([]byte(secret)), "="),
	}
	for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
		for offset := range 3 {
			found[fmt.Sprintf("%s at %d", name, offset)] = aligned(enc, secret, offset)
		}
	}
	return found
}

// aligned is what of the base64 of a longer text is secret's alone, if secret begins at a byte
// that is offset after a multiple of three.
func aligned(enc *base64.Encoding, secret string, offset int) string {
	text := enc.EncodeToString([]byte(strings.Repeat("x", offset) + secret))
	return text[(8*offset+5)/6 : 8*(offset+len(secret))/6]
}

// hidden names the forms of secret that are in text.
func hidden(text []byte, secret string) (forms []string) {
	for form, needle := range needles(secret) {
		if bytes.Contains(text, []byte(needle)) {
			forms = append(forms, form)
		}
	}
	return forms
}

// Each form is found, wherever it stands; a text without the secret has none.
func TestNeedles(t *testing.T) {
	const secret = `c4n/ary+é"&<secret>=`
	for offset := range 7 {
		around := strings.Repeat("!", offset)
		for name, text := range map[string]string{
			"plain":  around + secret + around,
			"std":    base64.StdEncoding.EncodeToString([]byte(around + secret + around)),
			"url":    base64.URLEncoding.EncodeToString([]byte(around + secret + around)),
			"raw":    around + base64.RawStdEncoding.EncodeToString([]byte(secret)),
			"hex":    hex.EncodeToString([]byte(around + secret)),
			"query":  url.QueryEscape(around + secret),
			"json":   fmt.Sprintf("%q", around+secret),
			"struct": fmt.Sprint([]byte(around + secret + around)),
			"half":   around + secret[:len(secret)/2+2],
		} {
			if len(hidden([]byte(text), secret)) == 0 {
				t.Errorf("not found as %s at %d: %s", name, offset, text)
			}
		}
	}
	if forms := hidden([]byte("c4nary "+base64.StdEncoding.EncodeToString([]byte("another secret"))), secret); forms != nil {
		t.Errorf("found what is not there: %q", forms)
	}
}
