package value

import (
	"fmt"
	"strings"

	"github.com/aurad/aurad/spec/correct"
	"github.com/aurad/aurad/spec/spelling"
)

// VaultPath is a path without any way out of itself: Vault's client cleans `..` away silently.
type VaultPath string

// Parse implements Scalar.
func (p *VaultPath) Parse(text string) error {
	for part := range strings.SplitSeq(text, "/") {
		if part == "." || part == ".." || !isPathWord(part) {
			return fmt.Errorf("%s is not a Vault path: words of letters, digits, _ - and . joined by /, such as teams/aura", spelling.Quote(text))
		}
	}
	*p = VaultPath(text)
	return nil
}

// Syntax describes a Vault path.
func (VaultPath) Syntax() Syntax {
	return Syntax{Pattern: "^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$", Example: "aura"}
}

func isPathWord(s string) bool {
	return spelling.IsWord(strings.ReplaceAll(s, ".", "-"))
}

// Correct implements Scalar.
func (VaultPath) Correct(text string) correct.Correction { return correct.VaultPath(text) }
