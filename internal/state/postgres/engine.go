package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/aurad/aurad/internal/state"
)

// engine keeps one of the two parts of a state in the session that leads.
type engine struct {
	*session
	part string
}

func (e engine) Place() string { return e.place }

func (e engine) Close() error { return e.close() }

func (e engine) Aside() state.Aside { return spool{e.cfg} }

func (e engine) Load() (all state.Records, err error) {
	err = e.do(func(ctx context.Context, conn *pgx.Conn) error {
		all = state.Records{}
		rows, err := conn.Query(ctx, "SELECT kind, name, value FROM aurad_records WHERE fleet = $1 AND account = $2 AND part = $3", e.cfg.Fleet, e.cfg.Account, e.part)
		if err != nil {
			return err
		}
		var kind string
		var name, value []byte
		_, err = pgx.ForEachRow(rows, []any{&kind, &name, &value}, func() error {
			all[state.Name{Kind: state.Kind(kind), Name: string(name)}] = append([]byte{}, value...)
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the state in %s: %w", e.place, err)
	}
	return all, nil
}

const (
	putRecord  = "INSERT INTO aurad_records (fleet, account, part, kind, name, value) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (fleet, account, part, kind, name) DO UPDATE SET value = excluded.value"
	dropRecord = "DELETE FROM aurad_records WHERE fleet = $1 AND account = $2 AND part = $3 AND kind = $4 AND name = $5"
)

func (e engine) Commit(changes []state.Change) error {
	return e.do(func(ctx context.Context, conn *pgx.Conn) error {
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			batch := &pgx.Batch{}
			for _, c := range changes {
				if c.Value == nil {
					batch.Queue(dropRecord, e.cfg.Fleet, e.cfg.Account, e.part, string(c.Kind), []byte(c.Name.Name))
					continue
				}
				batch.Queue(putRecord, e.cfg.Fleet, e.cfg.Account, e.part, string(c.Kind), []byte(c.Name.Name), c.Value)
			}
			return tx.SendBatch(ctx, batch).Close()
		})
	})
}

// Reserve writes and takes away something of the size of a reply: a database that is read only, or full,
// says so here.
func (e engine) Reserve() error {
	room := state.Name{Kind: state.Meta, Name: "room"}
	if err := e.Commit([]state.Change{{Name: room, Value: make([]byte, 16<<10)}}); err != nil {
		return err
	}
	return e.Commit([]state.Change{{Name: room}})
}

// refused reports whether the server answered with an error that ended no session: what was asked has not
// happened.
func refused(err error) bool {
	var answered *pgconn.PgError
	return errors.As(err, &answered) && answered.Severity == "ERROR"
}

// spool keeps replies that no commit took, past the lead: each in a session of its own.
type spool struct{ cfg Config }

func (s spool) do(f func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*answer)
	defer cancel()
	conn, err := connect(ctx, s.cfg)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, conn), conn.Close(ctx))
}

func (s spool) Put(name string, value []byte) error {
	return s.do(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "INSERT INTO aurad_spool (fleet, account, name, value) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", s.cfg.Fleet, s.cfg.Account, name, value)
		return err
	})
}

func (s spool) Get(name string) (value []byte, err error) {
	err = s.do(func(ctx context.Context, conn *pgx.Conn) error {
		err := conn.QueryRow(ctx, "SELECT value FROM aurad_spool WHERE fleet = $1 AND account = $2 AND name = $3", s.cfg.Fleet, s.cfg.Account, name).Scan(&value)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

func (s spool) Drop(name string) error {
	return s.do(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "DELETE FROM aurad_spool WHERE fleet = $1 AND account = $2 AND name = $3", s.cfg.Fleet, s.cfg.Account, name)
		return err
	})
}

func (s spool) Names() (names []string, err error) {
	err = s.do(func(ctx context.Context, conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, "SELECT name FROM aurad_spool WHERE fleet = $1 AND account = $2 ORDER BY name", s.cfg.Fleet, s.cfg.Account)
		if err != nil {
			return err
		}
		names, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return names, err
}

// keyAt reads the key at path. It is given, never made: all replicas must have the same.
func keyAt(path string) func(sealed []string) (state.SealKey, error) {
	return func([]string) (state.SealKey, error) {
		if path == "" {
			return state.SealKey{}, fmt.Errorf("a state that is shared needs a key that every replica has: make one with head -c %d /dev/urandom > FILE, and name it with --seal-key FILE", state.SealKeySize)
		}
		key, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return state.SealKey{}, fmt.Errorf("there is no key at %s: make one, once, with head -c %d /dev/urandom > %s, and give every replica the same", path, state.SealKeySize, path)
		}
		if err != nil {
			return state.SealKey{}, fmt.Errorf("read the key that seals the spool: %w", err)
		}
		return state.SealKey{Key: key, Path: path}, nil
	}
}
