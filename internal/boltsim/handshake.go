package boltsim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Versions that are spoken: 5.0 to 5.4.
const (
	major    = 5
	topMinor = 4
)

var errNoVersion = errors.New("the client offers no version from 5.0 to 5.4")

// negotiate reads the four offers of a client and takes the first that fits: a version, or a range
// of minor ones, of which the highest. The offer of a manifest, which is not known here, fits nothing.
func negotiate(rw io.ReadWriter) (minor int, err error) {
	var offer [20]byte
	if _, err := io.ReadFull(rw, offer[:]); err != nil {
		return 0, err
	}
	if !bytes.Equal(offer[:4], []byte{0x60, 0x60, 0xB0, 0x17}) {
		return 0, fmt.Errorf("not Bolt: it begins with %X", offer[:4])
	}
	for o := offer[4:]; len(o) > 0; o = o[4:] {
		back, high := int(o[1]), int(o[2])
		if minor := min(high, topMinor); o[3] == major && minor >= high-back {
			_, err := rw.Write([]byte{0, 0, byte(minor), major})
			return minor, err
		}
	}
	_, _ = rw.Write([]byte{0, 0, 0, 0})
	return 0, errNoVersion
}
