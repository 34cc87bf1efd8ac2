package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Sizes sold somewhere, in GB (aura-cli and the Terraform provider list the same ones). What a
// tenant may really use is in its instance_configurations: see Fleet.CheckOffers.
func memorySizes() []int {
	return []int{1, 2, 4, 8, 16, 24, 32, 48, 64, 128, 192, 256, 384, 512}
}

func storageSizes() []int {
	return []int{2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048}
}

type memorySize string

func (m *memorySize) parse(text string) error {
	return parseSize(text, memorySizes(), (*string)(m))
}

// Syntax describes a memory size.
func (memorySize) Syntax() Syntax { return Syntax{Enum: sizeNames(memorySizes()), Example: "4GB"} }

type storageSize string

func (s *storageSize) parse(text string) error {
	return parseSize(text, storageSizes(), (*string)(s))
}

// Syntax describes a storage size.
func (storageSize) Syntax() Syntax { return Syntax{Enum: sizeNames(storageSizes()), Example: "8GB"} }

func sizeNames(sizes []int) []string {
	names := make([]string, len(sizes))
	for i, n := range sizes {
		names[i] = fmt.Sprintf("%dGB", n)
	}
	return names
}

func parseSize(text string, sizes []int, to *string) error {
	for _, n := range sizes {
		if n == gigabytes(text) && text == strconv.Itoa(n)+"GB" {
			*to = text
			return nil
		}
	}
	return fmt.Errorf("%s is not a size Aura sells%s", quote(text), nearestSizes(text, sizes))
}

// gigabytes is the n of "<n>GB", 0 for anything else.
func gigabytes(size string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(size, "GB"))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// nearestSizes names the sizes around a whole number of gigabytes.
func nearestSizes(text string, sizes []int) string {
	want := gigabytes(text)
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
