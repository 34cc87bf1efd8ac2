package bolt

import (
	"context"
	"errors"
	"fmt"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/aurad/aurad/secrets"
)

// Verify connects with a credential, reads, and finds out whether a write would be accepted: one is
// made and taken back, without a label, so that it leaves nothing behind. A wrong password is tried
// once.
func (c Client) Verify(ctx context.Context, cred secrets.Credential) Result {
	within, conn, close, bad := c.connect(ctx, cred)
	if bad != nil {
		return *bad
	}
	defer close()
	if err := conn.read(within); err != nil {
		return *conn.judge(ctx, err)
	}
	return *conn.tryWrite(ctx, within)
}

// tryWrite judges the write of one who could read: whatever stops it, the credential is not at fault,
// nor is the way there. While no server takes writes, the driver asks ten times a second who does, so
// that it gets but a part of the time.
func (c *connection) tryWrite(caller, within context.Context) *Result {
	part := c.limit / 3
	within, cancel := context.WithTimeout(within, part)
	defer cancel()
	err := c.write(within)
	switch {
	case err == nil:
		return c.result(Verified, nil)
	case errors.Is(caller.Err(), context.Canceled):
		return c.result(Interrupted, nil)
	case within.Err() != nil:
		err = fmt.Errorf("no server has taken a write within %v", part)
	}
	return c.result(ReadOnly, err)
}

// judge classifies an error, unless it is the caller who ended the call.
func (c *connection) judge(caller context.Context, err error) *Result {
	if errors.Is(caller.Err(), context.Canceled) {
		return c.result(Interrupted, nil)
	}
	return c.result(classify(err), err)
}

func (c *connection) read(ctx context.Context) error {
	session := c.session(ctx, c.credential.Database, neo4j.AccessModeRead)
	defer session.Close(ctx)
	res, err := session.Run(ctx, "RETURN 1", nil, own())
	if err == nil {
		_, err = res.Consume(ctx)
	}
	return err
}

func (c *connection) write(ctx context.Context) error {
	session := c.session(ctx, c.credential.Database, neo4j.AccessModeWrite)
	defer session.Close(ctx)
	tx, err := session.BeginTransaction(ctx, own())
	if err != nil {
		return err
	}
	defer tx.Close(ctx) // a rollback, where none was made
	res, err := tx.Run(ctx, "CREATE (n) DELETE n", nil)
	if err != nil {
		return err
	}
	if _, err := res.Consume(ctx); err != nil {
		return err
	}
	return tx.Rollback(ctx)
}
