package spec

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"time"

	"gopkg.in/yaml.v3"
)

// Parse reads a fleet file and checks everything that needs no network. file is the name that
// errors show. On failure the error is Errors: every fault of the file, sorted by place, each
// with a position inside of it; only a text that is not YAML stops at its first fault.
func Parse(file string, data []byte) (*Fleet, error) {
	src := source{file, data}
	root, errs := src.readYAML()
	if errs != nil {
		return nil, errs
	}
	if root == nil {
		return nil, src.at(1, 1, "the file is empty: a fleet begins with `schema: aurad/v1`")
	}
	d := &decoder{file: file, shapes: make(map[reflect.Type]*shape)}
	d.audit(root, "", 0)
	doc := new(document)
	if !d.tooDeep {
		d.decode(root, root, reflect.ValueOf(doc).Elem(), "", constraint{})
	}
	fleet := newChecker(d, doc).fleet()
	if len(d.errs) > 0 {
		return nil, src.inside(d.errs).sorted()
	}
	fleet.Warnings = src.inside(d.notes).sorted()
	sum := sha256.Sum256(data)
	fleet.Digest = hex.EncodeToString(sum[:])
	return fleet, nil
}

// checker turns the decoded document into a Fleet and checks what needs more than one field.
type checker struct {
	*decoder
	doc       *document
	location  *time.Location
	schedules map[string]*Schedule
	keys      []string // of all instances, sorted
	accounts  []string // names, sorted; none when the file has no `accounts`
}

func newChecker(d *decoder, doc *document) *checker {
	c := &checker{decoder: d, doc: doc, location: doc.Timezone.Location, schedules: make(map[string]*Schedule)}
	if c.location == nil {
		c.location = time.UTC
	}
	return c
}

func (c *checker) fleet() *Fleet {
	f := &Fleet{
		File:        c.file,
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
	f.Moved, f.Removed = c.allMoves(), c.allRemovals()
	if len(c.errs) == 0 {
		c.warnings(f)
	}
	return f
}

// failAt reports a field of b: at its value, or at the block when it is not there.
func (c *checker) failAt(b *block, field, format string, args ...any) {
	n := b.value(field)
	if n == nil {
		n = b.pos
	}
	c.fail(n, join(b.path, field), format, args...)
}

// position is where a field stands, or its block when it is not given there.
func (b *block) position(field string) Position {
	n := b.value(field)
	if n == nil {
		n = b.pos
	}
	return positionOf(n)
}

func positionOf(n *yaml.Node) Position {
	if n == nil {
		return Position{1, 1}
	}
	return Position{n.Line, n.Column}
}

// or is *value, or fallback when the field is absent.
func or[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}
