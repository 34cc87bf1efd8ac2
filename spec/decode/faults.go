package decode

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/source"
)

// Fail reports a fault at a node.
func (d *Decoder) Fail(n *yaml.Node, path, format string, args ...any) {
	d.FailWrite(n, path, "", format, args...)
}

// FailWrite is fail with what is to be typed there instead.
func (d *Decoder) FailWrite(n *yaml.Node, path, write, format string, args ...any) {
	d.Errs = append(d.Errs, d.errorAt(n, path, write, format, args...))
}

// Warn reports what is valid, and most likely not what was meant.
func (d *Decoder) Warn(n *yaml.Node, path, write, format string, args ...any) {
	d.Notes = append(d.Notes, d.errorAt(n, path, write, format, args...))
}

func (d *Decoder) errorAt(n *yaml.Node, path, write, format string, args ...any) source.Error {
	at := source.PositionOf(n)
	return source.Error{File: d.File, Line: max(at.Line, 1), Column: max(at.Column, 1), Path: path, Text: fmt.Sprintf(format, args...), Write: write}
}
