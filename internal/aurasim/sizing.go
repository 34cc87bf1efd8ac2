package aurasim

import (
	"net/http"
	"strconv"
	"strings"
)

// estimateSize is POST /v1/instances/sizing. Aura's own formula is not public: this one counts
// 1 KB a node and 200 bytes a relationship, and half as much again for each algorithm category.
func estimateSize(c *call) reply {
	var b struct {
		NodeCount           *int64   `json:"node_count"`
		RelationshipCount   *int64   `json:"relationship_count"`
		InstanceType        string   `json:"instance_type"`
		AlgorithmCategories []string `json:"algorithm_categories"`
	}
	if no := c.decode(&b); no != nil {
		return *no
	}
	switch {
	case b.NodeCount == nil || *b.NodeCount < 0:
		return *invalid("node_count", "node_count is required")
	case b.RelationshipCount == nil || *b.RelationshipCount < 0:
		return *invalid("relationship_count", "relationship_count is required")
	case b.InstanceType != ProfessionalDS && b.InstanceType != EnterpriseDS:
		return *invalid("instance_type", "instance_type must be professional-ds or enterprise-ds")
	}
	need := float64(*b.NodeCount)*1024 + float64(*b.RelationshipCount)*200
	need *= 1 + float64(len(b.AlgorithmCategories))/2
	least, _ := sizeAbove(need)
	best, exceeded := sizeAbove(2 * need)
	return data(http.StatusOK, object{
		{"did_exceed_maximum", exceeded}, {"min_required_memory", least}, {"recommended_size", best},
	})
}

// sizeAbove is the smallest size that holds so many bytes, else the largest and true.
func sizeAbove(bytes float64) (size string, exceeded bool) {
	for text := range strings.FieldsSeq(dsSizes) {
		gb, _ := strconv.Atoi(text)
		size = text + "GB"
		if bytes <= float64(gb)*(1<<30) {
			return size, false
		}
	}
	return size, true
}
