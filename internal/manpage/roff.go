package manpage

import (
	"fmt"
	"strings"
)

// roff is a page under way.
type roff struct{ strings.Builder }

func (r *roff) line(format string, args ...any) { fmt.Fprintf(r, format+"\n", args...) }

// section writes a heading and its terms; nothing where there are none.
func (r *roff) section(s Section) {
	if len(s.Items) == 0 {
		return
	}
	r.line(".SH %s", escape(s.Heading))
	for _, it := range s.Items {
		r.line(".TP")
		r.line(".B %s", escape(it.Term))
		r.line("%s", escape(it.Text))
	}
}

// paragraphs writes text whose paragraphs are set apart by empty lines. An indented line is an
// example and stays as it is.
func (r *roff) paragraphs(text string) {
	for i, par := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if strings.HasPrefix(par, "  ") {
			r.verbatim(par)
			continue
		}
		if i > 0 {
			r.line(".PP")
		}
		r.line("%s", escape(par))
	}
}

func (r *roff) verbatim(text string) {
	r.line(".PP\n.nf\n.RS 4")
	for line := range strings.Lines(strings.Trim(text, "\n")) {
		r.line("%s", escape(strings.TrimPrefix(strings.TrimRight(line, "\n"), "  ")))
	}
	r.line(".RE\n.fi")
}

// escape makes text of what roff would take for commands: backslashes, a dot or a quote at the
// beginning of a line. A hyphen is written so that it can be copied into a shell.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "~", `\(ti`, "^", `\(ha`, "`", `\(ga`).Replace(text)
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return ascii(strings.Join(lines, "\n"))
}

// ascii names what lies beyond it, since roff's input is bytes.
func ascii(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	return b.String()
}

// quoted is an argument of a macro.
func quoted(text string) string { return `"` + strings.ReplaceAll(escape(text), `"`, `\(dq`) + `"` }
