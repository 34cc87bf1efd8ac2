package wire

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aurad/aurad/secrets"
)

// Created is a new instance and its credential.
type Created struct {
	ID            string
	Name          string
	TenantID      string
	ConnectionURL string // "" when not told
	Username      string // always neo4j, so far; "" when not told
	Password      secrets.Secret
	CloudProvider string
	Region        string
	Type          string
	CreatedAt     time.Time // zero when not told
}

// created holds the password in the open only as long as decoding takes.
type created struct {
	Summary
	Region        Text `json:"region"`
	Type          Text `json:"type"`
	ConnectionURL Text `json:"connection_url"`
	Username      Text `json:"username"`
	Password      Text `json:"password"` // a number in its own digits
}

// Errors of ParseCreated. They quote nothing of the reply, which holds a password.
var (
	ErrUnreadableReply = errors.New("the reply to the create is not what Aura sends: keep it, a person may find the password in it")
	ErrNoPassword      = errors.New("the reply to the create holds no password where Aura sends one: keep it, a person may find it")
	ErrNoID            = errors.New("the reply to the create names no instance id")
	ErrCutReply        = errors.New("the reply to the create broke off before its password")
)

// HoldsPassword reports whether the answer to a create shows one, whatever else is wrong with it.
func HoldsPassword(raw []byte) bool {
	c, err := ParseCreated(raw)
	return (err == nil || errors.Is(err, ErrNoID)) && !c.Password.Empty()
}

// ParseCreated reads the Body of a Reply, in any form that leaves no doubt which instance and which
// password are meant: any Unicode encoding, with or without "data", a list of one, numbers for
// strings, more bytes behind it, or cut behind the password.
//
// With ErrNoID and ErrNoPassword everything else is filled in. After ErrCutReply, and no other
// error, the password is lost for certain: what did arrive is all known, and it is not in there.
func ParseCreated(raw []byte) (Created, error) {
	o, found := findCreated(plainText(raw))
	if !found {
		return Created{}, ErrUnreadableReply
	}
	w, certain := o.created()
	if !certain {
		return Created{}, ErrUnreadableReply
	}
	out := Created{
		ID: string(w.ID), Name: string(w.Name), TenantID: string(w.TenantID),
		ConnectionURL: string(w.ConnectionURL), Username: string(w.Username),
		CloudProvider: string(w.CloudProvider), Region: string(w.Region), Type: string(w.Type),
		CreatedAt: w.CreatedAt.Time,
	}
	switch password := string(w.Password); {
	case password == "" && o.cut && o.familiar():
		return out, ErrCutReply
	case strings.ContainsRune(password, utf8.RuneError), password == "" && out.ID == "":
		return Created{}, ErrUnreadableReply
	case password == "":
		return out, ErrNoPassword
	default:
		out.Password = secrets.NewSecret(password)
	}
	if out.ID == "" {
		return out, ErrNoID
	}
	return out, nil
}
