// Package manpage writes a command tree as man pages, in the man(7) macros.
//
// It knows roff and cobra's tree. It must not know what any command does: every word comes from
// the commands themselves and from Pages' fields.
package manpage

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Manual is what all pages share.
type Manual struct {
	Title   string // at the top of each page: `aurad manual`
	Version string // at the foot
	Date    string // likewise, 2006-01-02; "" for none
	// Sections come after the root's own, in order: ENVIRONMENT, FILES, EXIT STATUS.
	Sections []Section
}

// Section is a list of terms under a heading.
type Section struct {
	Heading string
	Items   []Item
}

// Item is one term and what is said of it.
type Item struct{ Term, Text string }

// Pages returns the page of root and of every visible command below it, by file name:
// `aurad.1`, `aurad-plan.1`.
func (m Manual) Pages(root *cobra.Command) map[string]string {
	root.InitDefaultHelpCmd()
	pages := map[string]string{}
	for _, cmd := range visible(root) {
		maps.Copy(pages, m.Pages(cmd))
	}
	pages[pageName(root)+".1"] = m.page(root)
	return pages
}

// visible are the commands below cmd, without help, which repeats these pages. The completions of
// each shell are told apart on one page.
func visible(cmd *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	if cmd.Name() == "completion" {
		return nil
	}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && !c.IsAdditionalHelpTopicCommand() && c.Name() != "help" {
			all = append(all, c)
		}
	}
	return all
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

func (m Manual) page(cmd *cobra.Command) string {
	r := &roff{}
	r.line(".TH %s 1 %s %s %s", quoted(strings.ToUpper(pageName(cmd))), quoted(m.Date), quoted(cmd.Root().Name()+" "+m.Version), quoted(m.Title))
	r.line(".SH NAME")
	r.line("%s \\- %s", escape(pageName(cmd)), escape(lowerFirst(cmd.Short)))
	r.line(".SH SYNOPSIS")
	r.line(".B %s", escape(synopsis(cmd)))
	r.line(".SH DESCRIPTION")
	r.paragraphs(description(cmd))
	r.flags("OPTIONS", cmd.NonInheritedFlags())
	r.flags("GLOBAL OPTIONS", cmd.InheritedFlags())
	r.section(commands(cmd))
	if cmd.Example != "" {
		r.line(".SH EXAMPLES")
		r.verbatim(cmd.Example)
	}
	if !cmd.HasParent() {
		for _, s := range m.Sections {
			r.section(s)
		}
	}
	r.seeAlso(cmd)
	return r.String()
}

func synopsis(cmd *cobra.Command) string {
	line := cmd.UseLine()
	if len(visible(cmd)) > 0 && !cmd.Runnable() {
		line += " command"
	}
	return line
}

func description(cmd *cobra.Command) string {
	if cmd.Long != "" {
		return cmd.Long
	}
	return cmd.Short + "."
}

func commands(cmd *cobra.Command) Section {
	s := Section{Heading: "COMMANDS"}
	for _, c := range visible(cmd) {
		s.Items = append(s.Items, Item{pageName(c) + "(1)", c.Short + "."})
	}
	return s
}

// flags lists a flag set, each flag with the default that matters.
func (r *roff) flags(heading string, set *pflag.FlagSet) {
	s := Section{Heading: heading}
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		term := "--" + f.Name
		if f.Shorthand != "" {
			term = "-" + f.Shorthand + ", " + term
		}
		if kind != "" {
			term += " " + kind
		}
		if d := f.DefValue; d != "" && d != "false" && d != "[]" && !strings.Contains(usage, "default") {
			usage += fmt.Sprintf(" (default %s)", d)
		}
		s.Items = append(s.Items, Item{term, usage})
	})
	r.section(s)
}

func (r *roff) seeAlso(cmd *cobra.Command) {
	var names []string
	if cmd.HasParent() {
		names = append(names, pageName(cmd.Parent()))
	}
	for _, c := range visible(cmd) {
		names = append(names, pageName(c))
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(names)
	r.line(".SH SEE ALSO")
	for i, name := range names {
		comma := ","
		if i == len(names)-1 {
			comma = ""
		}
		r.line(".BR %s (1)%s", escape(name), comma)
	}
}

func lowerFirst(text string) string {
	if text == "" {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}
