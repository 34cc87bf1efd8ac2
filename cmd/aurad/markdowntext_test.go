package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

func TestMarkdownText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"in the file, not in Aura":       "in the file, not in Aura",
		"Plan: 2 to create (about $66).": "Plan: 2 to create (about $66).",
		"see http://evil.example/x":      "see `http://evil.example/x`",
		"www.evil.example":               "`www.evil.example`",
		"@everyone":                      "`@everyone`",
		"![x](y)":                        "`![x](y)`",
		"fixes #12, org/repo#3, GH-4":    "fixes `#12,` `org/repo#3,` `GH-4`",
		"instance 0a1b2c3d":              "instance `0a1b2c3d`",
		"a|b":                            "`a`&#124;`b`",
		"|":                              "&#124;",
		"a\\|b":                          "`a\\`&#124;`b`",
		"`":                              "`` ` ``",
		"x``y":                           "```x``y```",
		"<b>":                            "`<b>`",
		"two\nlines\u202e":               "`two\\u000alines\\u202e`",
		"cloud_provider":                 "`cloud_provider`",
		"price $a$ b":                    "price `$a$` b",
		"&amp;":                          "`&amp;`",
		":tada:":                         "`:tada:`",
	} {
		if got := mdText(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// hostileWords are what names, reasons and errors may hold.
var hostileWords = []string{
	"http://evil.example", "https://evil.example/?a=b", "ftp://evil.example", "www.evil.example", "me@evil.example", "mailto:me@evil.example",
	"[a](http://evil.example)", "![a](http://evil.example/i.png)", "<http://evil.example>", "[a]: http://evil.example", "[a][b]",
	"<img src=x>", "<script>", "</td>", "<!--", "-->", "&lt;b&gt;", "&#60;b&#62;", "a|b", "|", "||", "`|`", "\\|", "\\\\|", "\\`", "`", "``", "```", "~~~",
	"*a*", "**a**", "_a_", "~~a~~", "# a", "- a", "1. a", "> a", "---", "===", "a\nb", "a\n\n# b", "a\r\n| b |", "\u2028", "\u202e", "\u200b", "$a$", "$$", "\\(a\\)", "{{ x }}",
}

var mdActive = regexp.MustCompile(`(?i)<(a|img|script|em|strong|del|h[1-6]|hr|li|blockquote|b|tr|pre)[ >/]`)

// Rendered as GitHub does, hostile words alone and in pairs are text in one cell of one row.
func TestMarkdownTextIsText(t *testing.T) {
	t.Parallel()
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	check := func(text string) {
		var html bytes.Buffer
		if err := md.Convert([]byte("| h | i |\n|---|---|\n| "+mdText(text)+" | end |\n"), &html); err != nil {
			t.Fatal(err)
		}
		_, body, _ := strings.Cut(html.String(), "<tbody>")
		cells := strings.Count(body, "<td>")
		rows := strings.TrimPrefix(strings.TrimSpace(body), "<tr>")
		if cells != 2 || !strings.Contains(body, "<td>end</td>") || mdActive.MatchString(rows) {
			t.Errorf("%q became %q, shown as\n%s", text, mdText(text), html.String())
		}
	}
	for _, a := range hostileWords {
		check(a)
		for _, b := range hostileWords {
			check(a + b)
			check(a + " " + b)
		}
	}
}
