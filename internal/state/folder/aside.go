package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// beside keeps files beside the state file.
type beside struct{ dir string }

func (b beside) path(name string) string { return filepath.Join(b.dir, name) }

func (b beside) Put(name string, value []byte) error {
	path := b.path(name)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(value)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(b.dir)
}

func (b beside) Get(name string) ([]byte, error) {
	value, err := os.ReadFile(b.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return value, err
}

func (b beside) Drop(name string) error {
	err := os.Remove(b.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (b beside) Names() (names []string, err error) {
	files, err := os.ReadDir(b.dir)
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names, err
}
