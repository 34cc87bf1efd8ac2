package dotenv

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aurad/aurad/secrets"
)

const password = "hunter2-secret"

func credential(key string) secrets.Credential {
	return secrets.Credential{
		Key: key, InstanceID: "ab12cd34", InstanceName: "Orders it's", URI: "neo4j+s://ab12cd34.databases.neo4j.io",
		Username: "neo4j", Password: secrets.NewSecret(password), Database: "neo4j",
	}
}

func claim(key string) secrets.Claim {
	return secrets.Claim{Fleet: "acme", Key: key, Nonce: "3f9a01bc"}
}

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "credentials"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func (s *Store) file(key string) string { return filepath.Join(s.real, key+suffix) }

// check fails the test unless err is of the wanted class and of no other, and shows no password.
func check(t *testing.T, err, want error) {
	t.Helper()
	if err != nil && strings.Contains(err.Error(), password) {
		t.Errorf("the error shows the password: %v", err)
	}
	for _, class := range []error{secrets.ErrMissing, secrets.ErrTaken, secrets.ErrUnavailable, secrets.ErrRefused} {
		if errors.Is(err, class) != (class == want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	if (err == nil) != (want == nil) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func files(t *testing.T, s *Store) []string {
	t.Helper()
	entries, err := os.ReadDir(s.real)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != lockName {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestCreateThenGet(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	check(t, s.Preflight(ctx, claim("orders")), nil)
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	got, err := s.Get(ctx, "orders")
	check(t, err, nil)
	if !got.Equal(c) {
		t.Error("what came back differs")
	}
	info, err := os.Stat(s.file("orders"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if info, _ := os.Stat(s.real); info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v", info.Mode())
	}
	if diff := cmp.Diff([]string{"orders.env"}, files(t, s)); diff != "" {
		t.Error(diff)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	ctx, c := context.Background(), credential("orders")
	other := c
	other.Password = secrets.NewSecret("another")
	otherID := c
	otherID.InstanceID = "ffffffff"
	for name, there := range map[string]string{
		"another password": string(secrets.FormatEnv(other)),
		"another instance": string(secrets.FormatEnv(otherID)),
		"broken":           "NEO4J_PASSWORD='" + password,
		"empty":            "",
		"foreign":          "SOMETHING=else\n",
	} {
		s := open(t)
		if err := os.WriteFile(s.file("orders"), []byte(there), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Log(name)
		check(t, s.Preflight(ctx, claim("orders")), secrets.ErrTaken)
		check(t, s.Create(ctx, c, secrets.Claim{}), secrets.ErrTaken)
		if got, _ := os.ReadFile(s.file("orders")); string(got) != there {
			t.Errorf("%s: the file was changed", name)
		}
		if diff := cmp.Diff([]string{"orders.env"}, files(t, s)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestCreateAgainCountsAsWritten(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	c.InstanceName = "born under another name"
	var taken []string
	s.before = func(step string) error { taken = append(taken, step); return nil }
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	// The first write may have been cut before its sync, so the second must sync what it found.
	if got := strings.Join(taken, ", "); !strings.HasSuffix(got, "lock, sync, sync folder") {
		t.Errorf("steps: %s", got)
	}
}

func TestStepsAreInOrder(t *testing.T) {
	s := open(t)
	var taken []string
	s.before = func(step string) error { taken = append(taken, step); return nil }
	check(t, s.Create(context.Background(), credential("orders"), secrets.Claim{}), nil)
	if diff := cmp.Diff(steps, taken); diff != "" {
		t.Error(diff)
	}
}

func TestRename(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	check(t, s.Rename(ctx, "orders", "x"), secrets.ErrMissing)
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	check(t, s.Rename(ctx, "orders", "New name"), nil)
	got, err := s.Get(ctx, "orders")
	check(t, err, nil)
	c.InstanceName = "New name"
	if !got.Equal(c) {
		t.Error("renaming changed another field")
	}
	before, _ := os.Stat(s.file("orders"))
	check(t, s.Rename(ctx, "orders", "New name"), nil)
	if after, _ := os.Stat(s.file("orders")); !os.SameFile(before, after) {
		t.Error("an unchanged credential was written again")
	}
}

func TestPut(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	check(t, s.Put(ctx, c), nil)
	c.Password = secrets.NewSecret("rotated by a person")
	check(t, s.Put(ctx, c), nil)
	if got, err := s.Get(ctx, "orders"); err != nil || !got.Equal(c) {
		t.Errorf("after Put: %v", err)
	}
	foreign := c
	foreign.InstanceID = "ffffffff"
	check(t, s.Put(ctx, foreign), secrets.ErrTaken)
	if got, _ := s.Get(ctx, "orders"); !got.Equal(c) {
		t.Error("a credential of another instance was replaced")
	}
}

func TestDestroy(t *testing.T) {
	s, ctx, c := open(t), context.Background(), credential("orders")
	check(t, s.Destroy(ctx, "orders", c.InstanceID), nil)
	check(t, s.Create(ctx, c, secrets.Claim{}), nil)
	check(t, s.Destroy(ctx, "orders", "ffffffff"), secrets.ErrTaken)
	check(t, s.Destroy(ctx, "orders", c.InstanceID), nil)
	_, err := s.Get(ctx, "orders")
	check(t, err, secrets.ErrMissing)
}

func TestListNamesWhatItCanNotRead(t *testing.T) {
	s, ctx := open(t), context.Background()
	for _, key := range []string{"b", "a"} {
		check(t, s.Create(ctx, credential(key), secrets.Claim{}), nil)
	}
	for name, text := range map[string]string{"broken.env": "x", "notes.txt": "x", "Upper.env": "x", ".a.tmp.env": "x"} {
		if err := os.WriteFile(filepath.Join(s.real, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.List(ctx)
	want := []secrets.Owned{{Key: "a", InstanceID: "ab12cd34"}, {Key: "b", InstanceID: "ab12cd34"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err == nil || !strings.Contains(err.Error(), "broken.env") || strings.Count(err.Error(), "\n") != 0 {
		t.Errorf("want one error, about broken.env: %v", err)
	}
}

func TestKeysCanNotLeaveTheFolder(t *testing.T) {
	s, ctx := open(t), context.Background()
	for _, key := range []string{"../x", "a/b", "..", ".", "", "a\x00", "Å", ".hidden", "A"} {
		c := credential(key)
		check(t, s.Preflight(ctx, claim(key)), secrets.ErrRefused)
		check(t, s.Create(ctx, c, secrets.Claim{}), secrets.ErrRefused)
		check(t, s.Put(ctx, c), secrets.ErrRefused)
		check(t, s.Rename(ctx, key, "x"), secrets.ErrRefused)
		check(t, s.Destroy(ctx, key, c.InstanceID), secrets.ErrRefused)
		_, err := s.Get(ctx, key)
		check(t, err, secrets.ErrRefused)
	}
	if got := files(t, s); len(got) != 0 {
		t.Errorf("something was written: %v", got)
	}
}

func TestSymlinksAreNotFollowed(t *testing.T) {
	ctx, c := context.Background(), credential("orders")
	outside := filepath.Join(t.TempDir(), "outside.env")
	for _, target := range []string{outside, "inside.env", "nowhere.env"} {
		s := open(t)
		for _, path := range []string{outside, s.file("inside")} {
			if err := os.WriteFile(path, secrets.FormatEnv(c), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Symlink(target, s.file("orders")); err != nil {
			t.Fatal(err)
		}
		check(t, s.Preflight(ctx, claim("orders")), secrets.ErrTaken)
		check(t, s.Create(ctx, c, secrets.Claim{}), secrets.ErrTaken)
		_, err := s.Get(ctx, "orders")
		check(t, err, secrets.ErrRefused)
		check(t, s.Destroy(ctx, "orders", c.InstanceID), secrets.ErrRefused)
		check(t, s.Rename(ctx, "orders", "x"), secrets.ErrRefused)
		if text, _ := os.ReadFile(outside); string(text) != string(secrets.FormatEnv(c)) {
			t.Error("the file outside was changed")
		}
	}
}

// A pipe in the place of a file must not make aurad wait for a writer.
func TestPipeIsRefused(t *testing.T) {
	s, ctx := open(t), context.Background()
	if err := syscall.Mkfifo(s.file("orders"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := s.Get(ctx, "orders")
	check(t, err, secrets.ErrRefused)
	if err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("%v does not say why", err)
	}
	check(t, s.Create(ctx, credential("orders"), secrets.Claim{}), secrets.ErrTaken)
}

func TestModesAreChecked(t *testing.T) {
	s, ctx := open(t), context.Background()
	check(t, s.Create(ctx, credential("orders"), secrets.Claim{}), nil)
	if err := os.Chmod(s.file("orders"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := s.Get(ctx, "orders")
	check(t, err, secrets.ErrRefused)
	if err := os.Chmod(s.real, 0o777); err != nil {
		t.Fatal(err)
	}
	check(t, s.Preflight(ctx, claim("new")), secrets.ErrRefused)
	check(t, s.Create(ctx, credential("new"), secrets.Claim{}), secrets.ErrRefused)
	_, err = Open(s.real)
	check(t, err, secrets.ErrRefused)
}

func TestOpenWhereAFileIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(path)
	check(t, err, secrets.ErrRefused)
	_, err = Open(filepath.Join(path, "below"))
	check(t, err, secrets.ErrRefused)
}

func TestOpenMakesTheWholePath(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "a", "b", "c"))
	check(t, err, nil)
	defer s.Close()
	check(t, s.Create(context.Background(), credential("orders"), secrets.Claim{}), nil)
	for _, dir := range []string{"/proc/aurad", "/proc/aurad/below"} { // where nothing can be made
		if _, err := Open(dir); err == nil {
			t.Errorf("%s was made", dir)
		}
	}
}
