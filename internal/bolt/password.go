package bolt

import (
	"context"
	"strings"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/aurad/aurad/secrets"
)

const alter = "ALTER CURRENT USER SET PASSWORD FROM $old TO $new"

// SetPassword changes the password of a credential's user to next. nil: it is changed. Every error
// is a *Failure: where its Unknown is false, the old password is the one that is good.
//
// It is done in a transaction of its own, so that only a lost answer to the commit leaves it open.
func (c Client) SetPassword(ctx context.Context, cred secrets.Credential, next secrets.Secret) error {
	const doing = "change the password"
	within, conn, close, bad := c.connect(ctx, cred, next)
	if bad != nil {
		return &Failure{Result: *bad, Doing: doing}
	}
	defer close()
	unknown, err := conn.alter(within, next)
	if err == nil {
		return nil
	}
	r := conn.judge(ctx, err)
	if refusal, ok := find[*neo4j.Neo4jError](err); ok && refusal.Code == "Neo.ClientError.Statement.ArgumentError" {
		r = conn.result(Rejected, err)
	}
	return &Failure{Result: *r, Doing: doing, Unknown: unknown}
}

// alter reports with an error whether the change may have been made.
func (c *connection) alter(ctx context.Context, next secrets.Secret) (unknown bool, _ error) {
	session := c.session(ctx, "system", neo4j.AccessModeWrite)
	defer session.Close(ctx)
	tx, err := session.BeginTransaction(ctx, own())
	if err != nil {
		return false, err
	}
	defer tx.Close(ctx)
	res, err := tx.Run(ctx, alter, map[string]any{"old": c.credential.Password.Reveal(), "new": next.Reveal()})
	if err != nil {
		return false, err
	}
	if _, err := res.Consume(ctx); err != nil {
		return false, err
	}
	if err := tx.Commit(ctx); err != nil {
		return !isRefusal(err), err
	}
	return false, nil
}

// isRefusal says that the server answered, and that nothing was done.
func isRefusal(err error) bool {
	refusal, ok := find[*neo4j.Neo4jError](err)
	return ok && strings.HasPrefix(refusal.Code, "Neo.ClientError.")
}
