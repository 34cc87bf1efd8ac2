// Package format is the format of fleet.yaml: structs that package decode fills and package
// spec/schema describes to editors, by the same tags.
//
// Their values are checked one by one; what needs more than one field is package spec's.
package format

import (
	"github.com/aurad/aurad/spec/decode"
	"github.com/aurad/aurad/spec/value"
)

// Document is a fleet file.
type Document struct {
	decode.Block
	Schema      string                   `yaml:"schema" jsonschema:"required,enum=aurad/v1" jsonschema_description:"Version of this format."`
	Name        value.FleetName          `yaml:"fleet" jsonschema_description:"Name of this fleet, under which all that is remembered is recorded. A fleet without a name is called default, and deletes nothing."`
	TenantID    value.UUID               `yaml:"tenant_id" jsonschema_description:"Aura project (tenant); $AURA_TENANT_ID when absent."`
	Timezone    value.Zone               `yaml:"timezone" jsonschema_description:"IANA zone that schedules use; UTC when absent."`
	Budget      Budget                   `yaml:"budget" jsonschema_description:"The request limit of the Aura account."`
	Accounts    map[string]*Account      `yaml:"accounts" jsonschema:"empty_items" jsonschema_description:"Several Aura accounts in one fleet, by name, in place of tenant_id and budget at the top."`
	Policy      Policy                   `yaml:"policy" jsonschema_description:"How much aurad may do by itself."`
	Observe     Observe                  `yaml:"observe" jsonschema_description:"How often live instances are looked at."`
	Credentials *Credentials             `yaml:"credentials" jsonschema_description:"Where one-time passwords go; dotenv files in ./credentials when absent."`
	Prices      map[string]float64       `yaml:"prices" jsonschema_description:"USD per GB-hour by instance type, instead of list prices."`
	Defaults    Defaults                 `yaml:"defaults" jsonschema_description:"Values for every instance that does not give its own."`
	Calendars   map[string][]value.Dates `yaml:"calendars" jsonschema_description:"Lists of dates and date ranges, both ends included."`
	Schedules   map[string]*Schedule     `yaml:"schedules" jsonschema_description:"When instances run and when they are paused."`
	Instances   map[string]*Instance     `yaml:"instances" jsonschema:"required,empty_items" jsonschema_description:"The fleet, by key."`
	Moved       []Moved                  `yaml:"moved" jsonschema_description:"Keys that were renamed: what belongs to the old one goes to the new one."`
	Removed     []Removed                `yaml:"removed" jsonschema_description:"Instances that are to be deleted, by the key they had and their id."`
}

// Moved is a key that was renamed.
type Moved struct {
	decode.Block
	From value.Key `yaml:"from" jsonschema:"required" jsonschema_description:"The key it had."`
	To   value.Key `yaml:"to" jsonschema:"required" jsonschema_description:"The key it has now, or the from of another line."`
}

// Removed is an instance to be deleted.
type Removed struct {
	decode.Block
	Key value.Key        `yaml:"key" jsonschema:"required" jsonschema_description:"The key it had."`
	ID  value.InstanceID `yaml:"id" jsonschema:"required" jsonschema_description:"The id of the instance in Aura."`
}

// Budget is the request limit of an account.
type Budget struct {
	decode.Block
	RequestsPerMinute *int `yaml:"requests_per_minute" jsonschema:"minimum=1,maximum=100000" jsonschema_description:"25 for free and trial accounts, 125 for paid ones. Default 25."`
	Reserve           int  `yaml:"reserve" jsonschema:"minimum=0" jsonschema_description:"Requests a minute left to people and other tools on the same client id. Default 0."`
}

// Account is one of several accounts.
type Account struct {
	decode.Block
	TenantID value.UUID `yaml:"tenant_id" jsonschema_description:"Aura project (tenant) of the account; $AURA_TENANT_ID_TEAM_BLUE, for one called team-blue, when absent."`
	Budget   Budget     `yaml:"budget" jsonschema_description:"The request limit of the account."`
}

