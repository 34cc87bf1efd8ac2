package aurasim

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// storageSizes are what can be bought where storage is not tied to memory, in GB.
const storageSizes = "2 4 8 16 32 48 64 96 128 192 256 384 512 768 1024 1536 2048"

// storageFor picks the storage that comes with memory, or checks the one that was asked for.
// ok is false when the pair is not for sale.
func (s *account) storageFor(rows []catalog.Configuration, memory, storage string) (string, bool) {
	sold := func(c catalog.Configuration) bool {
		return c.Memory == memory && (storage == "" || c.Storage == storage || s.adjustable(c, storage))
	}
	i := slices.IndexFunc(rows, sold)
	switch {
	case i < 0:
		return "", false
	case storage == "":
		return rows[i].Storage, true
	}
	return storage, true
}

// adjustable says that more storage than comes with a size can be had: on AWS and GCP, for all
// tiers of AuraDB that are paid for.
func (s *account) adjustable(c catalog.Configuration, storage string) bool {
	return s.quirks.AdjustableStorage == quirk.On && c.CloudProvider != "azure" &&
		slices.Contains([]string{catalog.ProfessionalDB, catalog.BusinessCritical, catalog.EnterpriseDB}, c.Type) &&
		slices.Contains(strings.Fields(storageSizes), strconv.Itoa(catalog.Gigabytes(storage))) &&
		catalog.Gigabytes(storage) > catalog.Gigabytes(c.Storage)
}

// storageAfter is the storage when memory changes and storage is not spoken of: what was chosen
// stays if it can be, what came with the memory goes with it ("").
func (s *account) storageAfter(rows []catalog.Configuration, in *instance, memory string) string {
	if memory == in.Memory {
		return in.Storage
	}
	with, _ := s.storageFor(rows, in.Memory, "")
	if _, ok := s.storageFor(rows, memory, in.Storage); ok && in.Storage != with {
		return in.Storage
	}
	return ""
}
