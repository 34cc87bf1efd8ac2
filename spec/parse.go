package spec

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/aurad/aurad/spec/decode"
	"github.com/aurad/aurad/spec/format"
	"github.com/aurad/aurad/spec/source"
)

// Parse reads a fleet file and checks everything that needs no network. file is the name that
// errors show. On failure the error is Errors: every fault of the file, sorted by place, each
// with a position inside of it; only a text that is not YAML stops at its first fault.
func Parse(file string, data []byte) (*Fleet, error) {
	src := source.Text{File: file, Data: data, Fleet: func(data []byte) bool { _, err := Parse(file, data); return err == nil }}
	root, errs := src.ReadYAML()
	if errs != nil {
		return nil, errs
	}
	if root == nil {
		return nil, src.At(1, 1, "the file is empty: a fleet begins with `schema: aurad/v1`")
	}
	doc := new(format.Document)
	d := decode.Read(file, root, doc)
	fleet := newChecker(d, doc).fleet()
	if len(d.Errs) > 0 {
		return nil, src.Inside(d.Errs).Sorted()
	}
	fleet.Warnings = src.Inside(d.Notes).Sorted()
	sum := sha256.Sum256(data)
	fleet.Digest = hex.EncodeToString(sum[:])
	return fleet, nil
}

// checker turns the decoded document into a Fleet and checks what needs more than one field.
type checker struct {
	*decode.Decoder
	doc       *format.Document
	location  *time.Location
	schedules map[string]*Schedule
	keys      []string // of all instances, sorted
	accounts  []string // names, sorted; none when the file has no `accounts`
}

func newChecker(d *decode.Decoder, doc *format.Document) *checker {
	c := &checker{Decoder: d, doc: doc, location: doc.Timezone.Location, schedules: make(map[string]*Schedule)}
	if c.location == nil {
		c.location = time.UTC
	}
	return c
}

func (c *checker) fleet() *Fleet {
	f := &Fleet{
		File:        c.File,
		Name:        cmp.Or(string(c.doc.Name), DefaultFleet),
		Location:    c.location,
		Accounts:    c.allAccounts(),
		Policy:      c.policy(),
		Observe:     c.observation(),
		Credentials: c.credentials(),
		Prices:      c.prices(),
		Schedules:   c.allSchedules(),
	}
	f.sumAccounts()
	f.Instances, f.places = c.allInstances()
	f.Moved, f.Removed = leavings{c}.allMoves(), leavings{c}.allRemovals()
	if len(c.Errs) == 0 {
		warner{c}.warnings(f)
	}
	return f
}

// failAt reports a field of b: at its value, or at the block when it is not there.
func (c *checker) failAt(b *decode.Block, field, format string, args ...any) {
	n := b.Value(field)
	if n == nil {
		n = b.Head()
	}
	c.Fail(n, decode.Join(b.At(), field), format, args...)
}

// or is *value, or fallback when the field is absent.
func or[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}