// Policy bounds what may be done.
type Policy struct {
	decode.Block
	Mode              string          `yaml:"mode" jsonschema:"enum=observe,enum=upsert,enum=sync" jsonschema_description:"observe: never act. upsert: never delete. sync: may delete. Default upsert."`
	MaxDeletes        *int            `yaml:"max_deletes" jsonschema:"minimum=0" jsonschema_description:"More deletes than this in one plan stop the whole plan. Default 1."`
	DeleteAfter       *value.Duration `yaml:"delete_after" jsonschema_description:"From leaving the file to being deleted; paused meanwhile. At least 1h. Default 72h."`
	OnLostCredentials string          `yaml:"on_lost_credentials" jsonschema:"enum=report,enum=recreate" jsonschema_description:"What to do with a new instance whose password was lost. Default report."`
	OnGone            string          `yaml:"on_gone" jsonschema:"enum=report,enum=recreate" jsonschema_description:"What to do with an instance that somebody deleted in Aura. Default report."`
	MaxHold           *value.Duration `yaml:"max_hold" jsonschema_description:"How long a hold (aurad hold) may last. Default 7d, at most 31d."`
	CreateGrace       *value.Duration `yaml:"create_grace" jsonschema_description:"How long an unanswered create is looked for before it is tried again. Default 10m."`
}

// Observe says how often live instances are looked at.
type Observe struct {
	decode.Block
	ScanInterval  *value.Duration `yaml:"scan_interval" jsonschema_description:"Time between two lists of all instances. Default 5m."`
	MaxAge        *value.Duration `yaml:"max_age" jsonschema_description:"No instance goes longer without a look. Default 60m."`
	EnforceWithin *value.Duration `yaml:"enforce_within" jsonschema_description:"How long a pause or resume by hand stands under manual_changes: enforce, as far as half of the request budget goes. Default 2m."`
}

// Credentials says where one-time passwords go.
type Credentials struct {
	decode.Block
	Store    string `yaml:"store" jsonschema:"required,enum=vault,enum=dotenv" jsonschema_description:"Where one-time passwords go."`
	Vault    Vault  `yaml:"vault" jsonschema_description:"KV version 2; one secret per instance at <path>/<key>."`
	Dotenv   Dotenv `yaml:"dotenv" jsonschema_description:"0600 files <key>.env, for a laptop or CI."`
	OnDelete string `yaml:"on_delete" jsonschema:"enum=keep,enum=destroy" jsonschema_description:"The secret of a deleted instance. Default keep."`
}

// Vault is a place in Vault.
type Vault struct {
	decode.Block
	Mount value.VaultPath `yaml:"mount" jsonschema_description:"Mount of a KV version 2 engine. Default secret."`
	Path  value.VaultPath `yaml:"path" jsonschema_description:"Path under the mount. Default aura."`
}

// Dotenv is a folder of files.
type Dotenv struct {
	decode.Block
	Dir string `yaml:"dir" jsonschema_description:"Folder, relative to that of fleet.yaml. Default ./credentials."`
}

// Settings are the fields that an instance can take from `defaults`.
type Settings struct {
	Type                 string        `yaml:"type" jsonschema:"enum=free-db,enum=professional-db,enum=business-critical,enum=enterprise-db,enum=professional-ds,enum=enterprise-ds" jsonschema_description:"Tier of the instance."`
	CloudProvider        string        `yaml:"cloud_provider" jsonschema:"enum=aws,enum=azure,enum=gcp" jsonschema_description:"Cloud."`
	Region               string        `yaml:"region" jsonschema_description:"Region, as the cloud names it."`
	Version              value.Version `yaml:"version" jsonschema_description:"Neo4j version. Default 5, which is the newest calendar version."`
	Memory               value.Memory  `yaml:"memory" jsonschema_description:"Memory, such as 4GB."`
	Storage              value.Storage `yaml:"storage" jsonschema_description:"Storage, such as 8GB; Aura derives it from memory when absent."`
	CustomerManagedKeyID value.UUID    `yaml:"customer_managed_key_id" jsonschema_description:"Encryption key; enterprise-db and enterprise-ds only, fixed at create."`
	VectorOptimized      *bool         `yaml:"vector_optimized" jsonschema_description:"Memory for vector indexes; 4GB and more."`
	GraphAnalyticsPlugin *bool         `yaml:"graph_analytics_plugin" jsonschema_description:"Graph analytics plugin."`
	CDCEnrichmentMode    string        `yaml:"cdc_enrichment_mode" jsonschema:"enum=OFF,enum=DIFF,enum=FULL" jsonschema_description:"Change data capture. Write OFF in quotes."`
	SecondariesCount     *int          `yaml:"secondaries_count" jsonschema:"minimum=0,maximum=15" jsonschema_description:"Read-only secondaries."`
	Account              string        `yaml:"account" jsonschema_description:"Name of an account; not needed while there is only one."`
	Schedule             string        `yaml:"schedule" jsonschema_description:"Name of a schedule."`
	Suspend              *bool         `yaml:"suspend" jsonschema_description:"Watch only, never act."`
	Protect              *bool         `yaml:"protect" jsonschema_description:"Never paused, deleted or replaced by aurad, even after the block is gone."`
}

