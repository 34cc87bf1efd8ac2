package main

import (
	"cmp"
	"io"
	"log/slog"
	"time"

	"github.com/lmittmann/tint"

	"github.com/aurad/aurad/internal/cli/format"
	"github.com/aurad/aurad/internal/plaintext"
)

// logger writes to w as the flags say. level is what the command logs from by default.
func (p program) logger(c *common, w io.Writer, level string) *slog.Logger {
	log := p.newLogger(c, w, level)
	p.foreign.tell(log)
	return log
}

func (p program) newLogger(c *common, w io.Writer, level string) *slog.Logger {
	var least slog.Level
	_ = least.UnmarshalText([]byte(cmp.Or(c.logLevel, level))) // flags let through what it knows
	tty := p.terminal(p.stderr)
	if c.logFormat == "json" || c.logFormat == "auto" && !tty {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: least, ReplaceAttr: visible}))
	}
	return slog.New(tint.NewTextHandler(w, &tint.Options{Level: least, TimeFormat: time.TimeOnly, NoColor: !p.colour(p.stderr), ReplaceAttr: visible}))
}

// visible makes the words of a record safe to show: they may come from Aura or a file, and a log is
// read in a terminal sooner or later.
func visible(_ []string, a slog.Attr) slog.Attr {
	switch v := a.Value.Any().(type) {
	case string:
		a.Value = slog.StringValue(plaintext.Lines(v))
	case error:
		a.Value = slog.StringValue(plaintext.Lines(v.Error()))
	}
	return a
}

// colour reports whether escape codes may go to stream: https://no-color.org.
func (p program) colour(stream any) bool {
	return p.terminal(stream) && p.env("NO_COLOR") == "" && p.env("TERM") != "dumb"
}

// paint colours what goes to stream, if it takes colours.
func (p program) paint(stream any) format.Paint { return format.Paint{On: p.colour(stream)} }
