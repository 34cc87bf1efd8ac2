package spec

import (
	"github.com/aurad/aurad/spec/source"
)

// places are where the fields stand that a tenant may not be able to have.
type places struct{ typ, cloud, region, version, memory, storage source.Position }

// Place is where a field of an instance stands that narrows down what can be bought: type,
// cloud_provider, region, version, memory or storage; the block where it is not written.
func (f *Fleet) Place(key, field string) source.Position {
	p := f.places[key]
	switch field {
	case "type":
		return p.typ
	case "cloud_provider":
		return p.cloud
	case "region":
		return p.region
	case "version":
		return p.version
	case "memory":
		return p.memory
	}
	return p.storage
}
