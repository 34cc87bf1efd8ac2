package decode

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/yaml11"
)

// writing is what is to stand in the file: `field: value`, or the value alone in a list.
func writing(n, key *yaml.Node, values []string) string {
	if len(values) == 0 {
		return ""
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = yaml11.Text(v)
	}
	value := strings.Join(texts, ", ")
	if key == nil || key == n || key.Kind != yaml.ScalarNode {
		return value
	}
	return yaml11.Text(key.Value) + ": " + value
}
