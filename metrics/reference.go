package metrics

import (
	"fmt"
	"io"
	"strings"
)

// WriteReference writes the reference of all metrics as Markdown.
func WriteReference(w io.Writer) error {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, d := range Describe() {
		labels := "none"
		if len(d.Labels) > 0 {
			labels = "`" + strings.Join(d.Labels, "`, `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d.Name, d.Type, labels, d.Help)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const referenceHead = `# Metrics

<!-- Written by go generate ./metrics. Change the descriptions there, not here. -->

` + "`aurad run` serves them at `/metrics` on `--listen`, beside those of the Go runtime and the process." + `
Labels are bounded: ` + "`key`" + ` is the instance's key in the fleet file, ` + "`endpoint`" + ` a route such as
` + "`/v1/instances/{id}`" + `; no label ever holds an instance id or the text of an error.

Counters begin at 0 with the process. Ready-made rules are in ` + "`examples/prometheus/`" + `, a dashboard in
` + "`examples/grafana/`" + `, and what to do when an alert fires in [runbooks](runbooks/README.md).

| name | type | labels | meaning |
|---|---|---|---|
`
