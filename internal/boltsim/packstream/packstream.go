// Package packstream packs values as Bolt messages have them, and unpacks them.
//
// It knows version 1 of the format: null, booleans, 64-bit integers, floats, bytes, strings, lists,
// dictionaries with strings for keys, and structures, which are a tag and fields. It must not know
// what a tag means. In Go these are nil, bool, int64, float64, []byte, string, []any, map[string]any
// and Structure.
package packstream

// Structure is a composite value; its tag says of what type.
type Structure struct {
	Tag    byte
	Fields []any
}

// Markers, as the specification writes them.
const (
	null        = 0xC0
	float       = 0xC1
	falseMarker = 0xC2
	trueMarker  = 0xC3
	int8Marker  = 0xC8
	int16Marker = 0xC9
	int32Marker = 0xCA
	int64Marker = 0xCB
	bytes8      = 0xCC // the next two have sizes of 16 and 32 bits, here and below
	string8     = 0xD0
	list8       = 0xD4
	dictionary8 = 0xD8

	tinyString     = 0x80 // to 0x8F: the lower half is the size
	tinyList       = 0x90
	tinyDictionary = 0xA0
	tinyStructure  = 0xB0
	leastTinyInt   = -16
)
