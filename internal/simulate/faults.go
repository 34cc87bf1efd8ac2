package simulate

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/aurad/aurad/internal/aurasim"
	"github.com/aurad/aurad/internal/aurasim/faulttext"
)

func parseFaults(texts []string) ([]aurasim.Fault, error) {
	var all []aurasim.Fault
	for _, text := range texts {
		f, err := faulttext.Parse(text)
		if err != nil {
			return nil, fmt.Errorf("--fault %q: %w; see: aurad sim --fault help", text, err)
		}
		all = append(all, f)
	}
	return all, nil
}

// PrintFaults lists what --fault takes, part by part.
func PrintFaults(out io.Writer) error {
	fmt.Fprint(out, "--fault REQUEST:KIND[=VALUE][,OPTION[=VALUE]]..., such as create:status=408,after-commit\n\n")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "REQUEST\tWHICH ONES")
	for _, r := range faulttext.Requests() {
		fmt.Fprintf(w, "%s\t%s\n", r.Name, r.About)
	}
	fmt.Fprintln(w, "METHOD /path\tthose of that method whose path begins so")
	fmt.Fprintln(w, "\nKIND\tOF\tWHAT HAPPENS")
	for _, k := range faulttext.Table() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", withValue(string(k.Kind), k.Value), cmp.Or(k.Only, "any"), k.About)
	}
	fmt.Fprintln(w, "\nOPTION\tOF\tWHAT IT SAYS")
	for _, o := range faulttext.Options() {
		fmt.Fprintf(w, "%s\t%s\t%s\n", withValue(o.Name, o.Value), cmp.Or(strings.Join(kindsWith(o.Name), ", "), "all"), o.About)
	}
	fmt.Fprintln(w, "\nSHAPE\tHOW THE REPLY COMES")
	for _, s := range aurasim.Shapes() {
		fmt.Fprintf(w, "%s\t%s\n", s, s.About())
	}
	return w.Flush()
}

// kindsWith are the kinds of faults that an option belongs to; nil for one that goes with all.
func kindsWith(option string) (kinds []string) {
	for _, k := range faulttext.Table() {
		if slices.Contains(k.Options, option) {
			kinds = append(kinds, string(k.Kind))
		}
	}
	return kinds
}

func withValue(name, value string) string {
	if value == "" {
		return name
	}
	return name + "=" + value
}
