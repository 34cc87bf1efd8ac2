package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// common are the flags that most commands share.
type common struct {
	file      string
	stateDir  string
	logFormat string
	logLevel  string
}

func (c *common) register(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVarP(&c.file, "file", "f", "fleet.yaml", "the fleet file")
	f.StringVar(&c.stateDir, "state-dir", "", "folder of what aurad remembers (default $STATE_DIRECTORY, else $XDG_STATE_HOME/aurad/FLEET, else ~/.local/state/aurad/FLEET)")
	f.Var(newChoice(&c.logFormat, "auto", "text", "json"), "log-format", "auto (text on a terminal, else JSON), text or json")
	f.Var(newChoice(&c.logLevel, "", "debug", "info", "warn", "error"), "log-level", "debug, info, warn or error (default info for run, else warn)")
	_ = root.MarkPersistentFlagFilename("file", "yaml", "yml")
	_ = root.MarkPersistentFlagDirname("state-dir")
}

// choice is a flag with a few legal values; the first one is the default.
type choice struct {
	to    *string
	legal []string
}

func newChoice(to *string, legal ...string) pflag.Value {
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

// env is a variable's value, "" when it is not set.
func (p program) env(name string) string {
	value, _ := p.getenv(name)
	return value
}
