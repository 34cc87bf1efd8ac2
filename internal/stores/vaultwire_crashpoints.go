//go:build crashpoints

package stores

import (
	"net/http"

	"github.com/hashicorp/vault/api"

	"github.com/aurad/aurad/internal/crashpoint"
)

// vaultWire is the client that Vault's library would make, with a mark at each request.
func vaultWire() *http.Client {
	c := api.DefaultConfig().HttpClient
	c.Transport = crashpoint.Wire("vault", c.Transport)
	return c
}
