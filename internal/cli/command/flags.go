package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Flags are the flags that most commands share.
type Flags struct {
	File      string
	StateDir  string
	LogFormat string
	LogLevel  string
}

// Register makes them flags of root and of all that is below it.
func (f *Flags) Register(root *cobra.Command) {
	set := root.PersistentFlags()
	set.StringVarP(&f.File, "file", "f", "fleet.yaml", "the fleet file")
	set.StringVar(&f.StateDir, "state-dir", "", "folder of what aurad remembers (default $STATE_DIRECTORY, else $XDG_STATE_HOME/aurad/FLEET, else ~/.local/state/aurad/FLEET)")
	set.Var(NewChoice(&f.LogFormat, "auto", "text", "json"), "log-format", "auto (text on a terminal, else JSON), text or json")
	set.Var(NewChoice(&f.LogLevel, "", "debug", "info", "warn", "error"), "log-level", "debug, info, warn or error (default info for run, else warn)")
	_ = root.MarkPersistentFlagFilename("file", "yaml", "yml")
	_ = root.MarkPersistentFlagDirname("state-dir")
}

// choice is a flag with a few legal values; the first one is the default.
type choice struct {
	to    *string
	legal []string
}

// NewChoice is a flag that puts one of the legal values, of which the first is the default, into to.
func NewChoice(to *string, legal ...string) pflag.Value {
	*to = legal[0]
	return choice{to, legal}
}

func (c choice) String() string { return *c.to }
func (c choice) Type() string   { return "word" }

func (c choice) Set(v string) error {
	if v == "" || !slices.Contains(c.legal, v) {
		return fmt.Errorf("%q is none of: %s", v, strings.Join(slices.DeleteFunc(slices.Clone(c.legal), func(s string) bool { return s == "" }), ", "))
	}
	*c.to = v
	return nil
}
