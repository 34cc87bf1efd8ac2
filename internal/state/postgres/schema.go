package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// migrations bring the tables from each version to the next one.
func migrations() []string {
	return []string{`
CREATE TABLE aurad_records (
	fleet text NOT NULL, account text NOT NULL, part text NOT NULL, kind text NOT NULL, name bytea NOT NULL,
	value bytea NOT NULL,
	PRIMARY KEY (fleet, account, part, kind, name)
);
CREATE TABLE aurad_spool (
	fleet text NOT NULL, account text NOT NULL, name text NOT NULL,
	value bytea NOT NULL, written timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (fleet, account, name)
);`}
}

// migrateLock keeps two who start at once from making the tables twice.
const migrateLock = 0x6175726164 // "aurad"

// migrate makes the tables, or brings them to what this aurad knows. Tables of a newer one are refused,
// not guessed at.
func migrate(ctx context.Context, conn *pgx.Conn) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrateLock)); err != nil {
			return err
		}
		var there bool
		if err := tx.QueryRow(ctx, "SELECT to_regclass('aurad_version') IS NOT NULL").Scan(&there); err != nil {
			return err
		}
		version := 0
		if there {
			if err := tx.QueryRow(ctx, "SELECT version FROM aurad_version").Scan(&version); err != nil {
				return err
			}
		}
		all := migrations()
		switch {
		case version > len(all):
			return fmt.Errorf("its tables are of version %d and this aurad knows %d; use the aurad that made them", version, len(all))
		case version == len(all):
			return nil
		case !there:
			if _, err := tx.Exec(ctx, "CREATE TABLE aurad_version (version integer NOT NULL); INSERT INTO aurad_version VALUES (0)"); err != nil {
				return err
			}
		}
		for _, m := range all[version:] {
			if _, err := tx.Exec(ctx, m); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, "UPDATE aurad_version SET version = $1", len(all))
		return err
	})
	if err != nil {
		return fmt.Errorf("prepare the tables in %s: %w", place(conn.Config()), err)
	}
	return nil
}
