package folder_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/aurad/aurad/internal/aura/token"
	"github.com/aurad/aurad/internal/state"
	"github.com/aurad/aurad/internal/state/folder"
	"github.com/aurad/aurad/reconcile"
	"github.com/aurad/aurad/secrets"
)

const canary = "canary-5f1c9e-password"

// filled is the folder of a closed state that holds an entry, a sealed reply and a token.
func filled(t *testing.T, sealKey string) string {
	t.Helper()
	dir := t.TempDir()
	s, err := folder.Open(dir, sealKey)
	must(t, err)
	must(t, s.Spool("a", reconcile.Entry{ID: "0a1b2c3d", Birth: &reconcile.Birth{Nonce: "01234567", Stage: reconcile.Spooled}}, secrets.NewSecret(canary)))
	must(t, s.Tokens().Save(token.Token{AccessToken: secrets.NewSecret(canary + "-token"), Expiry: time.Now().Add(time.Hour)}))
	must(t, s.PutBudget(state.SentLog{Times: []time.Time{time.Unix(1, 0)}}))
	must(t, s.Close())
	return dir
}

func TestSealedValuesAreNotInTheFile(t *testing.T) {
	dir := filled(t, "")
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte("canary")) {
			t.Errorf("%s holds a secret in the open", path)
		}
		info, statErr := os.Stat(path)
		if statErr == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", path, info.Mode())
		}
		return errors.Join(err, statErr)
	})
	must(t, err)
	s, err := folder.Open(dir, "")
	must(t, err)
	defer s.Close()
	raw, err := s.Spooled("a")
	if err != nil || raw.Reveal() != canary {
		t.Errorf("the spooled reply came back as %q, %v", raw.Reveal(), err)
	}
	if tok, ok := s.Tokens().Load(); !ok || tok.AccessToken.Reveal() != canary+"-token" {
		t.Errorf("the token did not come back")
	}
	must(t, s.Unspool("a", reconcile.Entry{ID: "0a1b2c3d"}))
	if raw, err := s.Spooled("a"); err != nil || !raw.Empty() {
		t.Errorf("the reply is still there after it was cleared: %v", err)
	}
}

// Another key opens nothing, says which file it is about, and loses nothing.
func TestAWrongSealKeyIsAClearError(t *testing.T) {
	keys := t.TempDir()
	right, wrong, short := filepath.Join(keys, "right"), filepath.Join(keys, "wrong"), filepath.Join(keys, "short")
	write(t, right, strings.Repeat("r", 32))
	write(t, wrong, strings.Repeat("w", 32))
	write(t, short, "short")
	dir := filled(t, right)
	s, err := folder.Open(dir, wrong)
	must(t, err)
	raw, err := s.Spooled("a")
	if err == nil || !strings.Contains(err.Error(), wrong) || !raw.Empty() || strings.Contains(err.Error(), "canary") {
		t.Errorf("a wrong key gave %v", err)
	}
	if _, ok := s.Tokens().Load(); ok {
		t.Errorf("a wrong key opened the token")
	}
	must(t, s.Close())
	for _, key := range []string{short, filepath.Join(keys, "missing")} {
		if _, err := folder.Open(dir, key); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("the key %s gave %v", key, err)
		}
	}
	s, err = folder.Open(dir, right)
	must(t, err)
	defer s.Close()
	if raw, err := s.Spooled("a"); err != nil || raw.Reveal() != canary {
		t.Errorf("the right key gave %v after all that", err)
	}
}

// A sealed value can't be passed off as another one.
func TestSealedValuesAreBoundToTheirPlace(t *testing.T) {
	dir := filled(t, "")
	db, err := bolt.Open(filepath.Join(dir, "aurad.db"), 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("sealed"))
		return b.Put([]byte("spool/b"), bytes.Clone(b.Get([]byte("spool/a"))))
	}))
	must(t, db.Close())
	s, err := folder.Open(dir, "")
	must(t, err)
	defer s.Close()
	if raw, err := s.Spooled("b"); err == nil || !raw.Empty() {
		t.Errorf("a's reply was opened as b's")
	}
}

