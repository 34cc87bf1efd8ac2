package decode

import (
	"gopkg.in/yaml.v3"

	"github.com/aurad/aurad/spec/source"
)

// Block remembers where a struct stood, so that later checks can point at its fields.
type Block struct {
	node *yaml.Node // the mapping; nil when the block is absent or empty
	pos  *yaml.Node // its key, for errors about the block as a whole
	path string

	// spoilt: a field has an unknown name, so another may seem to be missing.
	spoilt bool
}

// placed is what embedding block makes of a struct.
type placed interface {
	place(node, pos *yaml.Node, path string)
	Has(field string) bool
	spoil()
}

func (b *Block) spoil() { b.spoilt = true }

func (b *Block) place(node, pos *yaml.Node, path string) { b.node, b.pos, b.path = node, pos, path }

// Has says whether the field was written, even if its value could not be read.
func (b *Block) Has(field string) bool { return b.Value(field) != nil }

// Value is the node of a field, nil when it is not in the file.
func (b *Block) Value(field string) *yaml.Node {
	if b.node == nil || b.node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(b.node.Content); i += 2 {
		if b.node.Content[i].Value == field {
			return b.node.Content[i+1]
		}
	}
	return nil
}

// Position is where a field stands, or its block when it is not given there.
func (b *Block) Position(field string) source.Position {
	n := b.Value(field)
	if n == nil {
		n = b.pos
	}
	return source.PositionOf(n)
}

// Head is the key of the block, for errors about all of it.
func (b *Block) Head() *yaml.Node { return b.pos }

// At is the path of the block.
func (b *Block) At() string { return b.path }

// IsSpoilt: a field has an unknown name, so another may seem to be missing.
func (b *Block) IsSpoilt() bool { return b.spoilt }

// IsMapping says whether the block is there, and of fields.
func (b *Block) IsMapping() bool { return b.node != nil && b.node.Kind == yaml.MappingNode }
