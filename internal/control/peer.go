package control

import (
	"context"
	"net"
	"os"
	"os/user"
	"strconv"
)

// Peer is who is at the other end of the unix socket, by the word of the kernel.
type Peer struct {
	UID  int
	Name string // "" when unknown
}

type peerKey struct{}

// PeerOf returns the peer of a request that came over the unix socket.
func PeerOf(ctx context.Context) Peer {
	p, _ := ctx.Value(peerKey{}).(Peer)
	return p
}

func withPeer(ctx context.Context, c net.Conn) context.Context {
	if pc, ok := c.(peerConn); ok {
		return context.WithValue(ctx, peerKey{}, pc.peer)
	}
	return ctx
}

// ownersOnly hangs up on everybody but the user that the daemon runs as and root: the mode of
// the socket says so too, but not on every system does it count.
type ownersOnly struct{ net.Listener }

type peerConn struct {
	net.Conn
	peer Peer
}

func (l ownersOnly) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		uid, err := peerUID(c)
		if err == nil && (uid == 0 || uid == os.Getuid()) {
			return peerConn{c, Peer{uid, userName(uid)}}, nil
		}
		c.Close()
	}
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return "uid " + strconv.Itoa(uid)
}
