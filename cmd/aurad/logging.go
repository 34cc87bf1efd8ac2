package main

import (
	"cmp"
	"io"
	"log/slog"
	"time"

	"github.com/lmittmann/tint"
)

// logger writes to w as the flags say. level is what the command logs from by default.
func (p program) logger(c *common, w io.Writer, level string) *slog.Logger {
	var least slog.Level
	_ = least.UnmarshalText([]byte(cmp.Or(c.logLevel, level))) // flags let through what it knows
	tty := p.terminal(p.stderr)
	if c.logFormat == "json" || c.logFormat == "auto" && !tty {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: least}))
	}
	return slog.New(tint.NewTextHandler(w, &tint.Options{Level: least, TimeFormat: time.TimeOnly, NoColor: !p.colour(p.stderr)}))
}

// colour reports whether escape codes may go to stream: https://no-color.org.
func (p program) colour(stream any) bool {
	return p.terminal(stream) && p.env("NO_COLOR") == "" && p.env("TERM") != "dumb"
}
