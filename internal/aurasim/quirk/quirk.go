// Package quirk lists the ways in which Aura has been seen, or is said, to behave oddly, each with
// the value that the best evidence has, and sets them by name.
//
// It must not know how the simulator carries them out.
package quirk

import (
	"slices"
	"time"
)

// Switch is a yes-or-no quirk whose zero value means "as the table's default says".
type Switch int8

// The settings of a Switch.
const (
	Default Switch = iota
	On
	Off
)

// Quirks are the ways in which Aura has been seen, or is said, to behave oddly. The zero value of
// each field means the default of Table, which is the best evidence; a negative duration or
// number switches off what the default has on.
type Quirks struct {
	StatusLagReads      int
	StatusLag           time.Duration
	NotFoundAfterCreate time.Duration
	BusyAfterRunning    time.Duration
	NullURL             Switch
	DropSizesPaused     Switch
	DropSizesDestroying Switch
	OldMemoryInResize   Switch
	ResizeStatus        string
	ResumeRestoring     Switch
	RenameUpdating      Switch
	NullCDC             Switch
	OmitSecondaries     Switch
	CountsAsStrings     Switch
	OmitCreatedAt       Switch
	PatchStatus         string
	PatchEmptyBody      Switch
	PauseStatus         string
	ResumeStatus        string
	UpgradeStatus       string
	ExpiredTokenStatus  string
	WrongStateStatus    string
	GoneDeleteStatus    string
	UniqueNames         Switch
	CreateExtras        string
	ErrorBody           string
	MalformedTenant     string
	RetryAfter          string
	RequestsPerMinute   int
	TokensPerHour       int
	ContentTypeCheck    string
	FirstSnapshot       Switch
	AutoResume          time.Duration
	FreeIdlePause       time.Duration
	FreeRemoval         time.Duration
	FreeInstances       int
	LoadingFailed       int
	MissingBilling      Switch
	CDCBarred           Switch
	TrialTenant         Switch
	PluginFixed         Switch
	AdjustableStorage   Switch
	GatewayExpires      Switch
}

// Row is one row of Table.
type Row struct {
	Name    string   // kebab-case, for a command line
	Default string   // the value a simulator has when nothing is said
	Sample  string   // the value that NAME without =VALUE stands for
	Values  []string // every legal value; nil: a number or a duration ("90s", "off")
	About   string   // one line

	field func(*Quirks) any
}

// Table lists every quirk, in the order of the documentation.
func Table() []Row {
	return slices.Concat(timingQuirks(), bodyQuirks(), codeQuirks(), limitQuirks(), lifeQuirks())
}

func timingQuirks() []Row {
	return []Row{
		{"status-lag-reads", "0", "2", nil, "after an accepted action the next N GETs still show the instance as it was before",
			func(q *Quirks) any { return &q.StatusLagReads }},
		{"status-lag", "0s", "10s", nil, "after an accepted action GET shows the instance as it was before, for this long",
			func(q *Quirks) any { return &q.StatusLag }},
		{"not-found-after-create", "2s", "30s", nil, "GET of a new instance is 404 for this long; other calls and the list already know it",
			func(q *Quirks) any { return &q.NotFoundAfterCreate }},
		{"busy-after-running", "0s", "15s", nil, "for this long after an operation ends, actions get 409 ongoing-database-operation though GET says running",
			func(q *Quirks) any { return &q.BusyAfterRunning }},
		{"resize-status", "resizing", "updating", []string{"resizing", "updating"}, "the status while memory or storage changes",
			func(q *Quirks) any { return &q.ResizeStatus }},
		{"resume-restoring", "off", "on", onOff(), "the second half of a resume shows status restoring",
			func(q *Quirks) any { return &q.ResumeRestoring }},
		{"rename-updating", "off", "on", onOff(), "a rename of a running instance passes through status updating",
			func(q *Quirks) any { return &q.RenameUpdating }},
	}
}

func bodyQuirks() []Row {
	return []Row{
		{"null-url", "on", "on", onOff(), "connection_url is null while paused or resuming",
			func(q *Quirks) any { return &q.NullURL }},
		{"drop-sizes-paused", "off", "on", onOff(), "memory and storage are missing while paused, as in 2023",
			func(q *Quirks) any { return &q.DropSizesPaused }},
		{"drop-sizes-destroying", "off", "on", onOff(), "memory and storage are missing while destroying",
			func(q *Quirks) any { return &q.DropSizesDestroying }},
		{"old-memory-in-resize", "on", "on", onOff(), "memory and storage show the old size until a resize is done",
			func(q *Quirks) any { return &q.OldMemoryInResize }},
		{"null-cdc", "on", "on", onOff(), "cdc_enrichment_mode is null on business-critical whatever was set",
			func(q *Quirks) any { return &q.NullCDC }},
		{"omit-secondaries", "on", "on", onOff(), "secondaries_count is missing on business-critical whatever was set",
			func(q *Quirks) any { return &q.OmitSecondaries }},
		{"counts-as-strings", "off", "on", onOff(), "graph_nodes and graph_relationships are strings, as the spec says; live they are numbers",
			func(q *Quirks) any { return &q.CountsAsStrings }},
		{"omit-created-at", "off", "on", onOff(), "created_at is missing from lists and instances, as in older bodies",
			func(q *Quirks) any { return &q.OmitCreatedAt }},
		{"patch-empty-body", "off", "on", onOff(), "a 202 to PATCH has the empty object of the spec instead of the instance",
			func(q *Quirks) any { return &q.PatchEmptyBody }},
		{"error-body", "documented", "text", []string{"documented", "error", "text", "html", "empty"}, "the form of all error bodies: documented, {\"error\"} alone, plain text, a gateway's HTML, nothing",
			func(q *Quirks) any { return &q.ErrorBody }},
		{"malformed-tenant", "text", "empty-list", []string{"text", "error", "empty-list"}, "answer to a list for a tenant id that is no UUID: 403 with plain text, 403 with {\"error\"}, or 200 and an empty list",
			func(q *Quirks) any { return &q.MalformedTenant }},
		{"gateway-expires", "off", "on", onOff(), "every answer carries X-Tyk-Api-Expires, the date on which the endpoint will be removed",
			func(q *Quirks) any { return &q.GatewayExpires }},
	}
}

