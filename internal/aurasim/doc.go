// Package aurasim is a simulator of the Neo4j Aura management API v1 as an http.Handler.
//
// It knows the API from outside: paths, bodies, codes, the state machine of an instance, the
// limits, and every quirk that clients of the real API have met (package quirk). Where the sources
// disagree it takes the best evidence by default and offers the other reading as a quirk.
//
// It must not know who calls it: it imports nothing of this module but what lies below it, and a client written by
// somebody else (aura-cli, the Terraform provider, curl) can use it as if it were Aura. Time is
// handed in. Nothing runs in the background: every request first moves all instances to now.
package aurasim
