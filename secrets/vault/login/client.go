package login

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/hashicorp/vault/api"
)

// newClient makes a client without a token, whose requests end with ctx and are never repeated.
func newClient(ctx context.Context, address string, own *http.Client) (*api.Client, error) {
	config := api.DefaultConfig()
	if config.Error != nil {
		return nil, config.Error
	}
	if own != nil {
		copied := *own
		config.HttpClient = &copied
	}
	config.HttpClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	config.MaxRetries = 0
	if address != "" {
		config.Address, config.AgentAddress = address, ""
	}
	client, err := api.NewClient(config)
	if err != nil {
		return nil, err
	}
	client.ClearToken() // NewClient took VAULT_TOKEN
	config.HttpClient.Transport = bound{ctx, unechoed{config.HttpClient.Transport}}
	return client, nil
}

// bound ends every request when ctx ends: the client's lifetime watcher takes no context, and
// Close must not wait for a Vault that hangs.
type bound struct {
	ctx  context.Context
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b bound) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(r.Context())
	stop := context.AfterFunc(b.ctx, func() { cancel(errors.New("the store is closed")) })
	end := func() { stop(); cancel(nil) }
	reply, err := b.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		end()
		return nil, err
	}
	reply.Body = body{reply.Body, end}
	return reply, nil
}

// body calls end when the reply has been read.
type body struct {
	io.ReadCloser
	end func()
}

// Close implements io.Closer.
func (b body) Close() error {
	err := b.ReadCloser.Close()
	b.end()
	return err
}
