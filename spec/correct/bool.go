package correct

import (
	"slices"
	"strings"

	"github.com/aurad/aurad/spec/yaml11"
)

// Bool reads another word for yes or no.
func Bool(text string) Correction {
	switch text = strings.ToLower(text); {
	case yaml11.IsTrue(text) || slices.Contains([]string{"1", "enabled", "enable", "always"}, text):
		return Correction{Values: []string{"true"}}
	case yaml11.IsFalse(text) || slices.Contains([]string{"0", "disabled", "disable", "never", "none"}, text):
		return Correction{Values: []string{"false"}}
	}
	return Correction{}
}
