package aurasim

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/aurad/aurad/internal/aurasim/catalog"
	"github.com/aurad/aurad/internal/aurasim/quirk"
)

// patching is a call that changes an instance.
type patching struct{ *call }

// patchBody is the body of PATCH /v1/instances/{id}; nil and null leave a field as it is.
type patchBody struct {
	Name                 *string `json:"name"`
	Memory               *string `json:"memory"`
	Storage              *string `json:"storage"`
	VectorOptimized      *bool   `json:"vector_optimized"`
	GraphAnalyticsPlugin *bool   `json:"graph_analytics_plugin"`
	CDCEnrichmentMode    *string `json:"cdc_enrichment_mode"`
	SecondariesCount     *int    `json:"secondaries_count"`
}

func (b *patchBody) resizes() bool { return b.Memory != nil || b.Storage != nil }

func (b *patchBody) updates() bool {
	return b.VectorOptimized != nil || b.GraphAnalyticsPlugin != nil || b.CDCEnrichmentMode != nil || b.SecondariesCount != nil
}

// immutable are the fields of a create that nothing can change.
func immutable() []string {
	return []string{"type", "region", "cloud_provider", "tenant_id", "version", "source_instance_id",
		"source_snapshot_id", "customer_managed_key_id"}
}

// patchInstance is PATCH /v1/instances/{id}: 200 for a rename, which is done at once and works in
// every status but destroying; 202 for everything else, which needs a running instance.
func patchInstance(c *call) reply {
	in, no := c.target()
	if no != nil {
		return *no
	}
	var b patchBody
	if no := c.decode(&b); no != nil {
		return *no
	}
	slow := b.resizes() || b.updates()
	p := patching{c}
	if no := p.checkPatch(in, &b); no != nil {
		return *no
	}
	return p.applyPatch(in, &b, slow)
}

func (c patching) checkPatch(in *instance, b *patchBody) *reply {
	for _, check := range []func(*instance, *patchBody) *reply{
		c.checkFields, c.checkSizes, c.checkPatchFlags, c.checkCDC, c.checkSecondaries,
	} {
		if no := check(in, b); no != nil {
			return no
		}
	}
	b.forget(&in.Instance)
	if b.resizes() || b.updates() {
		return c.ready(in, StatusRunning)
	}
	if in.Status == StatusDestroying {
		return ongoing(in, in.Status)
	}
	return nil
}

func (c patching) checkFields(_ *instance, b *patchBody) *reply {
	var raw map[string]json.RawMessage
	if no := c.decode(&raw); no != nil {
		return no
	}
	for _, field := range immutable() {
		if isGiven(raw[field]) {
			return invalid(field, field+" can't be changed")
		}
	}
	if b.Name != nil {
		return checkName(*b.Name)
	}
	if !b.resizes() && !b.updates() {
		return refuse(http.StatusBadRequest, reasonInvalid, "the request changes nothing")
	}
	return nil
}

// checkSizes fills in the size that was left out: storage follows from memory.
func (c patching) checkSizes(in *instance, b *patchBody) *reply {
	if !b.resizes() {
		return nil
	}
	if in.free() {
		return refuse(http.StatusBadRequest, reasonIncapable, "a free-db can't be resized")
	}
	rows := c.s.tenant(in.TenantID).SizesOf(in.Type, in.CloudProvider, in.Region)
	memory, storage := in.Memory, ""
	if b.Memory != nil {
		memory = catalog.SizeText(*b.Memory)
	}
	if b.Storage != nil {
		storage = catalog.SizeText(*b.Storage)
	}
	if b.Storage == nil {
		storage = c.s.storageAfter(rows, in, memory)
	}
	sold, ok := c.s.storageFor(rows, memory, storage)
	if !ok {
		return badSize(memory, storage)
	}
	if catalog.Gigabytes(memory) < catalog.Gigabytes(in.NeedsMemory) {
		return refuse(http.StatusBadRequest, reasonSize, "the data needs "+in.NeedsMemory+" of memory")
	}
	b.Memory, b.Storage = &memory, &sold
	return nil
}

func (c patching) checkPatchFlags(in *instance, b *patchBody) *reply {
	memory := in.Memory
	if b.Memory != nil {
		memory = *b.Memory
	}
	if no := checkVector(in.Type, memory, isTrue(b.VectorOptimized)); no != nil {
		return no
	}
	if b.GraphAnalyticsPlugin != nil && c.s.quirks.PluginFixed == quirk.On {
		return invalid("graph_analytics_plugin", "graph_analytics_plugin can't be changed after create")
	}
	return checkPlugin(in.Type, isTrue(b.GraphAnalyticsPlugin))
}

