package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aurad/aurad/spec/spelling"
)

// MemorySizes are those sold somewhere, in GB, as StorageSizes are (aura-cli and the Terraform provider list the same ones). What a
// tenant may really use is in its instance_configurations: see package offers.
func MemorySizes() []int {
	return []int{1, 2, 4, 8, 16, 24, 32, 48, 64, 128, 192, 256, 384, 512}
}

// StorageSizes are in GB, too.
func StorageSizes() []int {
	return []int{2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048}
}

// SizeNames writes sizes as Aura does.
func SizeNames(sizes []int) []string {
	names := make([]string, len(sizes))
	for i, n := range sizes {
		names[i] = fmt.Sprintf("%dGB", n)
	}
	return names
}

// CheckSize refuses what is none of the sizes.
func CheckSize(text string, sizes []int) error {
	for _, n := range sizes {
		if n == Gigabytes(text) && text == strconv.Itoa(n)+"GB" {
			return nil
		}
	}
	return fmt.Errorf("%s is not a size Aura sells%s", spelling.Quote(text), nearestSizes(text, sizes))
}

// Gigabytes is the n of "<n>GB", 0 for anything else.
func Gigabytes(size string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(size, "GB"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// nearestSizes names the sizes around a whole number of gigabytes.
func nearestSizes(text string, sizes []int) string {
	want := Gigabytes(text)
	if !strings.ContainsAny(text, "0123456789") {
		return ", which are written as in 4GB"
	}
	if want == 0 || slices.Contains(sizes, want) {
		return ""
	}
	var below, above string
	for _, n := range sizes {
		switch size := fmt.Sprintf("%dGB", n); {
		case n < want:
			below = size
		case above == "":
			above = size
		}
	}
	if below != "" && above != "" {
		below += ", "
	}
	return "; nearest: " + below + above
}
