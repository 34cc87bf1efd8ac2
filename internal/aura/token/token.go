// Package token has and keeps the access token of the API: one for all calls, asked for once
// however many need it, and replaced before it ends or when it is refused.
//
// It knows OAuth2 client credentials and the limit of 15 tokens an hour. It must not know what the
// token is used for, nor where it is kept over restarts.
package token

import (
	"time"

	"github.com/aurad/aurad/secrets"
)

// Token is an access token of the API.
type Token struct {
	AccessToken secrets.Secret
	Expiry      time.Time
	ClientID    string // whose it is; a loaded token of another client id is not used; "" fits any
}

// Cache keeps one token over restarts: the token endpoint allows 15 requests an hour.
// What it keeps must be as well guarded as the client secret.
type Cache interface {
	Load() (Token, bool)
	Save(Token) error
}
