package aurasim

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/aurad/aurad/internal/aurasim/catalog"
)

// estimateSize is POST /v1/instances/sizing. Aura's own formula is not public: this one counts
// 1 KB a node and 200 bytes a relationship, and half as much again for each algorithm category.
func estimateSize(c *call) reply {
	var b graphSize
	if no := c.decode(&b); no != nil {
		return *no
	}
	if no := b.invalid(); no != nil {
		return *no
	}
	if b.InstanceType != catalog.ProfessionalDS && b.InstanceType != catalog.EnterpriseDS {
		return *invalid("instance_type", "instance_type must be professional-ds or enterprise-ds")
	}
	least, _ := sizeAbove(b.bytes())
	best, exceeded := sizeAbove(2 * b.bytes())
	return data(http.StatusOK, object{
		{"did_exceed_maximum", exceeded}, {"min_required_memory", least}, {"recommended_size", best},
	})
}

// estimateSession is POST /v1/graph-analytics/sessions/sizing.
func estimateSession(c *call) reply {
	var b graphSize
	if no := c.decode(&b); no != nil {
		return *no
	}
	if no := b.invalid(); no != nil {
		return *no
	}
	least, _ := sizeAbove(b.bytes())
	best, _ := sizeAbove(2 * b.bytes())
	return data(http.StatusOK, object{{"estimated_memory", least}, {"recommended_size", best}})
}

// graphSize is what both estimates are asked with; the session's has no instance type.
type graphSize struct {
	NodeCount           *int64   `json:"node_count"`
	RelationshipCount   *int64   `json:"relationship_count"`
	InstanceType        string   `json:"instance_type"`
	AlgorithmCategories []string `json:"algorithm_categories"`

	// Algorithms is the newer word for categories: a name each, with or without its configuration.
	Algorithms []json.RawMessage `json:"algorithms"`
}

func (g *graphSize) invalid() *reply {
	switch {
	case g.NodeCount == nil || *g.NodeCount < 0:
		return invalid("node_count", "node_count is required")
	case g.RelationshipCount == nil || *g.RelationshipCount < 0:
		return invalid("relationship_count", "relationship_count is required")
	case g.Algorithms != nil && g.AlgorithmCategories != nil:
		return invalid("algorithms", "algorithms and algorithm_categories do not go together")
	}
	return nil
}

func (g *graphSize) bytes() float64 {
	need := float64(*g.NodeCount)*1024 + float64(*g.RelationshipCount)*200
	return need * (1 + float64(len(g.AlgorithmCategories)+len(g.Algorithms))/2)
}

// sizeAbove is the smallest size that holds so many bytes, else the largest and true.
func sizeAbove(bytes float64) (size string, exceeded bool) {
	for text := range strings.FieldsSeq(catalog.DsSizes) {
		gb, _ := strconv.Atoi(text)
		size = text + "GB"
		if bytes <= float64(gb)*(1<<30) {
			return size, false
		}
	}
	return size, true
}