func TestASecondDaemonIsKeptOut(t *testing.T) {
	dir := t.TempDir()
	s, err := folder.Open(dir, "")
	must(t, err)
	began := time.Now()
	_, err = folder.Open(dir, "")
	if !errors.Is(err, state.ErrHeld) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "process ") {
		t.Errorf("a second opener gets %v", err)
	}
	if waited := time.Since(began); waited > 5*time.Second {
		t.Errorf("it was told after %s", waited)
	}
	must(t, s.Close())
	s, err = folder.Open(dir, "")
	must(t, err)
	must(t, s.Close())
}

func TestAnUnknownSchemaIsRefused(t *testing.T) {
	dir := filled(t, "")
	db, err := bolt.Open(filepath.Join(dir, "aurad.db"), 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte("aurad.state/v9"))
	}))
	must(t, db.Close())
	if _, err := folder.Open(dir, ""); err == nil || !strings.Contains(err.Error(), "aurad.state/v9") || !strings.Contains(err.Error(), dir) {
		t.Errorf("an unknown schema gave %v", err)
	}
	if _, err := folder.Open(dir, ""); errors.Is(err, state.ErrHeld) {
		t.Errorf("the refused state is still locked")
	}
}

func TestAnUnreadableEntryIsAClearError(t *testing.T) {
	dir := filled(t, "")
	db, err := bolt.Open(filepath.Join(dir, "aurad.db"), 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte("entries")).Put([]byte("a"), []byte(`{"id":`)) }))
	must(t, db.Close())
	s, err := folder.Open(dir, "")
	must(t, err)
	defer s.Close()
	if _, err := s.Ledger(); err == nil || !strings.Contains(err.Error(), `of "a"`) {
		t.Errorf("an unreadable entry gave %v", err)
	}
}

// The file is cut at any length, or a page of it is overwritten: an error that names it, or all
// that was in it; no panic, and never a state that came up empty.
func TestADamagedStateIsAnErrorNotAPanic(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join(filled(t, ""), "aurad.db"))
	must(t, err)
	try := func(name string, data []byte) {
		t.Helper()
		dir := t.TempDir()
		write(t, filepath.Join(dir, "aurad.db"), string(data))
		defer func() {
			if r := recover(); r != nil {
				t.Errorf("%s: panic: %v", name, r)
			}
		}()
		s, err := folder.Open(dir, "")
		if err != nil {
			if !strings.Contains(err.Error(), dir) {
				t.Errorf("%s: the error does not name the folder: %v", name, err)
			}
			return
		}
		defer s.Close()
		led, err := s.Ledger()
		if err == nil && led["a"].ID != "0a1b2c3d" {
			t.Errorf("%s: it came up without its entry", name)
		}
		_, _ = s.Timings()
		_, _ = s.Budget()
		_, _ = s.Spooled("a")
		_ = s.PutEntry("b", reconcile.Entry{})
	}
	const page = 4096
	short := t.TempDir()
	write(t, filepath.Join(short, "aurad.db"), string(whole[:2*page+1])) // both meta pages are there
	if _, err := folder.Open(short, ""); err == nil || !strings.Contains(err.Error(), "bytes of") {
		t.Errorf("a file that was cut is not measured: %v", err)
	}
	for size := 1; size < len(whole); size += page / 2 {
		try("cut", whole[:size])
	}
	for from := 0; from+page <= len(whole); from += page {
		for _, fill := range []byte{0, 0xff, 'x'} {
			data := bytes.Clone(whole)
			copy(data[from:from+page], bytes.Repeat([]byte{fill}, page))
			try("page overwritten", data)
		}
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	must(t, os.WriteFile(file, []byte(text), 0o600))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
