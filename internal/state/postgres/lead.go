package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/aurad/aurad/internal/state"
)

// session is the one that has the lead. A session that failed once is over: nobody knows what became of
// its last statement, and another process may lead already.
type session struct {
	cfg   Config
	place string

	mu   sync.Mutex
	conn *pgx.Conn
	over error // why there is no lead any more; nil as long as there is

	stop  chan struct{}
	beats sync.WaitGroup
	users int // engines that have not closed it
}

// lead opens a session and takes the lead in it.
func lead(ctx context.Context, cfg Config) (*session, error) {
	conn, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s := &session{cfg: cfg, place: fmt.Sprintf("%s (fleet %s, account %q)", place(conn.Config()), cfg.Fleet, cfg.Account), conn: conn, users: 2}
	err = migrate(ctx, conn)
	if err == nil {
		err = s.prepare(ctx)
	}
	if err == nil {
		err = s.take(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
	}
	s.stop = make(chan struct{})
	s.beats.Go(func() { s.beat(s.stop) })
	return s, nil
}

// prepare makes the server end the session of a process that is gone, stopped or cut off, and a commit
// durable before it is answered.
func (s *session) prepare(ctx context.Context) error {
	for _, set := range []string{
		"SET idle_session_timeout = " + ms(idleMost),
		"SET idle_in_transaction_session_timeout = " + ms(idleMost),
		"SET statement_timeout = " + ms(answer),
		"SET tcp_keepalives_idle = 2", "SET tcp_keepalives_interval = 1", "SET tcp_keepalives_count = 2",
		"SET tcp_user_timeout = " + ms(idleMost),
	} {
		if _, err := s.conn.Exec(ctx, set); err != nil {
			return fmt.Errorf("prepare a session of %s, which needs PostgreSQL 14 or newer: %w", s.place, err)
		}
	}
	var durable string
	if err := s.conn.QueryRow(ctx, "SHOW synchronous_commit").Scan(&durable); err != nil {
		return fmt.Errorf("prepare a session of %s: %w", s.place, err)
	}
	if durable == "off" {
		if _, err := s.conn.Exec(ctx, "SET synchronous_commit = on"); err != nil {
			return fmt.Errorf("prepare a session of %s: %w", s.place, err)
		}
	}
	return nil
}

// lockOf is the number of an account's lock.
const lockOf = "hashtextextended($1 || chr(10) || $2, 0)"

// take waits for the lead, if that is wanted.
func (s *session) take(ctx context.Context) error {
	told := false
	for {
		var taken bool
		if err := s.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock("+lockOf+")", s.cfg.Fleet, s.cfg.Account).Scan(&taken); err != nil {
			return fmt.Errorf("take the lead in %s: %w", s.place, err)
		}
		if taken {
			return nil
		}
		if s.cfg.Waiting == nil {
			return fmt.Errorf("open the state in %s: %w: %s", s.place, state.ErrHeld, s.holder(ctx))
		}
		if !told {
			s.cfg.Waiting(s.holder(ctx))
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(tryEvery):
		}
	}
}

// holder says who has the lead, as far as that is known.
func (s *session) holder(ctx context.Context) string {
	var who string
	err := s.conn.QueryRow(ctx, `SELECT a.application_name || ' since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
		FROM pg_locks l JOIN pg_stat_activity a USING (pid)
		WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
		AND (l.classid::bigint << 32 | l.objid::bigint) = `+lockOf, s.cfg.Fleet, s.cfg.Account).Scan(&who)
	if err != nil {
		return "another session"
	}
	return who
}

// beat keeps the session from being idle, and notices when it is over.
func (s *session) beat(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			return
		case <-time.After(heartbeat):
		}
		_ = s.do(func(ctx context.Context, conn *pgx.Conn) error { return conn.Ping(ctx) }) // do remembers it
	}
}

// do runs f in the session, one at a time. Whatever fails ends it, but a statement that the server refused:
// nobody knows what became of the others.
func (s *session) do(f func(context.Context, *pgx.Conn) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over != nil {
		return s.over
	}
	ctx, cancel := context.WithTimeout(context.Background(), answer)
	defer cancel()
	err := f(ctx, s.conn)
	if err == nil || refused(err) && !s.conn.IsClosed() {
		return err
	}
	s.over = fmt.Errorf("%w in %s: %w", state.ErrDeposed, s.place, err)
	_ = s.conn.Close(ctx) // it is closed already, most likely
	return s.over
}

// close gives the lead back once both engines are closed.
func (s *session) close() error {
	s.mu.Lock()
	s.users--
	last := s.users == 0
	s.mu.Unlock()
	if !last {
		return nil
	}
	close(s.stop)
	s.beats.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over != nil {
		return nil
	}
	s.over = fmt.Errorf("%w in %s: it was closed", state.ErrDeposed, s.place)
	ctx, cancel := context.WithTimeout(context.Background(), answer)
	defer cancel()
	return s.conn.Close(ctx)
}
