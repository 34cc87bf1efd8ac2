package aurasim

import (
	"strconv"
	"time"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// countingTakes is how long the node counts of a new free instance are null.
const countingTakes = 2 * time.Minute

// view is an instance as GET shows it: which keys are there depends on tier and status.
func (s *machine) view(in Instance, now time.Time) object {
	o := object{
		{"id", in.ID}, {"name", in.Name}, {"status", in.Status}, {"tenant_id", in.TenantID},
		{"connection_url", s.urlOf(in)},
		{"cloud_provider", in.CloudProvider}, {"region", in.Region}, {"type", in.Type},
	}
	o = append(o, s.sizes(in)...)
	if s.quirks.OmitCreatedAt != quirk.On {
		o = append(o, member{"created_at", timestamp(in.CreatedAt)})
	}
	if hasMetrics(in.Type) {
		o = append(o, member{"metrics_integration_url", s.metricsURL(in.TenantID + "/" + in.ID)})
	}
	if in.CustomerManagedKeyID != "" {
		o = append(o, member{"customer_managed_key_id", in.CustomerManagedKeyID})
	}
	o = append(o, s.extras(in)...)
	if in.free() {
		o = append(o, s.counts(in, now)...)
	}
	return append(o, member{"vector_optimized", in.VectorOptimized},
		member{"graph_analytics_plugin", in.GraphAnalyticsPlugin})
}

func (s *machine) urlOf(in Instance) any {
	away := in.Status == StatusPaused || in.Status == StatusResuming
	if away && s.quirks.NullURL == quirk.On {
		return nil
	}
	return s.connectionURL(in.ID)
}

func (s *machine) connectionURL(id string) string {
	if s.cfg.DatabaseAddress != nil {
		if address := s.cfg.DatabaseAddress(id); address != "" {
			return "neo4j+s://" + address
		}
	}
	return "neo4j+s://" + id + ".databases." + s.cfg.Domain
}

// metricsURL is where the metrics of a tenant, or of one instance, are said to be. In life that is
// another host; a token that is sent there must not leave the simulator.
func (s *machine) metricsURL(of string) string { return s.cfg.BaseURL + "/api/v1/" + of + "/metrics" }

func (s *machine) sizes(in Instance) object {
	dropped := in.Status == StatusPaused && s.quirks.DropSizesPaused == quirk.On ||
		in.Status == StatusDestroying && s.quirks.DropSizesDestroying == quirk.On
	if dropped {
		return nil
	}
	if in.free() {
		return object{{"memory", in.Memory}}
	}
	return object{{"memory", in.Memory}, {"storage", in.Storage}}
}

// extras are secondaries_count and cdc_enrichment_mode, which the lower tiers do not have.
func (s *machine) extras(in Instance) object {
	var o object
	critical := in.Type == catalog.BusinessCritical
	if in.Type == catalog.EnterpriseDB || critical && s.quirks.OmitSecondaries != quirk.On {
		o = append(o, member{"secondaries_count", in.SecondariesCount})
	}
	switch {
	case critical && s.quirks.NullCDC == quirk.On:
		o = append(o, member{"cdc_enrichment_mode", nil})
	case critical || in.Type == catalog.EnterpriseDB:
		o = append(o, member{"cdc_enrichment_mode", in.CDCEnrichmentMode})
	}
	return o
}

func (s *machine) counts(in Instance, now time.Time) object {
	show := func(n int64) any {
		switch {
		case now.Before(in.CreatedAt.Add(countingTakes)):
			return nil
		case s.quirks.CountsAsStrings == quirk.On:
			return strconv.FormatInt(n, 10)
		}
		return n
	}
	return object{{"graph_nodes", show(in.GraphNodes)}, {"graph_relationships", show(in.GraphRelationships)}}
}

// summary is an instance as the list shows it.
func (s *machine) summary(in Instance) object {
	o := object{{"id", in.ID}, {"name", in.Name}, {"tenant_id", in.TenantID}, {"cloud_provider", in.CloudProvider}}
	if s.quirks.OmitCreatedAt != quirk.On {
		o = append(o, member{"created_at", timestamp(in.CreatedAt)})
	}
	return o
}

func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
