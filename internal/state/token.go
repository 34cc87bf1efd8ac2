package state

import (
	"encoding/json"
	"time"

	"github.com/aurad/aurad/internal/aura/token"
	"github.com/aurad/aurad/secrets"
)

// tokenCache keeps the access token over restarts, sealed: the token endpoint allows 15
// requests an hour.
type tokenCache struct{ *requests }

const tokenName = "token"

type keptToken struct {
	ClientID string    `json:"client_id"`
	Token    string    `json:"token"`
	Expiry   time.Time `json:"expiry"`
}

// Tokens returns the state's token cache.
func (s *requests) Tokens() token.Cache { return tokenCache{s} }

func (c tokenCache) Load() (token.Token, bool) {
	raw, err := c.seal.read(c.sent, tokenName)
	var kept keptToken
	if err != nil || raw.Empty() || json.Unmarshal([]byte(raw.Reveal()), &kept) != nil {
		return token.Token{}, false
	}
	return token.Token{ClientID: kept.ClientID, AccessToken: secrets.NewSecret(kept.Token), Expiry: kept.Expiry}, true
}

func (c tokenCache) Save(t token.Token) error {
	raw, err := json.Marshal(keptToken{t.ClientID, t.AccessToken.Reveal(), t.Expiry})
	if err != nil {
		return err
	}
	sealed := c.seal.close(tokenName, raw)
	return c.sent.commit("keep "+tokenName, Change{Name{Sealed, tokenName}, sealed})
}