func codeQuirks() []Row {
	accepted := []string{"202", "200"}
	return []Row{
		{"patch-status", "documented", "202", []string{"documented", "200", "202"}, "code of PATCH: 200 for a rename and 202 for the rest, or always the same",
			func(q *Quirks) any { return &q.PatchStatus }},
		{"pause-status", "202", "200", accepted, "code of an accepted pause",
			func(q *Quirks) any { return &q.PauseStatus }},
		{"resume-status", "202", "200", accepted, "code of an accepted resume",
			func(q *Quirks) any { return &q.ResumeStatus }},
		{"upgrade-status", "202", "200", accepted, "upgrade answers 202 and takes time, or 200 and is done at once, as the spec has it",
			func(q *Quirks) any { return &q.UpgradeStatus }},
		{"expired-token-status", "403", "401", []string{"403", "401"}, "code for an expired token; an unknown one is always 401",
			func(q *Quirks) any { return &q.ExpiredTokenStatus }},
		{"wrong-state-status", "409", "422", []string{"409", "422", "400"}, "code for an action the instance's settled status does not allow",
			func(q *Quirks) any { return &q.WrongStateStatus }},
		{"gone-delete-status", "404", "410", []string{"404", "410"}, "code of a second DELETE",
			func(q *Quirks) any { return &q.GoneDeleteStatus }},
		{"unique-names", "off", "on", onOff(), "a create with a name that is taken is 409 instead of a second instance",
			func(q *Quirks) any { return &q.UniqueNames }},
		{"create-extras", "reject", "ignore", []string{"reject", "ignore"}, "cdc_enrichment_mode and secondaries_count in a create: 400, or silently not applied",
			func(q *Quirks) any { return &q.CreateExtras }},
		{"content-type-check", "all", "spec", []string{"all", "spec", "off"}, "415 without a JSON content type: on every POST and PATCH, only where the spec lists it, never",
			func(q *Quirks) any { return &q.ContentTypeCheck }},
	}
}

func limitQuirks() []Row {
	return []Row{
		{"requests-per-minute", "25", "125", nil, "limit per client id in any 60 s, tokens included; 25 free and trial, 125 paid, off",
			func(q *Quirks) any { return &q.RequestsPerMinute }},
		{"tokens-per-hour", "off", "15", nil, "limit of tokens per client id in any hour; 15 was announced",
			func(q *Quirks) any { return &q.TokensPerHour }},
		{"retry-after", "seconds", "date", []string{"seconds", "date", "none"}, "form of Retry-After in a 429",
			func(q *Quirks) any { return &q.RetryAfter }},
		{"free-instances", "1", "off", nil, "free-db instances an account may have",
			func(q *Quirks) any { return &q.FreeInstances }},
	}
}

func lifeQuirks() []Row {
	return []Row{
		{"first-snapshot", "on", "on", onOff(), "a Scheduled snapshot runs right after create, so an early POST gets 409 snapshot-not-allowed",
			func(q *Quirks) any { return &q.FirstSnapshot }},
		{"auto-resume", "720h", "1h", nil, "a paid instance resumes by itself after being paused this long",
			func(q *Quirks) any { return &q.AutoResume }},
		{"free-idle-pause", "72h", "1h", nil, "a free instance pauses by itself after running this long: nobody queries the simulator",
			func(q *Quirks) any { return &q.FreeIdlePause }},
		{"free-removal", "720h", "1h", nil, "a free instance is deleted after being paused this long",
			func(q *Quirks) any { return &q.FreeRemoval }},
		{"loading-failed", "0", "1", nil, "the next N clones, overwrites and restores end in status \"loading failed\"",
			func(q *Quirks) any { return &q.LoadingFailed }},
		{"missing-billing", "off", "on", onOff(), "create of a paid type is 400 missing-billing-details",
			func(q *Quirks) any { return &q.MissingBilling }},
		{"cdc-barred", "off", "on", onOff(), "the tenant may not use CDC or secondaries: 400 tenant-incapable-of-action",
			func(q *Quirks) any { return &q.CDCBarred }},
		{"trial-tenant", "off", "on", onOff(), "a trial tenant: upgrade is 400 tenant-incapable-of-action",
			func(q *Quirks) any { return &q.TrialTenant }},
		{"plugin-fixed", "off", "on", onOff(), "graph_analytics_plugin can't be changed after create: 400",
			func(q *Quirks) any { return &q.PluginFixed }},
		{"adjustable-storage", "on", "off", onOff(), "more storage than comes with the memory can be had on AWS and GCP, such as 4GB with 16GB",
			func(q *Quirks) any { return &q.AdjustableStorage }},
	}
}

func onOff() []string { return []string{"on", "off"} }
