// Package spec reads fleet.yaml and says what every instance should be at a given instant.
//
// It knows the file format, the tier rules of Aura that need no network, calendars and time
// zones. It must not know the network, the disk, the clock (every function that depends on
// time takes it as a parameter), or what is live: comparing is package reconcile's work.
package spec

import (
	"time"

	"github.com/aurad/aurad/spec/source"
)

// State is what a schedule, a hold or a fixed `state:` asks of an instance.
type State string

const (
	Running State = "running"
	Paused  State = "paused"
)

// Fleet is one valid fleet.yaml with its defaults applied.
type Fleet struct {
	File        string         // as given to Parse; errors name it
	Name        string         // [a-z0-9][a-z0-9-]{0,62}; DefaultFleet when the file names none
	Digest      string         // of the text: equal for equal files
	TenantID    string         // UUID; "" leaves it to $AURA_TENANT_ID, or the fleet has several accounts
	Location    *time.Location // default zone of schedules; never nil
	Budget      Budget         // of several accounts: their sum
	Accounts    []Account      // sorted by Name, at least one; the only one is nameless when the file has no `accounts`
	Policy      Policy
	Observe     Observation
	Credentials Credentials
	Prices      map[string]float64 // USD per GB-hour by type, where the file overrides list prices
	Schedules   []*Schedule        // sorted by Name
	Instances   []Instance         // sorted by Key, keys unique
	Moved       []Move             // in the order of the file; no From twice and no To twice
	Removed     []Removed          // in the order of the file; no ID twice
	Warnings    source.Errors      // what is valid and most likely not meant, sorted by place
	Elsewhere   []string           // sorted keys that the file gives to other accounts; only in what For returns

	whole  []Instance        // of all accounts; only in what For returns
	places map[string]places // see Place, by key
}

// Move says that what belonged to one key belongs to another. To is a block of the file or the
// From of another Move: a chain, or a swap.
type Move struct {
	From, To string
	Pos      source.Position
}

// Removed states that one instance is to be deleted. Key is no block of the file.
type Removed struct {
	Key, ID string // ID is Aura's: 8 of 0-9, a-f
	Pos     source.Position
}

// Budget is the account's request limit.
type Budget struct {
	RequestsPerMinute int // 25 for free and trial accounts, 125 for paid ones
	Reserve           int // requests a minute left to people and other tools on the same client id
}

// Observation says how often live instances are looked at.
type Observation struct {
	ScanInterval  time.Duration // between two lists of all instances
	MaxAge        time.Duration // no instance goes longer without a look
	EnforceWithin time.Duration // how long the work of a hand stands under EnforceSchedule, where the budget allows
}

// Mode says how much aurad may do.
type Mode string

const (
	Observe Mode = "observe" // never act
	Upsert  Mode = "upsert"  // create and change, never delete
	Sync    Mode = "sync"    // may delete what left the file
)

// OnLost says what to do with an instance of ours whose one-time password was lost.
type OnLost string

const (
	ReportLost   OnLost = "report"
	RecreateLost OnLost = "recreate"
)

// OnGone says what to do about an instance of ours that somebody deleted in Aura.
type OnGone string

const (
	ReportGone   OnGone = "report"
	RecreateGone OnGone = "recreate"
)

// Policy bounds what a plan may do.
type Policy struct {
	Mode              Mode
	MaxDeletes        int           // more deletes than this in one plan stop the whole plan
	DeleteAfter       time.Duration // from leaving the file to being deleted; paused meanwhile
	OnLostCredentials OnLost
	MaxHold           time.Duration // how long a hold may last
	CreateGrace       time.Duration // how long an unanswered create is looked for before it is tried again
	OnGone            OnGone
}

// Credentials says where one-time passwords go.
type Credentials struct {
	Store    string // "vault" or "dotenv"
	Vault    VaultTarget
	Dotenv   DotenvTarget
	OnDelete string // "keep" or "destroy": the secret of a deleted instance
}

// VaultTarget is a KV version 2 mount and the path under it; one secret per instance at Path/<key>.
type VaultTarget struct{ Mount, Path string }

// DotenvTarget is a folder of <key>.env files, relative to the folder of fleet.yaml.
type DotenvTarget struct{ Dir string }

// Instance is one block of `instances:`, defaults applied.
type Instance struct {
	Key                  string // [a-z0-9][a-z0-9-]{0,29}; identity everywhere
	Account              string // the Name of one of Fleet.Accounts
	Name                 string // display name in Aura, 1 to 30 characters
	Type                 string // free-db, professional-db, business-critical, enterprise-db, professional-ds, enterprise-ds
	CloudProvider        string // aws, azure, gcp
	Region               string
	Version              string // "4" or "5"; the API never shows it
	Memory               string // "<n>GB"
	Storage              string // "" leaves it to Aura, which derives it from Memory
	CustomerManagedKeyID string
	VectorOptimized      *bool // nil: not asked for, never a diff
	GraphAnalyticsPlugin *bool
	CDCEnrichmentMode    string // OFF, DIFF, FULL; "" not asked for
	SecondariesCount     *int   // 0 to 15; nil not asked for

	ID      string // adopt the live instance with this id
	Adopt   bool   // adopt the one live instance with this Name
	Suspend bool   // watch only
	Protect bool   // never paused, deleted or replaced; remembered after the block is gone
	State   State  // fixed state instead of a schedule; "" when none is given

	Schedule *Schedule       // nil: always running, unless State says otherwise
	Source   *Source         // clone of another instance
	Pos      source.Position // of the block's key in the file
}

// Source is what an instance is cloned from when it is created.
type Source struct {
	Instance   string // a key of the fleet or an instance id
	SnapshotID string // "": the newest state of Instance
}

// Hold is a person's word that overrides a schedule for a while.
type Hold struct {
	Key    string    `json:"key"`
	State  State     `json:"state"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
}

// Desired is what one instance should be at one instant.
type Desired struct {
	Instance        // Memory is the size wanted at this instant
	Wants    State  // Running or Paused
	Hold     *Hold  // the one that decides, if one does, with Until in the instance's zone
	Rule     string // what decides, in words: `schedule office-hours: outside Mon-Fri 07:00-19:00`
	Next     Edge   // when Wants or Memory changes next; zero when never
}

// Edge is an instant at which the desired state changes.
type Edge struct {
	At     time.Time
	State  State
	Memory string // size wanted from then on; in a Schedule's own edges "" means the instance's
	Rule   string
}
