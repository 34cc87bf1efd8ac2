package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aurad/aurad/internal/create"
	"github.com/aurad/aurad/internal/daemon"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
	"github.com/aurad/aurad/spec"
)

// Client asks a daemon.
type Client struct {
	base string // URL of what it serves
	name string // of the daemon, for people: the state folder it runs on
	wire func() (trip http.RoundTripper, done func())
}

// OverSocket is the client of the daemon that runs on a state folder, if one does.
func OverSocket(stateDir string) *Client {
	return &Client{base: "http://aurad", name: stateDir, wire: func() (http.RoundTripper, func()) {
		t := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", SocketPath(stateDir))
		}}
		return t, t.CloseIdleConnections
	}}
}

// Alive is nil if a daemon answers; the error wraps ErrNoDaemon when nobody does.
func (c *Client) Alive(ctx context.Context) error {
	return c.tell(ctx, http.MethodGet, "/-/healthy", "", nil)
}

// Comes is at once.
func (*Client) Comes() string { return "The daemon sees to it now." }

// rawBody takes a reply as it is, where it is not JSON.
type rawBody []byte

// tell sends a request and decodes its reply into v, unless v is nil. What the daemon refuses is the
// error in its own words.
func (c *Client) tell(ctx context.Context, method, path, body string, v any) error {
	wire, done := c.wire()
	defer done()
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := wire.RoundTrip(req)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w on %s: %w", ErrNoDaemon, c.name, err)
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		return c.refusal(resp)
	}
	if v == nil {
		return nil
	}
	if body, ok := v.(*rawBody); ok {
		*body, err = io.ReadAll(resp.Body)
		return err
	}
	return json.NewDecoder(resp.Body).Decode(v)
}

func (c *Client) refusal(resp *http.Response) error {
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	text := strings.TrimSpace(string(raw))
	if resp.StatusCode == http.StatusConflict && text != "" {
		return errors.New(text)
	}
	return fmt.Errorf("the daemon on %s answers %s: %s", c.name, resp.Status, text)
}

// send is tell with a body of JSON.
func (c *Client) send(ctx context.Context, method, path string, body, v any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.tell(ctx, method, path, string(text), v)
}

func (c *Client) Status(ctx context.Context) (snap daemon.Snapshot, err error) {
	err = c.tell(ctx, http.MethodGet, "/api/v1/status", "", &snap)
	return snap, err
}

// Reload makes the daemon read its file again.
func (c *Client) Reload(ctx context.Context) error {
	return c.tell(ctx, http.MethodPost, "/-/reload", "", nil)
}

func (c *Client) Holds(ctx context.Context) (HoldsReply, error) {
	snap, err := c.Status(ctx)
	r := HoldsReply{Holds: snap.Holds}
	if snap.Config.Error != "" {
		r.Note = "the file on disk is not in force: " + snap.Config.Error
	}
	return r, err
}

func holdPath(key string) string { return "/api/v1/holds/" + url.PathEscape(key) }

func (c *Client) Hold(ctx context.Context, h spec.Hold) error {
	return c.send(ctx, http.MethodPut, holdPath(h.Key), h, nil)
}

func (c *Client) Release(ctx context.Context, key string) error {
	return c.tell(ctx, http.MethodDelete, holdPath(key), "", nil)
}

func (c *Client) Forget(ctx context.Context, key string, f daemon.Forgetting) (was daemon.Forgotten, err error) {
	err = c.send(ctx, http.MethodPost, "/api/v1/forget/"+url.PathEscape(key), f, &was)
	return was, err
}

func (c *Client) Credentials(ctx context.Context) (map[string]reconcile.Credential, error) {
	rows := map[string]reconcile.Credential{}
	snap, err := c.Status(ctx)
	for _, its := range snap.Credentials {
		rows[its.Key] = its
	}
	return rows, err
}

func (c *Client) Recover(ctx context.Context) (all []create.Recovered, err error) {
	err = c.tell(ctx, http.MethodPost, "/api/v1/credentials/recover", "", &all)
	return all, err
}

func replyPath(key string) string { return "/api/v1/credentials/" + key + "/reply" }

func (c *Client) RawReply(ctx context.Context, key string) (secrets.Secret, error) {
	var body rawBody
	err := c.tell(ctx, http.MethodGet, replyPath(key), "", &body)
	return secrets.NewSecret(string(body)), err
}

func (c *Client) Discard(ctx context.Context, key string) error {
	return c.tell(ctx, http.MethodDelete, replyPath(key), "", nil)
}
