package importer

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aura"
	"github.com/aurad/aurad/internal/book"
	"github.com/aurad/aurad/reconcile"
)

// Draft is a fleet file that is being written.
type Draft struct {
	tenant string
	fleet  string // its name
	given  bool   // by a person
	blocks []*block
}

// block is one instance of it.
type block struct {
	key    string
	title  string // for people
	live   aura.Instance
	fields []field
	notes  []string // what could not be expressed
	out    bool     // the block as a whole can't be expressed: it is written as a comment
}

type field struct {
	name, value string
	bare        bool // a number or a boolean
}

// describe drafts a block for every instance, in the order of names. What import is not sure of is
// left out: what stands in a file is asked for.
func describe(tenant string, seen []*sighting) *Draft {
	slices.SortStableFunc(seen, func(a, b *sighting) int {
		return cmp.Or(cmp.Compare(a.name(), b.name()), cmp.Compare(a.summary.ID, b.summary.ID))
	})
	d := &Draft{tenant: tenant}
	taken := map[string]bool{}
	for _, g := range seen {
		b := &block{title: g.title(), live: g.live}
		switch {
		case g.left:
			b.drop(g.why)
		case g.why != "":
			b.drop(g.why + "; run `aurad import` again when that is over, or give it a longer --wait")
		default:
			b.key = keyOf(g.live, taken)
			b.fill()
		}
		d.blocks = append(d.blocks, b)
	}
	return d
}

// fill drafts the fields of a block from what Aura shows.
func (b *block) fill() {
	in := b.live
	add := func(name, value string) {
		if value != "" {
			b.fields = append(b.fields, field{name: name, value: value})
		}
	}
	add("id", in.ID)
	if in.Name != b.key {
		add("name", in.Name)
	}
	add("type", in.Type)
	add("cloud_provider", in.CloudProvider)
	add("region", in.Region)
	b.fillChangeable()
	add("customer_managed_key_id", in.CustomerManagedKeyID)
	b.fillState()
}

// fillChangeable drafts what can change while an instance lives, and says what Aura does not tell of one
// that may have it: a guess would change it.
func (b *block) fillChangeable() {
	live := book.LiveOf(b.live, time.Time{})
	for _, f := range reconcile.Fields() {
		value, hidden := f.Imported(live)
		switch {
		case f.Name == "name": // the key says it, as a rule
		case hidden:
			b.notes = append(b.notes, f.Name+": Aura does not tell; it stays as it is until you write one here")
		case value != "":
			b.fields = append(b.fields, field{f.Name, value, f.Form != reconcile.Text})
		}
	}
}

// fillState keeps a paused instance paused, and says what is wrong with one that needs a person.
func (b *block) fillState() {
	switch b.live.Status {
	case aura.Paused:
		b.fields = append(b.fields, field{name: "state", value: "paused"})
		b.notes = append(b.notes, "it was paused when this was written; a `schedule:` can take the place of `state:`")
	case aura.Suspended, aura.LoadingFailed:
		b.notes = append(b.notes, "its status was `"+string(b.live.Status)+"` when this was written, which takes a person")
	}
}

// drop turns the whole block into a comment.
func (b *block) drop(why string) {
	b.out = true
	b.notes = append(b.notes, why)
}

// name is what a list or a look called it.
func (g *sighting) name() string { return cmp.Or(g.live.Name, g.summary.Name) }

// Omissions are a line for each instance that the file does not describe.
func (d *Draft) Omissions() []string {
	var lines []string
	for _, b := range d.blocks {
		if b.out {
			lines = append(lines, b.title+": "+strings.Join(b.notes, "; "))
		}
	}
	return lines
}