// Defaults are the settings of instances that give none.
type Defaults struct {
	decode.Block
	Settings
}

// Instance is one block of `instances`.
type Instance struct {
	decode.Block
	Settings
	Name   string           `yaml:"name" jsonschema_description:"Display name in Aura, 1 to 30 characters. Default: the key."`
	State  string           `yaml:"state" jsonschema:"enum=running,enum=paused" jsonschema_description:"Fixed state, instead of a schedule."`
	ID     value.InstanceID `yaml:"id" jsonschema_description:"Adopt the live instance with this id."`
	Adopt  bool             `yaml:"adopt" jsonschema_description:"Adopt the one live instance that has this name."`
	Source *Source          `yaml:"source" jsonschema_description:"Clone another instance when this one is created."`
}

// Source is what an instance is cloned from.
type Source struct {
	decode.Block
	Instance   string `yaml:"instance" jsonschema:"required" jsonschema_description:"A key of this fleet, or an instance id."`
	SnapshotID string `yaml:"snapshot_id" jsonschema_description:"An exportable snapshot; the newest state when absent."`
}

// Schedule says when instances run.
type Schedule struct {
	decode.Block
	Running       []value.Window `yaml:"running" jsonschema_description:"Windows such as Mon-Fri 07:00-19:00; off at all other times."`
	Timezone      value.Zone     `yaml:"timezone" jsonschema_description:"IANA zone; that of the fleet when absent."`
	ReadyBy       *value.ReadyBy `yaml:"ready_by" jsonschema_description:"auto: be up when a window opens. 0m: start then. 25m: start that much earlier. Default auto."`
	Off           *Off           `yaml:"off" jsonschema_description:"Smaller instead of paused outside the windows. Write the word in quotes."`
	ManualChanges string         `yaml:"manual_changes" jsonschema:"enum=enforce,enum=until_next_edge,enum=ignore" jsonschema_description:"What to do about a person's pause or resume. enforce: undo it as soon as it is seen (observe.enforce_within). until_next_edge: leave it until the schedule changes next. ignore: leave it, over all edges, until a person brings it back to what the schedule asks at that time, or a hold does. Default until_next_edge."`
	Exceptions    []Exception    `yaml:"exceptions" jsonschema_description:"First match wins, before running."`
}

// Off is what is instead of a pause.
type Off struct {
	decode.Block
	Memory value.Memory `yaml:"memory" jsonschema:"required" jsonschema_description:"Memory outside the windows, such as 2GB."`
}

// Exception is some time that a schedule treats otherwise.
type Exception struct {
	decode.Block
	Calendar string        `yaml:"calendar" jsonschema_description:"Name of a calendar; or from and to."`
	From     *value.Moment `yaml:"from" jsonschema_description:"Local time such as 2026-11-28T08:00, or a date."`
	To       *value.Moment `yaml:"to" jsonschema_description:"Local time at which it ends, or a date that is its last day."`
	State    string        `yaml:"state" jsonschema:"required,enum=running,enum=paused" jsonschema_description:"State for this time."`
	Reason   string        `yaml:"reason" jsonschema_description:"Shown in plans and on the status page."`
}
