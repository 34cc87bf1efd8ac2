package dotenv

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/aurad/aurad/secrets"
)

// tempName ends in .env as well, so that an ignore rule for *.env covers what a crash leaves
// behind; it starts with a dot, so that it is nobody's key.
func tempName(key string) string { return "." + key + "." + rand.Text() + suffix }

// place writes text to a temporary file of key and gives it its name by put, the one atomic step.
func (s *folder) place(key, path string, text []byte, put func(temp, path string) error) error {
	temp := tempName(key)
	if err := s.writeTemp(temp, text); err != nil {
		return err
	}
	if err := put(temp, path); err != nil {
		return err
	}
	return s.syncFolder()
}

func (s *folder) link(temp, path string) error {
	if err := s.before("link"); err != nil {
		return err
	}
	return s.root.Link(temp, path)
}

func (s *folder) rename(temp, path string) error {
	if err := s.before("rename"); err != nil {
		return err
	}
	return s.root.Rename(temp, path)
}

func (s *folder) writeTemp(temp string, text []byte) (err error) {
	if err := s.before("open"); err != nil {
		return err
	}
	f, err := s.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := s.before("write"); err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		return err
	}
	if err := s.before("sync"); err != nil {
		return err
	}
	return f.Sync()
}

func (s *folder) syncFolder() error {
	if err := s.before("sync folder"); err != nil {
		return err
	}
	d, err := s.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s *folder) remove(path string) error {
	if err := s.before("remove"); err != nil {
		return err
	}
	if err := s.root.Remove(path); err != nil {
		return err
	}
	return s.syncFolder()
}

// sweep removes the temporary files of key, those of an earlier crash included: nobody else has
// any, since the folder is locked. What it can't
// remove is swept next time: it is no reason to report a safe password as unsafe.
func (s *folder) sweep(key string) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "."+key+".") && strings.HasSuffix(e.Name(), suffix) {
			_ = s.root.Remove(e.Name())
		}
	}
}

// probe goes through the steps of a write with an empty file and no final name.
func (s *folder) probe(key string) error {
	temp, linked := tempName(key), tempName(key)
	if err := s.writeTemp(temp, nil); err != nil {
		return err
	}
	if err := s.link(temp, linked); err != nil {
		return err
	}
	return s.syncFolder()
}

// alreadyWritten decides what a credential that was there before means: ErrTaken, unless it is the
// same one. That may have been written just before a crash, so it is synced here.
func (s *Store) alreadyWritten(e edit, c secrets.Credential) error {
	if !e.had.credential.Same(c) || e.had.movedTo != "" {
		return e.belongsTo(e.had.credential.InstanceID)
	}
	if err := s.syncFile(e.path); err != nil {
		return e.wrap(err)
	}
	return e.wrap(s.syncFolder())
}

func (s *folder) syncFile(path string) error {
	if err := s.before("sync"); err != nil {
		return err
	}
	f, err := s.root.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
