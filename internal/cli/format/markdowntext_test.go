package format

import (
	"bytes"
	"html"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	htmlrenderer "github.com/yuin/goldmark/renderer/html"
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
		"write `id: 0a1b2c3d`, or x":     "write `id: 0a1b2c3d`, or x",
		"run (`aurad forget a`).":        "run (`aurad forget a`).",
		"`id`/`adopt`":                   "`id`/`adopt`",
		"`a  b`":                         "`a  b`",
		"`a|b`":                          "`a|b`",
		"$`a`$":                          "``$`a`$``",
		"x`y`z":                          "``x`y`z``",
		"@`a`":                           "`` @`a` ``",
		"an odd ` and `cmd x`":           "an odd `` ` `` and `cmd x`",
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
	"*a*", "**a**", "_a_", "A~~", "# a", "- a", "1. a", "> a", "---", "===", "a\nb", "a\n\n# b", "a\r\n| b |", "\u2028", "\u202e", "\u200b", "$a$", "$$", "\\(a\\)", "{{ x }}",
}

var mdActive = regexp.MustCompile(`(?i)<(a|img|script|em|strong|del|h[1-6]|hr|li|blockquote|b|tr|pre)[ >/]`)

// shown is Markdown as GitHub renders it, and HTML of its own left as it is.
func shown(t *testing.T, markdown string) string {
	t.Helper()
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(htmlrenderer.WithUnsafe()))
	var b bytes.Buffer
	if err := md.Convert([]byte(markdown), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// inCell is a text in the first of two cells of a table, as shown.
func inCell(t *testing.T, text string) string {
	t.Helper()
	_, body, _ := strings.Cut(shown(t, "| h | i |\n|---|---|\n| "+mdCell(text)+" | end |\n"), "<tbody>")
	return body
}

// codes are the pieces of code that a reader of HTML sees.
func codes(shown string) (all []string) {
	for _, m := range regexp.MustCompile(`(?s)<code>(.*?)</code>`).FindAllStringSubmatch(shown, -1) {
		all = append(all, html.UnescapeString(m[1]))
	}
	return all
}

// What is between backticks in a text is exactly a piece of code in its Markdown, in a cell and
// outside of one, whatever it holds and whatever stands beside it; and beside harmless words nothing else
// is code.
func TestCommandsAreCodeInMarkdown(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 3))
	pieces := []string{"aurad", "forget", "orders", "id:", "0a1b2c3d", "{key: a}", "|", "||", "\\", "\\|", "*", "_", "<b>", "&amp;", "@x", "#1", "http://x", "$", "[a](b)", "~~", "é", "-", "  "}
	plain := []string{"take", "the", "block", "out,", "or", "write", "(about $66)", "2", "then:", "run", "a/b"}
	around := [][2]string{{"", ""}, {"", "."}, {"", ","}, {"(", ")"}, {"\"", "\""}, {"", "/"}, {"a: ", ";"}}
	for range 5_000 {
		var words, commands []string
		friendly := rng.IntN(2) == 0
		for range 1 + rng.IntN(6) {
			switch k := rng.IntN(3); {
			case k == 0:
				var b strings.Builder
				for range 1 + rng.IntN(4) {
					b.WriteString(pieces[rng.IntN(len(pieces))])
				}
				if command := strings.TrimSpace(b.String()); command != "" {
					beside := around[rng.IntN(len(around))]
					words, commands = append(words, beside[0]+"`"+command+"`"+beside[1]), append(commands, command)
				}
			case k == 1 && !friendly:
				words = append(words, strings.ReplaceAll(hostileWords[rng.IntN(len(hostileWords))], "`", ""))
			default:
				words = append(words, plain[rng.IntN(len(plain))])
			}
		}
		text := strings.Join(words, " ")
		for where, got := range map[string][]string{mdText(text): codes(shown(t, "Text: "+mdText(text)+"\n")), mdCell(text): codes(inCell(t, text))} {
			if friendly && !slices.Equal(got, commands) || !inOrder(commands, got) {
				t.Fatalf("%q became %q, whose code is %q, want %q", text, where, got, commands)
			}
		}
	}
}

// inOrder reports whether some are among all, in this order.
func inOrder(some, all []string) bool {
	for _, one := range all {
		if len(some) > 0 && some[0] == one {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// Rendered as GitHub does, hostile words alone and in pairs are text in one cell of one row.
func TestMarkdownTextIsText(t *testing.T) {
	t.Parallel()
	check := func(text string) {
		body := inCell(t, text)
		cells := strings.Count(body, "<td>")
		rows := strings.TrimPrefix(strings.TrimSpace(body), "<tr>")
		if cells != 2 || !strings.Contains(body, "<td>end</td>") || mdActive.MatchString(rows) {
			t.Errorf("%q became %q, shown as\n%s", text, mdCell(text), body)
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
