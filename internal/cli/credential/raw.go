package credential

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/aurad/aurad/secrets"
)

// writeRaw writes what Aura answered to the create of key to a new file that only its owner reads.
func (p *recoverCommand) writeRaw(ctx context.Context, key, path string) error {
	if path == "-" {
		return errors.New("-o -: the reply may hold a password, which is not shown on a terminal; name a file that does not exist yet")
	}
	raw, err := p.rawReply(ctx, key)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("-o %s: it is there already, and the reply may hold a password: name a file that does not exist yet", path)
	}
	if err != nil {
		return fmt.Errorf("-o: %w", err)
	}
	_, err = io.WriteString(f, raw.Reveal())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("-o %s: %w", path, err)
	}
	fmt.Fprintf(p.Stdout, "What Aura answered to the create of %[1]s is in %[2]s, and is kept here as well. If there is a password in it, store it\nand remove the file:\n  aurad credential set %[1]s\nIf there is none:\n  aurad credential recover --discard %[1]s\n", key, path)
	return nil
}

func (p *recoverCommand) rawReply(ctx context.Context, key string) (raw secrets.Secret, err error) {
	its, err := p.App().Reach(ctx)
	if err != nil {
		return raw, err
	}
	return its.RawReply(ctx, key)
}

func (p *recoverCommand) discardRaw(ctx context.Context, key string) error {
	its, err := p.App().Reach(ctx)
	if err != nil {
		return err
	}
	if err := its.Discard(ctx, key); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "The reply to the create of %s is discarded: its password counts as lost, see policy.on_lost_credentials.\n", key)
	return nil
}
