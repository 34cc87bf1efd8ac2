package state

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"

	"github.com/aurad/aurad/secrets"
)

// SealKeySize is how many bytes the key has that seals replies and tokens.
const SealKeySize = 32

// SealKey is such a key, and where it came from, for errors.
type SealKey struct {
	Key  []byte
	Path string
}

// seal encrypts what must rest on disk for a while: AES-256-GCM, bound to the name it is kept
// under, so that one sealed value can't stand in for another.
type seal struct {
	aead cipher.AEAD
	path string
}

func newSeal(k SealKey) (seal, error) {
	if len(k.Key) != SealKeySize {
		return seal{}, fmt.Errorf("the key that seals the spool, %s, has %d bytes and needs %d; make one with: head -c %d /dev/urandom", k.Path, len(k.Key), SealKeySize, SealKeySize)
	}
	block, err := aes.NewCipher(k.Key)
	if err != nil {
		return seal{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return seal{aead, k.Path}, err
}

func (s seal) close(name string, plain []byte) []byte {
	return s.aead.Seal(nil, nil, plain, []byte(name))
}

func (s seal) open(name string, sealed []byte) ([]byte, error) {
	plain, err := s.aead.Open(nil, nil, sealed, []byte(name))
	if err != nil {
		return nil, fmt.Errorf("open the sealed %s: the key %s is not the one it was sealed with", name, s.path)
	}
	return plain, nil
}

// read reads and opens a sealed record; the zero Secret when there is none.
func (s seal) read(r *records, name string) (secrets.Secret, error) {
	found := r.get(Sealed, name)
	if found == nil {
		return secrets.Secret{}, nil
	}
	return s.secret(name, found)
}

func (s seal) secret(name string, sealed []byte) (secrets.Secret, error) {
	raw, err := s.open(name, sealed)
	if err != nil {
		return secrets.Secret{}, err
	}
	return secrets.NewSecret(string(raw)), nil
}
