package secrets

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Names of a credential's fields, the same in a dotenv file, in a Vault secret and in the file
// that Aura's console offers for download. EnvNames gives their order.
const (
	EnvURI          = "NEO4J_URI"
	EnvUsername     = "NEO4J_USERNAME"
	EnvPassword     = "NEO4J_PASSWORD"
	EnvDatabase     = "NEO4J_DATABASE"
	EnvInstanceID   = "AURA_INSTANCEID"
	EnvInstanceName = "AURA_INSTANCENAME"
)

// Pair is one field of a credential. All values are kept as Secrets: a caller that prints pairs
// need not know which one is the password.
type Pair struct {
	Name  string
	Value Secret
}

// Env returns the six fields in the order in which they are written.
func (c Credential) Env() []Pair {
	return []Pair{
		{EnvURI, NewSecret(c.URI)},
		{EnvUsername, NewSecret(c.Username)},
		{EnvPassword, c.Password},
		{EnvDatabase, NewSecret(c.Database)},
		{EnvInstanceID, NewSecret(c.InstanceID)},
		{EnvInstanceName, NewSecret(c.InstanceName)},
	}
}

// FromEnv is the reverse of Env: lookup gives a field by its name. Fields that are absent stay
// empty; without a password and an instance id there is no credential, and the error says so.
func FromEnv(key string, lookup func(name string) (string, bool)) (Credential, error) {
	get := func(name string) string { v, _ := lookup(name); return v }
	c := Credential{
		Key:          key,
		InstanceID:   get(EnvInstanceID),
		InstanceName: get(EnvInstanceName),
		URI:          get(EnvURI),
		Username:     get(EnvUsername),
		Password:     NewSecret(get(EnvPassword)),
		Database:     get(EnvDatabase),
	}
	return c, c.Validate()
}

// Validate returns nil when c can be stored and found again: a valid key, an instance id, a
// password, no NUL byte, which no environment can carry, and no broken UTF-8, which JSON would
// change without a word. Its error is ErrRefused.
func (c Credential) Validate() error {
	if err := ValidKey(c.Key); err != nil {
		return err
	}
	if c.InstanceID == "" {
		return fmt.Errorf("%w: the credential of %s has no %s", ErrRefused, c.Key, EnvInstanceID)
	}
	if c.Password.Empty() {
		return fmt.Errorf("%w: the credential of %s has no %s", ErrRefused, c.Key, EnvPassword)
	}
	for _, p := range c.Env() {
		value := p.Value.Reveal()
		if strings.ContainsRune(value, 0) || !utf8.ValidString(value) {
			return fmt.Errorf("%w: %s of %s holds a NUL byte or is not UTF-8", ErrRefused, p.Name, c.Key)
		}
	}
	return nil
}

// Same reports whether a and b are the same instance's same password: what counts as already
// written when a write's reply was lost.
func (c Credential) Same(o Credential) bool {
	return c.Key == o.Key && c.InstanceID == o.InstanceID && c.Password.Equal(o.Password)
}

// Equal reports whether all fields agree.
func (c Credential) Equal(o Credential) bool {
	return c.Same(o) && c.InstanceName == o.InstanceName && c.URI == o.URI &&
		c.Username == o.Username && c.Database == o.Database
}
