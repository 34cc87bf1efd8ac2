package daemon

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/aurad/aurad/internal/crashpoint"
)

// seal encrypts what must rest on disk for a while: AES-256-GCM, bound to the name it is kept
// under, so that one sealed value can't stand in for another.
type seal struct {
	aead cipher.AEAD
	path string
}

const sealKeySize = 32

// newSeal reads the key at path, or one kept in dir, which it makes on first use. inUse reports
// which keys of the fleet have a reply sealed already: a new key could not open those.
func newSeal(dir, path string, inUse func() ([]string, error)) (seal, error) {
	own := path == ""
	if own {
		path = filepath.Join(dir, "spool.key")
	}
	key, err := os.ReadFile(path)
	if own && errors.Is(err, fs.ErrNotExist) {
		sealed, readErr := inUse()
		if readErr != nil || len(sealed) > 0 {
			return seal{}, errors.Join(readErr, fmt.Errorf("the key %s is gone, and passwords of %s are sealed with it: put it back", path, strings.Join(sealed, ", ")))
		}
		key, err = makeKey(path)
	}
	if err != nil {
		return seal{}, fmt.Errorf("read the key that seals the spool: %w", err)
	}
	if len(key) != sealKeySize {
		return seal{}, fmt.Errorf("the key that seals the spool, %s, has %d bytes and needs %d; make one with: head -c %d /dev/urandom", path, len(key), sealKeySize, sealKeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return seal{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return seal{aead, path}, err
}

// makeKey writes a new key and syncs it: a sealed reply without its key is a lost password.
func makeKey(path string) ([]byte, error) {
	key := make([]byte, sealKeySize)
	rand.Read(key) // never fails: the runtime aborts instead
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	crashpoint.Here("spool key made")
	_, err = f.Write(key)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	crashpoint.Here("spool key written")
	if err := os.Rename(path+".new", path); err != nil {
		return nil, err
	}
	crashpoint.Here("spool key named")
	return key, syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (s seal) close(name, plain []byte) ([]byte, error) {
	return s.aead.Seal(nil, nil, plain, name), nil
}

func (s seal) open(name, sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, name)
	if err != nil {
		return nil, fmt.Errorf("open the sealed %s: the key %s is not the one it was sealed with", name, s.path)
	}
	return plain, nil
}
