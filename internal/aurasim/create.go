package aurasim

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// createBody is the body of POST /v1/instances. The last two are PATCH-only fields.
type createBody struct {
	Name                 string          `json:"name"`
	Type                 string          `json:"type"`
	TenantID             string          `json:"tenant_id"`
	CloudProvider        string          `json:"cloud_provider"`
	Region               string          `json:"region"`
	Memory               string          `json:"memory"`
	Storage              string          `json:"storage"`
	Version              string          `json:"version"`
	SourceInstanceID     string          `json:"source_instance_id"`
	SourceSnapshotID     string          `json:"source_snapshot_id"`
	CustomerManagedKeyID string          `json:"customer_managed_key_id"`
	VectorOptimized      *bool           `json:"vector_optimized"`
	GraphAnalyticsPlugin *bool           `json:"graph_analytics_plugin"`
	CDCEnrichmentMode    json.RawMessage `json:"cdc_enrichment_mode"`
	SecondariesCount     json.RawMessage `json:"secondaries_count"`
}

// creation is a call that asks for a new instance.
type creation struct{ *call }

// createInstance is POST /v1/instances: 202, or 400 for values, 405 for the quota.
func createInstance(asked *call) reply {
	c := creation{asked}
	var b createBody
	if no := c.decode(&b); no != nil {
		return *no
	}
	for _, check := range []func(*createBody) *reply{
		c.checkRequired, c.checkTenant, c.checkOffer, c.checkExtras, c.checkFlags, c.checkSource, c.checkKey,
		c.checkBilling, c.checkQuota, c.checkUnique,
	} {
		if no := check(&b); no != nil {
			return *no
		}
	}
	in := c.s.admit(c.newInstance(&b))
	c.req.InstanceID, c.made = in.ID, in
	if in.SourceInstanceID == "" {
		c.s.begin(in, c.now, OpCreate, StatusRunning, nil, StatusCreating)
	} else {
		c.s.beginLoad(in, c.now, OpCreate, nil, StatusCreating, StatusLoading)
	}
	in.lag = lag{} // there is nothing older to show
	in.hidden = c.now.Add(max(c.s.quirks.NotFoundAfterCreate, 0))
	return data(http.StatusAccepted, c.s.created(in.Instance))
}

func (c creation) newInstance(b *createBody) Instance {
	return Instance{
		ID: c.s.newID(), Name: b.Name, TenantID: b.TenantID, CloudProvider: b.CloudProvider, Region: b.Region,
		Type: b.Type, Version: b.Version, Memory: b.Memory, Storage: b.Storage,
		CustomerManagedKeyID: b.CustomerManagedKeyID, SourceInstanceID: b.SourceInstanceID,
		VectorOptimized: isTrue(b.VectorOptimized), GraphAnalyticsPlugin: isTrue(b.GraphAnalyticsPlugin),
		CDCEnrichmentMode: "OFF", Password: c.s.newSecret(22), CreatedAt: c.now.Truncate(time.Second),
	}
}

// created is the reply to a create: no status and no sizes, but the password, this once.
func (s *machine) created(in Instance) object {
	return object{
		{"id", in.ID}, {"connection_url", s.connectionURL(in.ID)}, {"username", "neo4j"}, {"password", in.Password},
		{"tenant_id", in.TenantID}, {"cloud_provider", in.CloudProvider}, {"region", in.Region},
		{"type", in.Type}, {"name", in.Name}, {"created_at", timestamp(in.CreatedAt)},
		{"vector_optimized", in.VectorOptimized}, {"graph_analytics_plugin", in.GraphAnalyticsPlugin},
	}
}

func (c creation) checkRequired(b *createBody) *reply {
	var all []fault
	for _, f := range []struct{ name, value string }{
		{"name", b.Name}, {"type", b.Type}, {"tenant_id", b.TenantID}, {"cloud_provider", b.CloudProvider},
		{"region", b.Region}, {"memory", b.Memory}, {"version", b.Version},
	} {
		if f.value == "" {
			all = append(all, fault{Message: f.name + " is required", Reason: reasonInvalid, Field: f.name})
		}
	}
	if len(all) > 0 {
		return refuseFields(all)
	}
	return checkName(b.Name)
}

// checkName holds a name to 1 to 30 characters without whitespace around it.
func checkName(name string) *reply {
	if n := utf8.RuneCountInString(name); n < 1 || n > 30 {
		return invalid("name", "name must have 1 to 30 characters")
	}
	if strings.TrimSpace(name) != name {
		return invalid("name", "name must not start or end with whitespace")
	}
	return nil
}

func (c creation) checkTenant(b *createBody) *reply {
	if c.s.tenant(b.TenantID) == nil {
		return refuse(http.StatusForbidden, "unauthorized", "no access to tenant "+b.TenantID)
	}
	return nil
}

// checkOffer holds type, place, version and sizes to what the tenant's configurations sell, and
// derives the storage.
func (c creation) checkOffer(b *createBody) *reply {
	tiers := []string{catalog.FreeDB, catalog.ProfessionalDB, catalog.BusinessCritical, catalog.EnterpriseDB, catalog.ProfessionalDS, catalog.EnterpriseDS}
	if !slices.Contains(tiers, b.Type) {
		return invalid("type", "type must be one of "+strings.Join(tiers, ", "))
	}
	rows := c.s.tenant(b.TenantID).SizesOf(b.Type, b.CloudProvider, b.Region)
	if len(rows) == 0 {
		return invalid("region", b.Type+" is not offered in "+b.CloudProvider+" "+b.Region)
	}
	if !slices.ContainsFunc(rows, func(r catalog.Configuration) bool { return r.Version == b.Version }) {
		return invalid("version", "version "+b.Version+" is not offered")
	}
	b.Memory, b.Storage = catalog.SizeText(b.Memory), catalog.SizeText(b.Storage)
	storage, ok := c.s.storageFor(rows, b.Memory, b.Storage)
	if !ok {
		return badSize(b.Memory, b.Storage)
	}
	b.Storage = storage
	return nil
}

