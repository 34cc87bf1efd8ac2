package decode

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/value"
	"github.com/aurad/aurad/spec/yaml11"
)

// readOff gives the field `off` its name back, which YAML 1.1 takes for a boolean.
func (d *Decoder) readOff(n *yaml.Node, sh *shape, path string) {
	if _, has := sh.fields["off"]; !has {
		return
	}
	line := 0
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		if name.Kind != yaml.ScalarNode || name.Value != "off" && !(yaml11.IsPlain(name) && yaml11.IsFalse(name.Value)) {
			continue
		}
		if name.Value != "off" && line > 0 {
			d.Fail(name, path, "%s is `off` to YAML 1.1, which is given on line %d: keep one", name.Value, line)
		}
		name.Value, line = "off", name.Line
	}
}

// checkPlainName: a name without quotes must be the same to every reader of YAML. A rewriting
// that could be noticed is warned of; one that would leave another valid name is an error.
func (d *Decoder) checkPlainName(n *yaml.Node, path string) {
	text := n.Value
	switch as := yaml11.Rewritten(n); {
	case yaml11.IsPlain(n) && n.Tag == "!!bool":
		d.FailWrite(n, path, strconv.Quote(text)+":", "is a boolean to YAML, and what tools that know YAML 1.1 make of yes, no, on and off: put the name that is meant in quotes")
	case as == text:
	case value.IsName(as, value.LongestKey) && !yaml11.IsBoolean(as) && !isPower(text):
		d.FailWrite(n, path, strconv.Quote(text)+":", "is the number %s to YAML 1.1, and would be another name: put it in quotes", as)
	case value.IsName(text, value.LongestKey):
		d.Warn(n, path, strconv.Quote(text)+":", "is %s to tools that know YAML 1.1, so that a file they write back is no longer valid: put it in quotes", as)
	}
}

// checkPlainText is the same for a value that is text.
func (d *Decoder) checkPlainText(n, key *yaml.Node, path string) {
	switch as := yaml11.Rewritten(n); {
	case as == n.Value:
	case yaml11.IsBoolean(as):
		d.Warn(n, path, quotedWriting(n, key), "is a boolean to tools that know YAML 1.1, so that a file they write back is no longer valid: put it in quotes")
	case isPower(n.Value):
		d.Warn(n, path, quotedWriting(n, key), "is text to some readers of YAML and the number %s to others: put it in quotes", as)
	default:
		d.FailWrite(n, path, quotedWriting(n, key), "is a number to YAML, %s: put it in quotes", as)
	}
}

// isPower finds 1e3: text to PyYAML, which takes the quotes off it, and a number to others.
func isPower(text string) bool {
	return strings.ContainsAny(text, "eE") && !strings.Contains(text, ".") && !strings.HasPrefix(text, "0x")
}

// checkPlainScalar is the same for a value with a syntax of its own, which what is made of it has
// not: an id such as 01234567.
func (d *Decoder) checkPlainScalar(n, key *yaml.Node, path string) {
	if as := yaml11.Rewritten(n); as != n.Value && !yaml11.IsBoolean(as) {
		d.Warn(n, path, quotedWriting(n, key), "is a number to YAML, %s, so that a file that a tool writes back is no longer valid: put it in quotes", as)
	}
}

func quotedWriting(n, key *yaml.Node) string {
	if key == nil || key == n {
		return strconv.Quote(n.Value)
	}
	return yaml11.Text(key.Value) + ": " + strconv.Quote(n.Value)
}
