package aura

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"

	"github.com/aurad/aurad/secrets"
)

// Created is a new instance and its credential.
type Created struct {
	ID            string
	Name          string
	TenantID      string
	ConnectionURL string
	Username      string // always neo4j, so far
	Password      secrets.Secret
	CloudProvider string
	Region        string
	Type          string
	CreatedAt     time.Time // zero when not told
}

// wireCreated holds the password in the open only as long as decoding takes.
type wireCreated struct {
	wireSummary
	Region        text    `json:"region"`
	Type          text    `json:"type"`
	ConnectionURL text    `json:"connection_url"`
	Username      text    `json:"username"`
	Password      *string `json:"password"`
}

// Errors of ParseCreated. They quote nothing of the reply, which holds a password.
var (
	ErrUnreadableReply = errors.New("the reply to the create is not what Aura sends: keep it, a person may find the password in it")
	ErrNoPassword      = errors.New("the reply to the create holds no password")
)

// ParseCreated reads the Body of a Reply. With ErrNoPassword everything else is filled in. A body
// that was cut is read as far as it goes: enough when id, URL and password came through whole.
func ParseCreated(raw []byte) (Created, error) {
	w, err := data[wireCreated](raw)
	if err != nil {
		w = salvage(raw)
	}
	if w.ID == "" || err != nil && (w.ConnectionURL == "" || w.Password == nil) {
		return Created{}, ErrUnreadableReply
	}
	out := Created{
		ID: string(w.ID), Name: string(w.Name), TenantID: string(w.TenantID),
		ConnectionURL: string(w.ConnectionURL), Username: string(w.Username),
		CloudProvider: string(w.CloudProvider), Region: string(w.Region), Type: string(w.Type),
		CreatedAt: w.CreatedAt.Time,
	}
	if w.Password == nil || *w.Password == "" {
		return out, ErrNoPassword
	}
	out.Password = secrets.NewSecret(*w.Password)
	return out, nil
}

// salvage reads the members of "data" up to where raw stops being JSON. A value that the cut
// went through does not count, so a password is whole or missing.
func salvage(raw []byte) wireCreated {
	var w wireCreated
	d := json.NewDecoder(bytes.NewReader(raw))
	for _, want := range []json.Token{json.Delim('{'), "data", json.Delim('{')} {
		if got, err := d.Token(); err != nil || got != want {
			return w
		}
	}
	for d.More() {
		key, _ := d.Token()
		var value json.RawMessage
		name, ok := key.(string)
		if !ok || d.Decode(&value) != nil {
			break
		}
		w.take(name, value)
	}
	return w
}

// take sets the member of that name; one of a wrong type stays as it was.
func (w *wireCreated) take(name string, value json.RawMessage) {
	object, err := json.Marshal(map[string]json.RawMessage{name: value})
	with := *w
	if err == nil && json.Unmarshal(object, &with) == nil {
		*w = with
	}
}
