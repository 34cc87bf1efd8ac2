package vault

import "io"

// body calls end when the reply has been read.
type body struct {
	io.ReadCloser
	end func()
}

func (b body) Close() error {
	err := b.ReadCloser.Close()
	b.end()
	return err
}
