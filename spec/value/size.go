package value

import (
	"github.com/aurad/aurad/spec/catalog"
	"github.com/aurad/aurad/spec/correct"
)

// Memory is "<n>GB" of memory.
type Memory string

// Parse implements Scalar.
func (m *Memory) Parse(text string) error {
	if err := catalog.CheckSize(text, catalog.MemorySizes()); err != nil {
		return err
	}
	*m = Memory(text)
	return nil
}

// Syntax describes a memory size.
func (Memory) Syntax() Syntax {
	return Syntax{Enum: catalog.SizeNames(catalog.MemorySizes()), Example: "4GB"}
}

// Storage is "<n>GB" of storage.
type Storage string

// Parse implements Scalar.
func (s *Storage) Parse(text string) error {
	if err := catalog.CheckSize(text, catalog.StorageSizes()); err != nil {
		return err
	}
	*s = Storage(text)
	return nil
}

// Syntax describes a storage size.
func (Storage) Syntax() Syntax {
	return Syntax{Enum: catalog.SizeNames(catalog.StorageSizes()), Example: "8GB"}
}

// Correct implements Scalar.
func (Memory) Correct(text string) correct.Correction {
	return correct.Size(text, catalog.MemorySizes())
}

// Correct implements Scalar.
func (Storage) Correct(text string) correct.Correction {
	return correct.Size(text, catalog.StorageSizes())
}
