package boltsim

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/aurad/aurad/internal/boltsim/packstream"
)

// largest is how long a message may be: that of the longest query that is answered, many times over.
const largest = 256 << 10

// Tags of messages.
const (
	hello     = 0x01
	goodbye   = 0x02
	reset     = 0x0F
	run       = 0x10
	begin     = 0x11
	commit    = 0x12
	rollback  = 0x13
	discard   = 0x2F
	pull      = 0x3F
	telemetry = 0x54
	route     = 0x66
	logon     = 0x6A
	logoff    = 0x6B

	success = 0x70
	record  = 0x71
	ignored = 0x7E
	failed  = 0x7F
)

// readMessage joins the chunks of one message. Empty chunks before it keep the connection alive.
func readMessage(r *bufio.Reader) (m packstream.Structure, err error) {
	var raw []byte
	for {
		var head [2]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return m, err
		}
		n := int(binary.BigEndian.Uint16(head[:]))
		if n == 0 && len(raw) == 0 {
			continue
		}
		if n == 0 {
			break
		}
		if len(raw)+n > largest {
			return m, fmt.Errorf("a message of more than %d bytes", largest)
		}
		at := len(raw)
		raw = append(raw, make([]byte, n)...)
		if _, err := io.ReadFull(r, raw[at:]); err != nil {
			return m, err
		}
	}
	v, err := packstream.Unpack(raw)
	if err != nil {
		return m, err
	}
	m, ok := v.(packstream.Structure)
	if !ok {
		return m, errors.New("a message that is not a structure")
	}
	return m, nil
}

// writeMessage sends one message, in as many chunks as it needs.
func writeMessage(w *bufio.Writer, tag byte, fields ...any) error {
	raw, err := packstream.Append(nil, packstream.Structure{Tag: tag, Fields: fields})
	if err != nil {
		return err
	}
	for len(raw) > 0 {
		n := min(len(raw), math.MaxUint16)
		_, _ = w.Write(binary.BigEndian.AppendUint16(nil, uint16(n))) // its error is Flush's
		_, _ = w.Write(raw[:n])
		raw = raw[n:]
	}
	_, _ = w.Write([]byte{0, 0})
	return w.Flush()
}
