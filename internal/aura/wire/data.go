// Package wire reads the replies of the API as they have been seen, which is more than the
// documented forms: values of odd types, other encodings, errors in four shapes, and the reply to a
// create that broke off.
//
// It must not know which request a reply belongs to, nor print what it reads: the reply to a
// create holds a password.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

var errNoData = errors.New(`the reply has no "data"`)

// Data takes a success body out of its {"data": ...}.
func Data[T any](raw []byte) (T, error) {
	var zero T
	var envelope struct {
		Data json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(plainText(raw), &envelope); err != nil {
		return zero, fmt.Errorf("the reply is not JSON as expected: %w", err)
	}
	if len(envelope.Data) == 0 || bytes.Equal(envelope.Data, []byte("null")) {
		return zero, errNoData
	}
	var v T
	if err := json.Unmarshal(envelope.Data, &v); err != nil {
		return zero, fmt.Errorf("the reply's data are not as expected: %w", err)
	}
	return v, nil
}

// One decodes a single object of wire form W.
func One[W, T any](convert func(W) T) func([]byte) (T, error) {
	return func(raw []byte) (T, error) {
		w, err := Data[W](raw)
		if err != nil {
			var zero T
			return zero, err
		}
		return convert(w), nil
	}
}

// List decodes an array of wire form W.
func List[W, T any](convert func(W) T) func([]byte) ([]T, error) {
	return func(raw []byte) ([]T, error) {
		ws, err := Data[[]W](raw)
		if err != nil {
			return nil, err
		}
		out := make([]T, 0, len(ws))
		for _, w := range ws {
			out = append(out, convert(w))
		}
		return out, nil
	}
}
