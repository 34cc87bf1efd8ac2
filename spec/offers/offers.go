// Package offers compares a fleet with what its tenant can buy.
//
// It knows the columns of the tenant's instance_configurations, and must not know how they were
// asked for.
package offers

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aurad/aurad/spec"
	"github.com/aurad/aurad/spec/catalog"
	"github.com/aurad/aurad/spec/source"
	"github.com/aurad/aurad/spec/spelling"
)

// Offer is one row of a tenant's instance_configurations: a combination that Aura sells to it.
// Storage is "" for free-db, which has none to choose.
type Offer struct {
	Type, CloudProvider, Region, Version, Memory, Storage string
}

// get reads one column.
func (o Offer) get(c column) string {
	return [...]string{o.Type, o.CloudProvider, o.Region, o.Version, o.Memory, o.Storage}[c]
}

// column is a field that narrows offers down, in the order of columns.
type column int

const (
	typeColumn column = iota
	cloudColumn
	regionColumn
	versionColumn
	memoryColumn
	storageColumn
)

// String is the name of the field.
func (c column) String() string {
	return [...]string{"type", "cloud_provider", "region", "version", "memory", "storage"}[c]
}

// Check checks every instance against what the tenant can buy, field by field, and says
// of the first field that fits no row which values would. nil when all fit.
//
// Sizes that a schedule switches to count too. An instance that is suspended is not checked:
// aurad asks nothing of it.
func Check(f *spec.Fleet, offers []Offer) source.Errors {
	seen := make(map[Offer]mismatch)
	var errs source.Errors
	for _, in := range f.Instances {
		if in.Suspend {
			continue
		}
		m := misfit(in, offers, seen)
		if m.text != "" {
			p := f.Place(in.Key, m.column.String())
			errs = append(errs, source.Error{File: f.File, Line: p.Line, Column: p.Column, Path: "instances." + in.Key + "." + m.column.String(), Text: m.text})
		}
	}
	return errs.Sorted()
}

// mismatch is the first column of a wish that no offer fits; text "" means that one fits.
type mismatch struct {
	column column
	text   string
}

// misfit checks the instance's own size, then the off size of its schedule. seen makes
// thousands of like instances cost one search.
func misfit(in spec.Instance, offers []Offer, seen map[Offer]mismatch) mismatch {
	find := func(wish Offer) mismatch {
		m, ok := seen[wish]
		if !ok {
			m = wish.against(offers)
			seen[wish] = m
		}
		return m
	}
	wish := Offer{in.Type, in.CloudProvider, in.Region, in.Version, in.Memory, in.Storage}
	m := find(wish)
	if m.text == "" && in.Schedule != nil && in.Schedule.OffMemory != "" {
		wish.Memory, wish.Storage = in.Schedule.OffMemory, ""
		if m = find(wish); m.text != "" {
			m.text += "; schedule " + in.Schedule.Name + " asks for it outside its windows"
		}
	}
	return m
}

// against narrows the offers down column by column. An empty wish or an empty cell fits all:
// storage that is derived, and rows that don't name a version.
func (o Offer) against(offers []Offer) mismatch {
	left := offers
	var chosen []string
	for c := typeColumn; c <= storageColumn; c++ {
		want := o.get(c)
		if want == "" {
			continue
		}
		var fit []Offer
		valid := make(map[string]bool)
		for _, offer := range left {
			have := offer.get(c)
			if have == want || have == "" {
				fit = append(fit, offer)
			}
			if have != "" {
				valid[have] = true
			}
		}
		if len(fit) == 0 {
			return mismatch{c, sentence(c, want, chosen, slices.Collect(maps.Keys(valid)))}
		}
		left, chosen = fit, append(chosen, want)
	}
	return mismatch{}
}

// sentence says what is not for sale, under which earlier choices, and what would be.
func sentence(c column, want string, chosen, valid []string) string {
	slices.SortFunc(valid, func(a, b string) int {
		return cmp.Or(cmp.Compare(catalog.Gigabytes(a), catalog.Gigabytes(b)), cmp.Compare(a, b))
	})
	what := "this tenant can't have " + spelling.Quote(want)
	if len(chosen) > 0 {
		what = fmt.Sprintf("%s with %s", what, strings.Join(chosen, ", "))
	}
	if len(valid) == 0 {
		return what + "; it can have nothing: ask whoever owns the Aura project"
	}
	return what + "; valid: " + shortList(want, valid)
}

// shortList puts the nearest value first when not all are shown.
func shortList(want string, words []string) string {
	const most = 16
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	if near := spelling.Nearest(want, words); near != "" {
		words = slices.DeleteFunc(words, func(w string) bool { return w == near })
		words = slices.Insert(words, 0, near)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), len(words)-most)
}
