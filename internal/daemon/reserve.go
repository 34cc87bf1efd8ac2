package daemon

import bolt "go.etcd.io/bbolt"

// Room for a reply is made before the reply is asked for: on a full disk it could not be spooled,
// and its password would be lost. bbolt takes the pages it has freed before it lets the file grow,
// and a page that was written once has its place on the disk. A reply and its entry take few:
// every transaction gives back about as many pages as it takes.
const (
	roomLeast = 64        // free pages that are enough
	roomMade  = 512 << 10 // bytes that are written, and freed, when there are fewer
)

// makeRoom returns an error if the state file has no room for a reply and can't get it. A crash
// in it costs nothing, so that it is no boundary of the create protocol.
func (s *State) makeRoom() error {
	if err := s.safeToCreate(); err != nil {
		return err
	}
	if free := s.db.Stats(); free.FreePageN+free.PendingPageN >= roomLeast {
		return nil
	}
	name := []byte("room")
	err := s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Put(name, make([]byte, roomMade)) })
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Delete(name) })
}
