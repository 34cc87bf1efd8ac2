package bolt

import (
	"context"
	"time"

	"github.com/neo4j/neo4j-go-driver/v5/neo4j"

	"github.com/aurad/aurad/secrets"
)

// Transaction is work that somebody else has under way. Its query is left out: there are data in it
// that are none of aurad's business.
type Transaction struct {
	ID, Database, User string
	App                string // as its client calls itself; "" when it doesn't
	Client             string // its address
	Started            time.Time
}

const show = "SHOW TRANSACTIONS YIELD transactionId, database, username, clientAddress, startTime, metaData"

// Transactions are those under way that are not an aurad's. Every error is a *Failure.
func (c Client) Transactions(ctx context.Context, cred secrets.Credential) ([]Transaction, error) {
	const doing = "list the transactions"
	within, conn, close, bad := c.connect(ctx, cred)
	if bad != nil {
		return nil, &Failure{Result: *bad, Doing: doing}
	}
	defer close()
	all, err := conn.transactions(within)
	if err != nil {
		return nil, &Failure{Result: *conn.judge(ctx, err), Doing: doing}
	}
	return all, nil
}

func (c *connection) transactions(ctx context.Context) (all []Transaction, err error) {
	session := c.session(ctx, c.credential.Database, neo4j.AccessModeRead)
	defer session.Close(ctx)
	res, err := session.Run(ctx, show, nil, own())
	if err != nil {
		return nil, err
	}
	for res.Next(ctx) {
		if t := transactionOf(res.Record()); t.App != app {
			all = append(all, t)
		}
	}
	return all, res.Err()
}

func transactionOf(r *neo4j.Record) Transaction {
	text := func(key string) string {
		s, _ := r.AsMap()[key].(string)
		return s
	}
	t := Transaction{ID: text("transactionId"), Database: text("database"), User: text("username"), Client: text("clientAddress")}
	if meta, ok := r.AsMap()["metaData"].(map[string]any); ok {
		t.App, _ = meta["app"].(string)
	}
	t.Started, _ = time.Parse(time.RFC3339, text("startTime")) // zero when it is written in another way
	return t
}
