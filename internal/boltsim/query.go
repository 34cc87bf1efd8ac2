package boltsim

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// query answers the queries that are known; the result of any other is a failure that says which are.
func (c *session) query(text string, params map[string]any) (*result, error) {
	words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(text), ";"))
	plain := strings.Join(words, " ")
	switch upper := strings.ToUpper(plain); {
	case strings.HasPrefix(upper, "RETURN "):
		return returned(plain[len("RETURN "):], params)
	case strings.HasPrefix(upper, "ALTER CURRENT USER SET PASSWORD "):
		return c.alterPassword(plain, params)
	case upper == "SHOW TRANSACTIONS", strings.HasPrefix(upper, "SHOW TRANSACTIONS YIELD "):
		return c.showTransactions(plain)
	case strings.HasPrefix(upper, "CREATE ("), strings.HasPrefix(upper, "CREATE("):
		return c.create()
	}
	first, _, _ := strings.Cut(plain, " ")
	return nil, syntax("Invalid input '%s': the simulator answers RETURN of literals and parameters, ALTER CURRENT USER SET PASSWORD FROM $old TO $new, SHOW TRANSACTIONS, and CREATE (...), which it keeps no data of", first)
}

// create is a write. Of what is written nothing is kept but that it was.
func (c *session) create() (*result, error) {
	switch writes := c.server.instance.Writes(); {
	case c.tx.reads:
		return nil, accessMode(c.tx.Database)
	case c.tx.Database == "system":
		return nil, syntax("Not a recognised system command or procedure")
	case writes == ReadOnly:
		return nil, readOnly(c.tx.Database)
	case writes != Accepted:
		return nil, notALeader()
	}
	return &result{fields: []string{}, kind: "w", created: 1}, nil
}

// returned evaluates `RETURN literal AS name, $parameter`.
func returned(list string, params map[string]any) (*result, error) {
	as := regexp.MustCompile(`(?i)^(.+?)(?: AS (\w+))?$`)
	res := &result{kind: "r", rows: [][]any{{}}}
	for _, item := range strings.Split(list, ",") {
		parts := as.FindStringSubmatch(strings.TrimSpace(item))
		if parts == nil {
			return nil, syntax("Invalid input ',': expected an expression")
		}
		v, err := evaluate(parts[1], params)
		if err != nil {
			return nil, err
		}
		name := parts[2]
		if name == "" {
			name = parts[1]
		}
		res.fields = append(res.fields, name)
		res.rows[0] = append(res.rows[0], v)
	}
	return res, nil
}

func evaluate(text string, params map[string]any) (any, error) {
	if name, ok := strings.CutPrefix(text, "$"); ok {
		v, given := params[name]
		if !given {
			return nil, missing(name)
		}
		return v, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		return f, nil
	}
	switch strings.ToLower(text) {
	case "null":
		return nil, nil
	case "true", "false":
		return strings.EqualFold(text, "true"), nil
	}
	if n := len(text); n > 1 && text[0] == text[n-1] && strings.ContainsRune(`'"`, rune(text[0])) && !strings.ContainsAny(text[1:n-1], `'"\`) {
		return text[1 : n-1], nil
	}
	return nil, syntax("Invalid input '%s': the simulator returns numbers, strings, true, false, null and parameters", text)
}

// alterPassword changes the password, under the conditions that Neo4j has for it.
func (c *session) alterPassword(text string, params map[string]any) (*result, error) {
	if c.tx.Database != "system" {
		return nil, notSystem("ALTER CURRENT USER SET PASSWORD")
	}
	names := regexp.MustCompile(`(?i) FROM \$(\w+) TO \$(\w+)$`).FindStringSubmatch(text)
	if names == nil {
		return nil, syntax("Invalid input: expected FROM $old TO $new, both of them parameters")
	}
	var values [2]string
	for i, name := range names[1:] {
		s, ok := params[name].(string)
		if !ok {
			return nil, missing(name)
		}
		values[i] = s
	}
	if c.tx.reads {
		return nil, accessMode("system")
	}
	in := c.server.instance
	own := "User '" + in.Username() + "' failed to alter their own password: "
	switch from, to := values[0], values[1]; {
	case in.Writes() != Accepted:
		return nil, notALeader()
	case !same(from, in.Password()):
		return nil, argument(own + "Invalid principal or credentials.")
	case from == to:
		return nil, argument(own + "Old password and new password cannot be the same.")
	case len(to) < 8:
		return nil, argument("A password must be at least 8 characters.")
	}
	c.tx.password = values[1]
	return &result{fields: []string{}, kind: "s"}, nil
}

// columns of SHOW TRANSACTIONS that are known here.
func columns(t Transaction) map[string]any {
	meta := t.Metadata
	if meta == nil {
		meta = map[string]any{}
	}
	return map[string]any{"database": t.Database, "transactionId": t.ID, "username": t.Username, "clientAddress": t.ClientAddress, "currentQuery": t.Query,
		"startTime": t.Started.UTC().Format("2006-01-02T15:04:05.999Z"), "status": "Running", "metaData": meta, "connectionId": "", "protocol": "bolt"}
}

// showTransactions lists those that run, this one among them, and those that the instance makes up.
func (c *session) showTransactions(text string) (*result, error) {
	fields := []string{"database", "transactionId", "connectionId", "clientAddress", "username", "currentQuery", "startTime", "status"}
	if _, list, ok := cutFold(text, " YIELD "); ok {
		fields = strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	}
	res := &result{fields: fields, kind: "r"}
	for _, t := range c.server.transactions() {
		all := columns(t)
		row := make([]any, len(fields))
		for i, name := range fields {
			v, known := all[name]
			if !known {
				return nil, syntax("Trying to YIELD non-existing column: `%s`", name)
			}
			row[i] = v
		}
		res.rows = append(res.rows, row)
	}
	return res, nil
}

func cutFold(s, sep string) (before, after string, found bool) {
	i := strings.Index(strings.ToUpper(s), sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// transactions are those of all connections, and of clients that don't exist, in the order of their start.
func (s *Server) transactions() []Transaction {
	all := s.instance.Transactions()
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.sessions {
		if c.tx != nil {
			all = append(all, c.tx.Transaction)
		}
	}
	slices.SortFunc(all, func(a, b Transaction) int {
		if by := a.Started.Compare(b.Started); by != 0 {
			return by
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all
}
