// Package postgres keeps a state in a PostgreSQL database. One session holds the lead of an account, as an
// advisory lock, and makes every write of it: whoever loses the session has lost the lead, and can't write
// any more, whatever its clock says. Only replies that no commit took go past the lead, since a password
// must not be lost with it. It must not know what the records mean.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/aurad/aurad/internal/state"
)

// Config says where a state is, and whose.
type Config struct {
	URL            string // postgres://…, or key=value pairs; what it leaves out comes from the PG… variables and files of libpq
	Fleet, Account string
	SealKey        string // the path of the key that seals replies and tokens; all replicas have the same
	Who            string // this process, for whoever finds the lead taken

	// Waiting is told once who has the lead, and then Open waits for it; nil: that is an error, which
	// wraps state.ErrHeld.
	Waiting func(holder string)
}

// How soon a lead changes hands: a session that is idle for as long is ended by the server, so that a
// process that was stopped has lost the lead when it goes on; the leader's session says something more
// often than that.
const (
	idleMost  = 4 * time.Second
	heartbeat = time.Second
	answer    = 3 * time.Second        // for one statement
	tryEvery  = 500 * time.Millisecond // for the lead
)

// Open takes the lead of an account and opens its state.
func Open(ctx context.Context, cfg Config) (*state.State, error) {
	s, err := lead(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return state.Open(state.Config{Fleet: engine{s, "fleet"}, Requests: engine{s, "requests"}, SealKey: keyAt(cfg.SealKey)})
}

// connect opens a session. No error says the password.
func connect(ctx context.Context, cfg Config) (*pgx.Conn, error) {
	c, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		return nil, errors.New("the address of the state is none that PostgreSQL knows; it looks like postgres://USER@HOST/DATABASE, with the password in PGPASSWORD or in a PGPASSFILE")
	}
	c.ConnectTimeout = answer
	c.RuntimeParams["application_name"] = "aurad " + cfg.Who
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("reach the state in %s: %w", place(c), err)
	}
	return conn, nil
}

// place names a database without its password.
func place(c *pgx.ConnConfig) string {
	return "postgres://" + net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))) + "/" + c.Database
}

// ms is a duration as PostgreSQL takes one.
func ms(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
