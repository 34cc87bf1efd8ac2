package boltsim

import (
	"maps"
	"slices"
	"strings"

	"github.com/aurad/aurad/internal/boltsim/packstream"
)

// transaction is one of a client: explicit, between BEGIN and its end, or of one RUN.
type transaction struct {
	Transaction
	explicit, reads bool
	results         map[int64]*result
	last            int64 // number of the latest result
	writes          int
	password        string // to set, when it is committed
}

// result is what a query gives: rows yet to be read, and what is said after the last.
type result struct {
	fields  []string
	rows    [][]any
	kind    string // r, w, s
	created int
}

// open begins a transaction on the database that a client asks for.
func (c *session) open(extra map[string]any, explicit bool) error {
	in := c.server.instance
	name, err := databaseOf(in, extra, noDatabase)
	if err != nil {
		return err
	}
	tx := &transaction{explicit: explicit, reads: extra["mode"] == "r", results: map[int64]*result{}, last: -1}
	tx.Metadata, _ = extra["tx_metadata"].(map[string]any)
	tx.ID, tx.Database, tx.Username = c.server.name(name+"-transaction"), name, in.Username()
	tx.ClientAddress, tx.Started = c.client, c.server.config.Now()
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.tx = tx
	return nil
}

// databaseOf says which database a message is for: the home database when it names none.
func databaseOf(in Instance, extra map[string]any, unknown func(string) *failure) (string, error) {
	all := in.Databases()
	name, _ := extra["db"].(string)
	if name == "" {
		name = all[0]
	}
	name = strings.ToLower(name)
	if name != "system" && !slices.Contains(all, name) {
		return "", unknown(name)
	}
	if in.State() != Running {
		return "", unavailable(name)
	}
	return name, nil
}

func (c *session) begin(extra map[string]any) (map[string]any, error) {
	if err := c.open(extra, true); err != nil {
		return nil, err
	}
	c.phase = txReady
	return map[string]any{}, nil
}

func (c *session) run(m packstream.Structure) (map[string]any, error) {
	query, _ := field(m, 0).(string)
	if c.phase == ready {
		if err := c.open(dictionary(m, 2), false); err != nil {
			return nil, err
		}
	}
	c.server.mu.Lock()
	c.tx.Query = query
	c.server.mu.Unlock()
	res, err := c.query(query, dictionary(m, 1))
	if err != nil {
		return nil, err
	}
	c.tx.writes += res.created
	c.tx.last++
	c.tx.results[c.tx.last] = res
	meta := map[string]any{"fields": res.fields, "t_first": 0}
	c.phase = streaming
	if c.tx.explicit {
		c.phase = txStreaming
		meta["qid"] = c.tx.last
	}
	return meta, nil
}

// stream sends, or drops, the next n rows of a result.
func (c *session) stream(extra map[string]any, send bool) (map[string]any, error) {
	qid, ok := extra["qid"].(int64)
	if !ok || qid == -1 {
		qid = c.tx.last
	}
	res := c.tx.results[qid]
	n, isInt := extra["n"].(int64)
	if res == nil || !isInt || n == 0 || n < -1 {
		return nil, invalid("No result %d of which %v rows could be read", qid, extra["n"])
	}
	if n == -1 || n > int64(len(res.rows)) {
		n = int64(len(res.rows))
	}
	for _, row := range res.rows[:n] {
		if !send {
			break
		}
		if err := writeMessage(c.w, record, row); err != nil {
			return nil, err
		}
	}
	if res.rows = res.rows[n:]; len(res.rows) > 0 {
		return map[string]any{"has_more": true}, nil
	}
	return c.read(qid, res), nil
}

// read is done with a result; a transaction that was opened for it ends with it.
func (c *session) read(qid int64, res *result) map[string]any {
	meta := map[string]any{"type": res.kind, "db": c.tx.Database, "t_last": 0}
	if res.created > 0 {
		meta["stats"] = map[string]any{"nodes-created": res.created, "contains-updates": true}
	}
	delete(c.tx.results, qid)
	switch {
	case !c.tx.explicit:
		maps.Copy(meta, c.end(true))
		c.phase = ready
	case len(c.tx.results) == 0:
		c.phase = txReady
	}
	return meta
}

// finish is COMMIT or ROLLBACK.
func (c *session) finish(commit bool) (map[string]any, error) {
	if in := c.server.instance; commit && in.State() != Running {
		return nil, unavailable(c.tx.Database)
	}
	meta := c.end(commit)
	c.phase = ready
	return meta, nil
}

// end closes the transaction, if there is one. The bookmark of one that was committed is returned.
func (c *session) end(commit bool) map[string]any {
	c.server.mu.Lock()
	tx := c.tx
	c.tx = nil
	if tx != nil && commit {
		c.server.committed += tx.writes
	}
	c.server.mu.Unlock()
	if tx == nil || !commit {
		return map[string]any{}
	}
	if tx.password != "" {
		c.server.instance.SetPassword(tx.password)
	}
	return map[string]any{"bookmark": "FB:" + tx.ID}
}

// route says that this server does it all, at the address by which it is known.
func (c *session) route(extra map[string]any) (map[string]any, error) {
	name, err := databaseOf(c.server.instance, extra, unroutable)
	if err != nil {
		return nil, err
	}
	here := []string{c.server.address}
	writers := here
	if c.server.instance.Writes() == Leaderless {
		writers = []string{}
	}
	table := map[string]any{"ttl": 300, "db": name, "servers": []any{
		map[string]any{"role": "ROUTE", "addresses": here},
		map[string]any{"role": "READ", "addresses": here},
		map[string]any{"role": "WRITE", "addresses": writers},
	}}
	return map[string]any{"rt": table}, nil
}
