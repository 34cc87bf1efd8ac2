// Package faulttext reads the faults of a simulator as people write them on a command line, and says
// of a text that is none what was most likely meant.
//
// It must not know what a fault does.
package faulttext

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aurad/aurad/internal/aurasim"
)

// Parse reads a fault as people write it: REQUEST:KIND[=VALUE][,OPTION[=VALUE]]…, such as
// "create:status=408,after-commit" or "GET /v1/tenants:slow=70s,times=always". An error says what is
// wrong and shows the text that was most likely meant.
func Parse(text string) (aurasim.Fault, error) {
	where, rest, found := strings.Cut(text, ":")
	if !found {
		return aurasim.Fault{}, unsaid(text)
	}
	p := parser{where: where}
	p.kind, p.options = splitOptions(rest)
	f, err := p.parse()
	if err != nil {
		return aurasim.Fault{}, err
	}
	return f, nil
}

// unsaid is the error for a text without a colon: half of it is missing.
func unsaid(text string) error {
	kind, _, _ := strings.Cut(text, ",")
	if name, _, _ := strings.Cut(kind, "="); kindNamed(name) != nil {
		return fmt.Errorf("it does not say which requests: write %s:%s", usualRequest(kindNamed(name)), text)
	}
	if requestNamed(text) != nil {
		return fmt.Errorf("it does not say what goes wrong: write %s:status=503", text)
	}
	return fmt.Errorf("it names no requests and nothing that goes wrong: write create:status=503")
}

// splitOptions parts them at commas; body takes all that follows it.
func splitOptions(text string) (kind string, options []string) {
	kind, text, _ = strings.Cut(text, ",")
	for text != "" {
		if strings.HasPrefix(text, "body=") {
			return kind, append(options, text)
		}
		var one string
		one, text, _ = strings.Cut(text, ",")
		options = append(options, one)
	}
	return kind, options
}

// parser holds the parts of a text, so that an error can show it with one of them mended.
type parser struct {
	where, kind string
	options     []string
}

// String is the text again.
func (p parser) String() string {
	return p.where + ":" + strings.Join(append([]string{p.kind}, p.options...), ",")
}

func (p parser) parse() (f aurasim.Fault, err error) {
	if err := p.requests(&f); err != nil {
		return f, err
	}
	row, err := p.kindInto(&f)
	if err != nil {
		return f, err
	}
	if fit := row.requests(); fit != nil && requestNamed(p.where) != nil && !slices.Contains(fit, p.where) {
		return f, p.mended(fmt.Sprintf("%s does nothing to %s", row.Kind, p.where), func(q *parser) { q.where = fit[0] })
	}
	for i := range p.options {
		if err := p.optionInto(&f, row, i); err != nil {
			return f, err
		}
	}
	if f.OwnBody && !f.Processed {
		return f, p.mended("there is no real body before the request is carried out", func(q *parser) {
			q.options = append([]string{"after-commit"}, q.options...)
		})
	}
	return f, nil
}

// requests reads which ones are meant.
func (p parser) requests(f *aurasim.Fault) error {
	if method, path, ok := strings.Cut(p.where, " "); ok {
		upper := strings.ToUpper(method)
		if method != upper || !strings.HasPrefix(path, "/") {
			return p.mended("requests are a name, or METHOD /path", func(q *parser) { q.where = upper + " /" + strings.Trim(path, " /") })
		}
		f.Method, f.PathPrefix = method, path
		return nil
	}
	r := requestNamed(p.where)
	if r == nil {
		return p.unknown("name of requests", p.where, requestNames(), func(q *parser, name string) { q.where = name })
	}
	f.Match = r.match
	return nil
}

func (p parser) kindInto(f *aurasim.Fault) (*Row, error) {
	name, value, _ := strings.Cut(p.kind, "=")
	row := kindNamed(name)
	if row == nil {
		return nil, p.unknown("kind of fault", name, kindNames(), func(q *parser, name string) { q.kind = setting(name, value) })
	}
	f.Kind = row.Kind
	set := row.set
	return row, p.value(name, row.Value, row.Sample, p.kind, func(v string) error {
		if set == nil {
			return nil
		}
		return set(f, v)
	}, func(q *parser, text string) { q.kind = text })
}