func badSize(memory, storage string) *reply {
	if storage == "" {
		storage = "the default storage"
	}
	return refuse(http.StatusBadRequest, reasonSize, "Invalid memory size: "+memory+" with "+storage+" is not offered")
}

// checkExtras refuses the PATCH-only fields. Whether Aura refuses or ignores them is not on
// record; refusing shows a client's mistake (quirk create-extras).
func (c creation) checkExtras(b *createBody) *reply {
	if c.s.quirks.CreateExtras == "ignore" {
		return nil
	}
	if isGiven(b.CDCEnrichmentMode) {
		return invalid("cdc_enrichment_mode", "cdc_enrichment_mode can't be set at create")
	}
	if isGiven(b.SecondariesCount) {
		return invalid("secondaries_count", "secondaries_count can't be set at create")
	}
	return nil
}

func isGiven(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

func isTrue(b *bool) bool { return b != nil && *b }

func (c creation) checkFlags(b *createBody) *reply {
	if no := checkVector(b.Type, b.Memory, isTrue(b.VectorOptimized)); no != nil {
		return no
	}
	return checkPlugin(b.Type, isTrue(b.GraphAnalyticsPlugin))
}

func checkVector(tier, memory string, wanted bool) *reply {
	switch {
	case !wanted:
		return nil
	case !slices.Contains([]string{catalog.ProfessionalDB, catalog.BusinessCritical, catalog.EnterpriseDB}, tier):
		return refuse(http.StatusBadRequest, reasonIncapable, "vector_optimized is not available on "+tier)
	case catalog.Gigabytes(memory) < 4:
		return invalid("vector_optimized", "vector_optimized needs 4GB of memory or more")
	}
	return nil
}

func checkPlugin(tier string, wanted bool) *reply {
	if wanted && tier != catalog.ProfessionalDB {
		return refuse(http.StatusBadRequest, reasonIncapable, "graph_analytics_plugin is not available on "+tier)
	}
	return nil
}

// checkSource looks up what a clone is made from. A clone inherits the vector setting.
func (c creation) checkSource(b *createBody) *reply {
	if b.SourceInstanceID == "" {
		if b.SourceSnapshotID != "" {
			return invalid("source_instance_id", "source_snapshot_id needs source_instance_id")
		}
		return nil
	}
	source, ok := c.s.byID[b.SourceInstanceID]
	if !ok || source.Deleted {
		return invalid("source_instance_id", "DB not found: "+b.SourceInstanceID)
	}
	if no := c.loadable(source, b.SourceSnapshotID, true); no != nil {
		return no
	}
	if b.VectorOptimized == nil && catalog.Gigabytes(b.Memory) >= 4 {
		b.VectorOptimized = &source.VectorOptimized
	}
	return nil
}

func (c creation) checkKey(b *createBody) *reply {
	id := b.CustomerManagedKeyID
	switch key := c.s.key(id); {
	case id == "":
		return nil
	case b.Type != catalog.EnterpriseDB && b.Type != catalog.EnterpriseDS:
		return refuse(http.StatusBadRequest, reasonIncapable, "customer_managed_key_id is not available on "+b.Type)
	case key == nil:
		return refuse(http.StatusBadRequest, "encryption-key-not-found", "Encryption key not found: "+id)
	case key.Type != b.Type || key.CloudProvider != b.CloudProvider || key.Region != b.Region:
		return invalid("customer_managed_key_id", "the key is for "+key.Type+" in "+key.CloudProvider+" "+key.Region)
	case key.status(c.now) != "ready":
		return invalid("customer_managed_key_id", "the key is "+key.status(c.now)+", not ready")
	}
	return nil
}

func (c creation) checkBilling(b *createBody) *reply {
	if c.s.quirks.MissingBilling == quirk.On && b.Type != catalog.FreeDB {
		return refuse(http.StatusBadRequest, "missing-billing-details", "add a payment method before creating "+b.Type)
	}
	return nil
}

// checkQuota is the 405. No source names its reason.
func (c creation) checkQuota(b *createBody) *reply {
	all, free := 0, 0
	for _, in := range c.s.instances {
		if in.Deleted || in.TenantID != b.TenantID {
			continue
		}
		all++
		if in.free() {
			free++
		}
	}
	limit := c.s.quirks.FreeInstances
	if c.s.cfg.Quota > 0 && all >= c.s.cfg.Quota || b.Type == catalog.FreeDB && limit > 0 && free >= limit {
		return refuse(http.StatusMethodNotAllowed, "quota-exceeded", "the tenant may not have another "+b.Type)
	}
	return nil
}

func (c creation) checkUnique(b *createBody) *reply {
	taken := func(in *instance) bool { return !in.Deleted && in.TenantID == b.TenantID && in.Name == b.Name }
	if c.s.quirks.UniqueNames == quirk.On && slices.ContainsFunc(c.s.instances, taken) {
		return refuse(http.StatusConflict, "duplicate-name", "an instance named "+b.Name+" exists")
	}
	return nil
}