func (c patching) checkCDC(in *instance, b *patchBody) *reply {
	if b.CDCEnrichmentMode == nil {
		return nil
	}
	if !slices.Contains([]string{"OFF", "DIFF", "FULL"}, *b.CDCEnrichmentMode) {
		return invalid("cdc_enrichment_mode", "cdc_enrichment_mode must be OFF, DIFF or FULL")
	}
	return c.critical(in, "cdc_enrichment_mode")
}

func (c patching) checkSecondaries(in *instance, b *patchBody) *reply {
	if b.SecondariesCount == nil {
		return nil
	}
	if *b.SecondariesCount < 0 || *b.SecondariesCount > 15 {
		return invalid("secondaries_count", "secondaries_count must be 0 to 15")
	}
	return c.critical(in, "secondaries_count")
}

// critical refuses a field that only business-critical and enterprise-db have.
func (c patching) critical(in *instance, field string) *reply {
	if in.Type != catalog.BusinessCritical && in.Type != catalog.EnterpriseDB {
		return refuse(http.StatusBadRequest, reasonIncapable, field+" is not available on "+in.Type)
	}
	if c.s.quirks.CDCBarred == quirk.On {
		return refuse(http.StatusBadRequest, reasonTenant, field+" is not enabled for the tenant")
	}
	return nil
}

// forget drops what the instance has already: asking for that is no change.
func (b *patchBody) forget(in *Instance) {
	if b.resizes() && *b.Memory == in.Memory && *b.Storage == in.Storage {
		b.Memory, b.Storage = nil, nil
	}
	drop(&b.Name, in.Name)
	drop(&b.VectorOptimized, in.VectorOptimized)
	drop(&b.GraphAnalyticsPlugin, in.GraphAnalyticsPlugin)
	drop(&b.CDCEnrichmentMode, in.CDCEnrichmentMode)
	drop(&b.SecondariesCount, in.SecondariesCount)
}

func drop[T comparable](field **T, have T) {
	if *field != nil && **field == have {
		*field = nil
	}
}

// applyPatch answers by what was asked for: slow even where nothing of it is a change.
func (c patching) applyPatch(in *instance, b *patchBody, slow bool) reply {
	c.s.lagBehind(in, c.now)
	behind := in.lag
	if b.Name != nil {
		in.Name = *b.Name
		in.keep(c.now)
	}
	c.startPatch(in, b)
	in.lag = behind
	return c.patched(in, slow)
}

func (c patching) startPatch(in *instance, b *patchBody) {
	apply := func(in *Instance) { b.applyTo(in) }
	switch {
	case b.resizes():
		if c.s.quirks.OldMemoryInResize != quirk.On {
			in.Memory, in.Storage = *b.Memory, *b.Storage
		}
		c.s.begin(in, c.now, OpResize, StatusRunning, apply, c.s.quirks.ResizeStatus)
	case b.updates():
		c.s.begin(in, c.now, OpUpdate, StatusRunning, apply, StatusUpdating)
	case b.Name != nil && c.s.quirks.RenameUpdating == quirk.On && in.Status == StatusRunning:
		c.s.begin(in, c.now, OpUpdate, StatusRunning, nil, StatusUpdating)
	}
}

func (c patching) patched(in *instance, slow bool) reply {
	status := http.StatusOK
	if slow && c.s.quirks.PatchStatus != "200" || c.s.quirks.PatchStatus == "202" {
		status = http.StatusAccepted
	}
	if status == http.StatusAccepted && c.s.quirks.PatchEmptyBody == quirk.On {
		return reply{status: status, value: object{}}
	}
	return data(status, c.s.view(in.Instance, c.now))
}

// applyTo makes the changes, at the end of the operation. Below 4 GB the vector setting switches
// itself off.
func (b *patchBody) applyTo(in *Instance) {
	set(&in.Memory, b.Memory)
	set(&in.Storage, b.Storage)
	set(&in.VectorOptimized, b.VectorOptimized)
	set(&in.GraphAnalyticsPlugin, b.GraphAnalyticsPlugin)
	set(&in.CDCEnrichmentMode, b.CDCEnrichmentMode)
	set(&in.SecondariesCount, b.SecondariesCount)
	if catalog.Gigabytes(in.Memory) < 4 {
		in.VectorOptimized = false
	}
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}
