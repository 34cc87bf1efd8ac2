package faulttext

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aurad/aurad/internal/aurasim"
)

// Row is one kind of fault as it is written on a command line.
type Row struct {
	Kind    aurasim.FaultKind
	Value   string   // what stands behind its "=", such as "CODE"; "": nothing
	Sample  string   // a value
	Only    string   // "read", "write" or "list": it means nothing to other requests; "": to none
	Options []string // names of FaultOptions beside times and delay, which every kind has
	About   string

	set func(f *aurasim.Fault, value string) error // nil without a value
}

// Table lists the kinds that Parse knows.
func Table() []Row {
	return []Row{
		{Kind: aurasim.CutBefore, About: "the connection is closed; the request is not carried out"},
		{Kind: aurasim.CutAfter, About: "the request is carried out; the connection is closed without a reply"},
		{Kind: aurasim.CutBody, Value: "BYTES", Sample: "120", About: "carried out; so many bytes of the reply's body get through",
			set: func(f *aurasim.Fault, v string) (err error) { f.Byte, err = countOf(v); return }},
		{Kind: aurasim.Status, Value: "CODE", Sample: "503", About: "answered with this code, and not carried out unless after-commit is given",
			Options: []string{"after-commit", "real-body", "retry-after", "location", "body"},
			set:     func(f *aurasim.Fault, v string) (err error) { f.Code, err = codeOf(v); return }},
		{Kind: aurasim.Slow, Value: "DURATION", Sample: "70s", About: "carried out at once, answered so much later, by this machine's clock",
			set: func(f *aurasim.Fault, v string) (err error) { f.Delay, err = spanOf(v); return }},
		{Kind: aurasim.StaleRead, Value: "AGE", Sample: "2m", Only: "read", About: "shows what was true so long ago, by the account's clock",
			set: func(f *aurasim.Fault, v string) (err error) { f.Age, err = spanOf(v); return }},
		{Kind: aurasim.NonJSON, About: "carried out; the reply is a gateway's HTML page, or body", Options: []string{"code", "body"}},
		{Kind: aurasim.OddReply, Value: "SHAPE", Sample: "bom", About: "carried out; the reply comes in another form, see below",
			set: func(f *aurasim.Fault, v string) (err error) { f.Shape, err = shapeOf(v); return }},
		{Kind: aurasim.Ignored, Only: "write", About: "answered as if it were carried out; nothing happens"},
		{Kind: aurasim.FallsBack, Only: "write", About: "takes its time, and ends where it began"},
		{Kind: aurasim.EmptyList, Only: "list", About: "a list of instances with nobody on it"},
		{Kind: aurasim.ForeignList, Only: "list", About: "a list of the instances of another tenant"},
	}
}

// Request is a name for some requests.
type Request struct {
	Name, About string
	match       func(aurasim.Request) bool
}

// Requests lists the names that Parse knows. It knows "METHOD /path", too, for all whose path
// begins so.
func Requests() []Request {
	const instances, one = "/v1/instances", "/v1/instances/{id}"
	exactly := func(method, pattern string) func(aurasim.Request) bool {
		return func(r aurasim.Request) bool {
			args, ok := aurasim.Match(pattern, r.Path)
			return ok && r.Method == method && !slices.Contains(args, "sizing")
		}
	}
	return []Request{
		{"create", "POST " + instances, exactly(http.MethodPost, instances)},
		{"list", "GET " + instances, exactly(http.MethodGet, instances)},
		{"look", "GET " + one, exactly(http.MethodGet, one)},
		{"change", "PATCH " + one, exactly(http.MethodPatch, one)},
		{"pause", "POST " + one + "/pause", exactly(http.MethodPost, one+"/pause")},
		{"resume", "POST " + one + "/resume", exactly(http.MethodPost, one+"/resume")},
		{"upgrade", "POST " + one + "/upgrade", exactly(http.MethodPost, one+"/upgrade")},
		{"delete", "DELETE " + one, exactly(http.MethodDelete, one)},
		{"token", "POST " + aurasim.TokenPath, aurasim.Request.Token},
		{"read", "every GET", func(r aurasim.Request) bool { return r.Method == http.MethodGet }},
		{"write", "every POST, PATCH and DELETE but that of a token", aurasim.Request.Mutation},
		{"any", "every request", func(aurasim.Request) bool { return true }},
	}
}

// requests are the names that the row means something to, the usual one first; nil for all.
func (row Row) requests() []string {
	return map[string][]string{
		"read":  {"look", "list", "read", "any"},
		"write": {"change", "create", "pause", "resume", "upgrade", "delete", "write", "any"},
		"list":  {"list", "read", "any"},
	}[row.Only]
}

// Option is what may follow a kind, behind a comma.
type Option struct {
	Name, Value, Sample, About string
	set                        func(f *aurasim.Fault, value string) error
}

// Options lists them: those that every kind has first, then those for kinds whose row names them.
func Options() []Option {
	return []Option{
		{"times", "N", "3", "how often it strikes: a number or always; once when nothing is said", setTimes},
		{"delay", "DURATION", "10s", "the answer, or the cut, comes so much later", func(f *aurasim.Fault, v string) (err error) { f.Delay, err = spanOf(v); return }},
		{"after-commit", "", "", "the request is carried out first", func(f *aurasim.Fault, _ string) error { f.Processed = true; return nil }},
		{"real-body", "", "", "with after-commit: only the code is wrong, the body is the real one", func(f *aurasim.Fault, _ string) error { f.OwnBody = true; return nil }},
		{"retry-after", "TEXT", "7", "the header Retry-After", func(f *aurasim.Fault, v string) error { f.RetryAfter = v; return nil }},
		{"location", "URL", "/elsewhere", "the header Location", func(f *aurasim.Fault, v string) error { f.Location = v; return nil }},
		{"code", "CODE", "502", "the status code", func(f *aurasim.Fault, v string) (err error) { f.Code, err = codeOf(v); return }},
		{"body", "TEXT", "<h1>No</h1>", "the body: all that follows, commas included", func(f *aurasim.Fault, v string) error { f.Body = v; return nil }},
	}
}

func setTimes(f *aurasim.Fault, v string) (err error) {
	if v == "always" {
		f.Times = -1
		return nil
	}
	if f.Times, err = countOf(v); err == nil && f.Times == 0 {
		err = fmt.Errorf("a fault that never strikes is none")
	}
	return err
}

func countOf(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a number", v)
	}
	return n, nil
}

func codeOf(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 200 || n > 599 {
		return 0, fmt.Errorf("%q is not a status code from 200 to 599", v)
	}
	return n, nil
}

func spanOf(v string) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a duration", v)
	}
	return d, nil
}

func shapeOf(v string) (aurasim.Shape, error) {
	if !slices.Contains(aurasim.Shapes(), aurasim.Shape(v)) {
		return "", fmt.Errorf("%q is none of the forms %s", v, strings.Join(shapeNames(), ", "))
	}
	return aurasim.Shape(v), nil
}

func shapeNames() []string {
	var names []string
	for _, s := range aurasim.Shapes() {
		names = append(names, string(s))
	}
	return names
}
