package bolt

// Verdict is what came of using a credential.
type Verdict string

const (
	Verified      Verdict = "verified"       // logged in, read, and a write was accepted (and taken back)
	ReadOnly      Verdict = "read only"      // logged in and read, but a write is refused
	BadCredential Verdict = "bad credential" // nothing was tried: it can't be used as it is
	Unresolvable  Verdict = "unresolvable"   // DNS doesn't know the host, as of a paused or deleted instance
	Refused       Verdict = "refused"        // nobody listens there, or no way leads there
	TimedOut      Verdict = "timed out"      // no answer, as behind an IP filter
	TLS           Verdict = "tls"            // the server is not whom its address says, or has no TLS
	NotReady      Verdict = "not ready"      // it is there, but its database isn't yet
	WrongPassword Verdict = "wrong password"
	RateLimited   Verdict = "rate limited" // too many wrong passwords, by whomever
	Expired       Verdict = "expired"      // the password must be changed before it is good for anything
	WrongDatabase Verdict = "wrong database"
	Forbidden     Verdict = "forbidden"   // the user may not do this
	Rejected      Verdict = "rejected"    // the new password is not accepted
	Interrupted   Verdict = "interrupted" // the caller ended it: nothing is known
	Other         Verdict = "other"
)

// Proves says that the password is the right one.
func (v Verdict) Proves() bool { return v == Verified || v == ReadOnly || v == WrongDatabase }

// Temporary says that trying again later, with nothing changed, may turn out otherwise.
func (v Verdict) Temporary() bool {
	switch v {
	case Unresolvable, Refused, TimedOut, NotReady, RateLimited, ReadOnly, Interrupted:
		return true
	}
	return false
}

// what is the verdict in words that follow `orders-dev (0a1b2c3d) at HOST: `.
func (v Verdict) what() string {
	switch v {
	case Verified:
		return "the password is right, and the database reads and writes"
	case ReadOnly:
		return "the password is right and the database can be read, but it refuses to be written"
	case BadCredential:
		return "the stored credential can't be used"
	case Unresolvable:
		return "DNS does not know the host"
	case Refused:
		return "the connection is refused"
	case TimedOut:
		return "no answer"
	case TLS:
		return "the connection is not safe"
	case NotReady:
		return "the instance is there, but its database is not ready yet"
	case WrongPassword:
		return "the user or the password is wrong"
	case RateLimited:
		return "too many wrong passwords were tried, so that for a time even the right one is refused"
	case Expired:
		return "the password has expired"
	case WrongDatabase:
		return "the user and the password are right, but there is no such database"
	case Forbidden:
		return "the user may not do this"
	case Rejected:
		return "the new password is not accepted"
	case Interrupted:
		return "the attempt was ended before it was over"
	}
	return "the server does not do what was asked"
}

// next is what a person can do about it; "" when all is well.
func (v Verdict) next(key string) string {
	set := "`aurad credential set " + key + "`"
	switch v {
	case Verified:
		return ""
	case ReadOnly:
		return "look at https://status.neo4j.io and at the instance's storage in the Aura console; the credential needs nothing"
	case BadCredential:
		return "store a whole one with " + set
	case Unresolvable:
		return "if the instance is paused, resume it; if it was just created or resumed, wait a minute; else compare the host with the console's, and correct it with " + set
	case Refused:
		return "if the instance is paused, resume it; if it was just created or resumed, wait a minute; else look whether a firewall is in the way"
	case TimedOut:
		return "let this machine's address through the instance's IP filter and through the firewalls between, then try again"
	case TLS:
		return "don't send the password there: compare the URI with the console's, and correct it with " + set + "; if a proxy on the way opens TLS, have this machine trust its CA"
	case NotReady:
		return "wait a minute and try again: a new or resumed instance takes connections before its database is there"
	case WrongPassword:
		return "if you know the right one, store it with " + set + "; else reset it in the Aura console first"
	case RateLimited:
		return "find who tries a wrong password (an application with an old one?), wait a minute, and try again"
	case Expired:
		return "log in as that user with the Aura console's Query tool, choose another password, and store it with " + set
	case WrongDatabase:
		return "look at SHOW DATABASES for its name, which may be the instance's id, and correct it with " + set
	case Forbidden:
		return "grant the user the right in the Aura console, or store another user with " + set
	case Rejected:
		return "choose another one: at least 8 characters, and not the present one"
	case Interrupted:
		return "try again"
	}
	return "try again; if it stays so, what the server said is for Neo4j's support"
}