func (p parser) optionInto(f *aurasim.Fault, row *Row, i int) error {
	name, value, _ := strings.Cut(p.options[i], "=")
	legal := append([]string{"times", "delay"}, row.Options...)
	o := optionNamed(name)
	put := func(q *parser, text string) { q.options[i] = text }
	switch {
	case o == nil:
		return p.unknown("option of "+string(row.Kind), name, legal, func(q *parser, name string) { put(q, setting(name, value)) })
	case !slices.Contains(legal, name):
		return p.mended(fmt.Sprintf("%s means nothing to %s", name, row.Kind), func(q *parser) { q.options = slices.Delete(q.options, i, i+1) })
	}
	return p.value(name, o.Value, o.Sample, p.options[i], func(v string) error { return o.set(f, v) }, put)
}

// value hands over what stands behind the "=" of a part, if that is as it should be.
func (p parser) value(name, want, sample, part string, set func(string) error, put func(*parser, string)) error {
	_, value, given := strings.Cut(part, "=")
	switch {
	case given && want == "":
		return p.mended(name+" takes no value", func(q *parser) { put(q, name) })
	case want != "" && value == "":
		return p.mended(name+" wants a value, "+want, func(q *parser) { put(q, name+"="+sample) })
	}
	if err := set(value); err != nil {
		return p.mended(name+": "+err.Error(), func(q *parser) { put(q, name+"="+sample) })
	}
	return nil
}

// mended is an error that shows the text as it would be right, as far as this goes.
func (p parser) mended(problem string, mend func(*parser)) error {
	q := p
	q.options = slices.Clone(p.options)
	mend(&q)
	return fmt.Errorf("%s: write %s", problem, q)
}

// unknown is the error for a word that is none of the legal ones.
func (p parser) unknown(what, word string, legal []string, put func(*parser, string)) error {
	if near := nearest(word, legal); near != "" {
		return p.mended(fmt.Sprintf("%q is no %s", word, what), func(q *parser) { put(q, near) })
	}
	return fmt.Errorf("%q is no %s; one of: %s", word, what, strings.Join(legal, ", "))
}

func setting(name, value string) string {
	if value == "" {
		return name
	}
	return name + "=" + value
}

func usualRequest(row *Row) string {
	if fit := row.requests(); fit != nil {
		return fit[0]
	}
	return "create"
}

func kindNamed(name string) *Row {
	return named(Table(), name, func(r Row) string { return string(r.Kind) })
}

func requestNamed(name string) *Request {
	return named(Requests(), name, func(r Request) string { return r.Name })
}

func optionNamed(name string) *Option {
	return named(Options(), name, func(o Option) string { return o.Name })
}

func named[T any](all []T, name string, nameOf func(T) string) *T {
	i := slices.IndexFunc(all, func(one T) bool { return nameOf(one) == name })
	if i < 0 {
		return nil
	}
	return &all[i]
}

func kindNames() (names []string) {
	for _, row := range Table() {
		names = append(names, string(row.Kind))
	}
	return names
}

func requestNames() (names []string) {
	for _, r := range Requests() {
		names = append(names, r.Name)
	}
	return append(names, "METHOD /path")
}

// nearest is the legal word that was most likely meant; "" when none is close.
func nearest(word string, legal []string) string {
	plain := func(s string) string {
		return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
	}
	best := slices.MinFunc(legal, func(a, b string) int {
		return cmp.Compare(distance(plain(word), plain(a)), distance(plain(word), plain(b)))
	})
	if d := distance(plain(word), plain(best)); word == "" || d > max(1, len(word)/3) {
		return ""
	}
	return best
}

// distance is how many letters must be put in, left out or changed to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
