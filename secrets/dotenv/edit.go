package dotenv

import (
	"context"
	"errors"
	"fmt"

	"github.com/aurad/aurad/secrets"
)

// edit is one change of one file, with what was found there under the lock of the folder.
type edit struct {
	s         *Store
	doing     string
	key, path string
	had, next content
	err       error // why had could not be read; ErrMissing where nothing is
}

// change runs f with the folder locked, so that what f compares is what it replaces.
func (s *Store) change(ctx context.Context, doing, key string, f func(edit) error) error {
	leave, err := s.enter(doing)
	if err != nil {
		return err
	}
	defer leave()
	path, err := s.writable(ctx, doing, key)
	if err != nil {
		return err
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return s.fail("lock the folder", ".", classOf(err), err)
	}
	defer unlock()
	defer s.sweep(key)
	e := edit{s: s, doing: doing, key: key, path: path}
	e.had, e.err = s.read(doing, path, key)
	e.next = e.had
	return f(e)
}

// look reads one file.
func (s *Store) look(doing, key string) (content, error) {
	path, err := fileOf(key)
	if err != nil {
		return content{}, err
	}
	leave, err := s.enter(doing)
	if err != nil {
		return content{}, err
	}
	defer leave()
	return s.read(doing, path, key)
}

// writable returns the file name for key if a credential may be written there at all.
func (s *Store) writable(ctx context.Context, doing, key string) (string, error) {
	path, err := fileOf(key)
	if err != nil {
		return "", err
	}
	if err := s.checkFolder(); err != nil {
		return "", err
	}
	if err := checkIgnored(ctx, s.real, path, tempName(key)); err != nil {
		return "", s.fail(doing, path, classOf(err), err)
	}
	return path, nil
}

// put writes next in the place of what was found, unless they are equal: by a link where nothing
// was, which replaces nothing even if somebody without our lock was faster.
func (s *Store) put(e edit, next content) error {
	missing := errors.Is(e.err, secrets.ErrMissing)
	if !missing && e.had.equal(next) { // perhaps written just before a crash
		return e.wrap(errors.Join(s.syncFile(e.path), s.syncFolder()))
	}
	place := s.rename
	if missing {
		place = s.link
	}
	if err := s.place(e.key, e.path, next.format(e.key), place); err != nil {
		return e.wrap(err)
	}
	return s.readBack(e.path, e.key, next)
}

// credential returns nil when e found one, else ErrMissing or why it could not be read.
func (e edit) credential() error {
	if e.err == nil && e.had.claim != nil {
		return e.fail(secrets.ErrMissing, nil)
	}
	return e.err
}

func (e edit) fail(class, cause error) error { return e.s.fail(e.doing, e.path, class, cause) }

func (e edit) wrap(err error) error {
	if err == nil {
		return nil
	}
	return e.fail(classOf(err), err)
}

func (e edit) belongsTo(id string) error {
	return e.fail(secrets.ErrTaken, fmt.Errorf("it belongs to instance %s", id))
}
