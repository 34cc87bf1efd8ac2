package source

import (
	"bytes"
	"testing"
)

// TestInside: YAML counts a missing value behind the last line; an editor has no such line.
func TestInside(t *testing.T) {
	src := Text{File: "f", Data: []byte("a: 1\r\n  b: \u00e9\u00e9")}
	got := src.Inside(Errors{{Line: 9, Column: 99}, {Line: 0, Column: -1}, {Line: 2, Column: 0}})
	want := []Position{{2, 8}, {1, 1}, {2, 3}}
	for i, e := range got {
		if (Position{e.Line, e.Column}) != want[i] {
			t.Errorf("%d: %d:%d, want %v", i, e.Line, e.Column, want[i])
		}
	}
}

// The largest file is taken; TestTooLarge of package spec has one that is too large.
func TestLargest(t *testing.T) {
	if errs := (Text{File: "f", Data: bytes.Repeat([]byte("x"), MaxBytes)}).checkText(); errs != nil {
		t.Errorf("16 MiB: %.200v", errs)
	}
}
