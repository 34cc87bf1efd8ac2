package aurasim

import "slices"

// Create is one POST /v1/instances that reached the simulator, with what became of it.
type Create struct {
	Request
	Name     string // as asked for: the mark of whoever sent it
	Password string // that was given; "" when nothing was made
	Reply    []byte // the bytes that went out as the body and beyond; nil when the connection was cut
}

// Creates are the creates in the order in which they came, all of them: what a create gave and
// whether the client was told is the one thing that can't be asked again.
func (s *Sim) Creates() []Create {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.creates)
}

func (s *account) recordCreate(c *call, out outcome) {
	if c.req.Method != "POST" || c.req.Path != "/v1/instances" {
		return
	}
	var body createBody
	_ = c.decode(&body) // what can't be read asked for no name
	made := Create{Request: *c.req, Name: body.Name, Reply: out.reply()}
	if c.made != nil {
		made.Password = c.made.Password
	}
	s.creates = append(s.creates, made)
}

// reply is what the client can have got, surplus bytes included.
func (out outcome) reply() []byte {
	if out.mute() || out.bodiless() {
		return nil
	}
	sent, _ := out.cut()
	return slices.Concat(sent, out.surplus)
}
