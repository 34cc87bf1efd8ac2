// Package secrets holds what must not be seen: a value that hides itself, the credential of an
// instance, and the contract of a store that keeps it.
//
// It must not know how an instance is made, nor what a plan is. The stores themselves are in
// the folders below, one per technology.
package secrets

import (
	"context"
	"errors"
)

// Store keeps one credential per instance key, and before that the claim of whoever is about to
// make the instance.
//
// Every error says what was being done and to which path, and never contains a value.
type Store interface {
	// Name says where the store is, for messages: `vault secret/aura`, `dotenv ./credentials`.
	Name() string
	// Preflight reports nil when c could be made now. ErrTaken: something is there that c may
	// not be written over. ErrUnavailable: try later. ErrRefused: a person must grant a right
	// or mend a setting.
	Preflight(ctx context.Context, c Claim) error
	// Claim makes c, exclusively, and reads it back. A claim of the same fleet and nonce counts
	// as made. What c may be written over, see Claim; all else is ErrTaken, with whose it is.
	Claim(ctx context.Context, c Claim) error
	// Claimed returns the claim at key; ErrMissing when there is none, be there a credential
	// or not.
	Claimed(ctx context.Context, key string) (Claim, error)
	// Release removes exactly the claim c (its fleet, key and nonce), and never a credential.
	// No claim there is nil, another one is ErrTaken.
	Release(ctx context.Context, c Claim) error
	// Create replaces the claim by c, reads it back and compares. Where nothing is it writes
	// too: a claim that was released holds nobody up. A credential that is already there with
	// equal instance id and password counts as written; all else is ErrTaken and stays untouched.
	Create(ctx context.Context, c Credential, claim Claim) error
	// Rename records a new display name beside an existing credential.
	Rename(ctx context.Context, key, name string) error
	// Get returns the credential of key; ErrMissing when there is none.
	Get(ctx context.Context, key string) (Credential, error)
	// Put stores a credential that a person supplied, over one of the same instance, whose fleet
	// and origin stay, or where nothing was; ErrTaken when what is there belongs to another
	// instance or is a claim.
	Put(ctx context.Context, c Credential) error
	// Adopt records that the credential at o.Key is of o.Fleet from now on, with o.Origin. It must
	// be of o.InstanceID and of fleet from ("" for none) or of o.Fleet already, else ErrTaken.
	Adopt(ctx context.Context, o Owned, from string) error
	// Move brings the credential of an instance to another key. What was done before counts as done.
	Move(ctx context.Context, m Move) error
	// List returns what is stored, sorted by key, without passwords. Claims and credentials that
	// moved away are not in it. With an error it returns what it could read; the error names the rest.
	List(ctx context.Context) ([]Owned, error)
	// Destroy removes the credential of key if it belongs to instanceID; nothing there is nil.
	Destroy(ctx context.Context, key, instanceID string) error
}

// Owned is what a store knows of ownership without reading a password. Without a fleet it proves
// nothing: a download from the console, another program's secret, or one of an aurad that knew no
// fleets.
type Owned struct {
	Key, InstanceID string
	Fleet           string
	Origin          Origin
}

// Origin says how a credential got into its store.
type Origin string

const (
	Created  Origin = "created"  // by aurad's own create
	Adopted  Origin = "adopted"  // it was there when aurad took the instance over
	Supplied Origin = "supplied" // by a person
)

// Proves reports whether o says that fleet made or adopted the instance. The fleet without a
// name proves nothing: there may be many of it.
func (o Owned) Proves(fleet, unnamed string) bool {
	return o.Fleet != "" && o.Fleet == fleet && fleet != unnamed && (o.Origin == Created || o.Origin == Adopted)
}

// Credential is what a person or a program needs to connect to one instance.
type Credential struct {
	Key          string // key in fleet.yaml
	InstanceID   string
	InstanceName string
	URI          string
	Username     string
	Password     Secret
	Database     string

	Fleet  string // whose it is; "" when that is not known
	Origin Origin // "" without a fleet
}

// Owned returns what c says of ownership.
func (c Credential) Owned() Owned { return Owned{c.Key, c.InstanceID, c.Fleet, c.Origin} }

// What a store's errors mean; match with errors.Is.
var (
	ErrMissing     = errors.New("no credential is stored")
	ErrTaken       = errors.New("another credential is already stored there")
	ErrUnavailable = errors.New("the credential store does not answer")
	ErrRefused     = errors.New("the credential store refuses")
)
