package state

import "errors"

// Scratch is an engine that has records as they were read once, and forgets what is changed: for a look
// at a state that is another's, or that must stay as it is.
type Scratch struct {
	Records Records
	At      string // the place they were read from
}

var errScratch = errors.New("this is a look at the state, which keeps nothing")

func (s Scratch) Load() (Records, error) { return s.Records, nil }
func (s Scratch) Commit([]Change) error  { return nil }
func (s Scratch) Reserve() error         { return errScratch }
func (s Scratch) Aside() Aside           { return nowhere{} }
func (s Scratch) Place() string          { return s.At }
func (s Scratch) Close() error           { return nil }

// nowhere takes nothing and has nothing.
type nowhere struct{}

func (nowhere) Put(string, []byte) error   { return errScratch }
func (nowhere) Get(string) ([]byte, error) { return nil, nil }
func (nowhere) Drop(string) error          { return nil }
func (nowhere) Names() ([]string, error)   { return nil, nil }
