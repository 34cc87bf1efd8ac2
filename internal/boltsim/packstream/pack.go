package packstream

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Append adds v to b in its shortest form. Dictionaries are written in the order of their keys. An
// int and a []string are packed as an int64 and a []any; another type is an error.
func Append(b []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(b, null), nil
	case bool:
		if v {
			return append(b, trueMarker), nil
		}
		return append(b, falseMarker), nil
	case int:
		return appendInt(b, int64(v)), nil
	case int64:
		return appendInt(b, v), nil
	case float64:
		return binary.BigEndian.AppendUint64(append(b, float), math.Float64bits(v)), nil
	case []byte:
		return append(appendSize(b, 0, bytes8, len(v)), v...), nil
	case string:
		return append(appendSize(b, tinyString, string8, len(v)), v...), nil
	case []string:
		list := make([]any, len(v))
		for i, s := range v {
			list[i] = s
		}
		return Append(b, list)
	case []any:
		return appendAll(appendSize(b, tinyList, list8, len(v)), v)
	case map[string]any:
		return appendDictionary(b, v)
	case Structure:
		if len(v.Fields) > 15 {
			return nil, fmt.Errorf("pack a structure: %d fields, at most 15", len(v.Fields))
		}
		return appendAll(append(b, tinyStructure|byte(len(v.Fields)), v.Tag), v.Fields)
	}
	return nil, fmt.Errorf("pack a %T: no such type in PackStream", v)
}

func appendAll(b []byte, values []any) (_ []byte, err error) {
	for _, v := range values {
		if b, err = Append(b, v); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func appendDictionary(b []byte, d map[string]any) (_ []byte, err error) {
	b = appendSize(b, tinyDictionary, dictionary8, len(d))
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if b, err = appendAll(b, []any{key, d[key]}); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func appendInt(b []byte, v int64) []byte {
	switch {
	case v >= leastTinyInt && v <= math.MaxInt8:
		return append(b, byte(v))
	case v >= math.MinInt8 && v < leastTinyInt:
		return append(b, int8Marker, byte(v))
	case v >= math.MinInt16 && v <= math.MaxInt16:
		return binary.BigEndian.AppendUint16(append(b, int16Marker), uint16(v))
	case v >= math.MinInt32 && v <= math.MaxInt32:
		return binary.BigEndian.AppendUint32(append(b, int32Marker), uint32(v))
	}
	return binary.BigEndian.AppendUint64(append(b, int64Marker), uint64(v))
}

// appendSize writes a marker with its size. tiny is 0 where the type has no marker of one byte.
func appendSize(b []byte, tiny, marker byte, n int) []byte {
	switch {
	case tiny != 0 && n < 16:
		return append(b, tiny|byte(n))
	case n <= math.MaxUint8:
		return append(b, marker, byte(n))
	case n <= math.MaxUint16:
		return binary.BigEndian.AppendUint16(append(b, marker+1), uint16(n))
	}
	return binary.BigEndian.AppendUint32(append(b, marker+2), uint32(n))
}
