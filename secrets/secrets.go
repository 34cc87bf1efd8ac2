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

// Store keeps one credential per instance key.
//
// Every error says what was being done and to which path, and never contains a value.
type Store interface {
	// Name says where the store is, for messages: `vault secret/aura`, `dotenv ./credentials`.
	Name() string
	// Preflight reports nil when a credential for key could be written now and nothing is
	// there yet. ErrTaken: something is there. ErrUnavailable: try later. ErrRefused: a
	// person must grant a right or mend a setting.
	Preflight(ctx context.Context, key string) error
	// Create writes c where nothing was, reads it back and compares. A credential that is
	// already there with equal instance id and password counts as written; any other is
	// ErrTaken and stays untouched.
	Create(ctx context.Context, c Credential) error
	// Rename records a new display name beside an existing credential.
	Rename(ctx context.Context, key, name string) error
	// Get returns the credential of key; ErrMissing when there is none.
	Get(ctx context.Context, key string) (Credential, error)
	// Put stores a credential that a person supplied, over one of the same instance or where
	// nothing was; ErrTaken when what is there belongs to another instance.
	Put(ctx context.Context, c Credential) error
	// List returns what is stored, sorted by key, without passwords. With an error it returns
	// what it could read; the error names the rest.
	List(ctx context.Context) ([]Owned, error)
	// Destroy removes the credential of key if it belongs to instanceID; nothing there is nil.
	Destroy(ctx context.Context, key, instanceID string) error
}

// Owned is what a store knows of ownership without reading a password.
type Owned struct{ Key, InstanceID string }

// Credential is what a person or a program needs to connect to one instance.
type Credential struct {
	Key          string // key in fleet.yaml
	InstanceID   string
	InstanceName string
	URI          string
	Username     string
	Password     Secret
	Database     string
}

// What a store's errors mean; match with errors.Is.
var (
	ErrMissing     = errors.New("no credential is stored")
	ErrTaken       = errors.New("another credential is already stored there")
	ErrUnavailable = errors.New("the credential store does not answer")
	ErrRefused     = errors.New("the credential store refuses")
)
