package plaintext

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"unicode"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"orders-prod, Bestellungen für Köln, 注文, заказы 🚀": "orders-prod, Bestellungen für Köln, 注文, заказы 🚀",
		"red\x1b[31m":                 `red\u001b[31m`,
		"two\nlines\tand\rmore":       `two\u000alines\u0009and\u000dmore`,
		"\u202egnp.exe":               `\u202egnp.exe`,
		"\u2066a\u2067b\u2068c\u2069": `\u2066a\u2067b\u2068c\u2069`,
		"or\u200bders":                `or\u200bders`,
		"\ufefforders":                `\ufefforders`,
		"or\u00adders":                `or\u00adders`,
		"\u3164":                      `\u3164`,
		"tag\U000e0041":               `tag\U000e0041`,
		"next\u0085line\u2028x":       `next\u0085line\u2028x`,
		"no\u00a0break":               "no break",
		"cut\xff":                     "cut\ufffd", // the replacement character itself
	} {
		if got := Line(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
	if got := Lines("a\n\tb\r\n"); got != "a\n\tb\\u000d\n" {
		t.Errorf("lines are shown as %q", got)
	}
}

// No character that a reader can't see, whichever Unicode has, comes through.
func TestNothingHiddenIsShown(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		hidden := unicode.In(r, unicode.C, unicode.Zl, unicode.Zp, unicode.Bidi_Control, unicode.Join_Control, unicode.Other_Default_Ignorable_Code_Point)
		if hidden && strings.ContainsRune(Line("a"+string(r)+"b"), r) && r != unicode.ReplacementChar {
			t.Errorf("%U comes through", r)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\u202eb\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		once := Line(s)
		if Line(once) != once {
			t.Errorf("%q is shown as %q, and that as %q", s, once, Line(once))
		}
		if strings.ContainsFunc(once, func(r rune) bool { return !Visible(r) }) {
			t.Errorf("%q is shown as %q", s, once)
		}
	})
}

// JSON means what it meant, whatever is in it, and shows nothing that Line would not.
func TestJSON(t *testing.T) {
	t.Parallel()
	was := map[string]string{"\u202ename\u200b": "\U000e0041\u00a0 \x7f é 🚀 \n"}
	raw, err := json.MarshalIndent(was, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	safe := JSON(raw)
	if Lines(string(safe)) != string(safe) || !strings.Contains(string(safe), "🚀") {
		t.Errorf("%s is shown", safe)
	}
	var is map[string]string
	if err := json.Unmarshal(safe, &is); err != nil || !maps.Equal(is, was) {
		t.Errorf("%q became %q, %v", was, is, err)
	}
}
