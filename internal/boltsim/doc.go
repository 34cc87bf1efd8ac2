// Package boltsim answers Bolt as an Aura instance does, for tests and for `aurad sim`.
//
// It knows versions 5.0 to 5.4 of the protocol, as they are specified, the handful of queries that a
// credential is tried, changed and watched with, and the codes with which Neo4j refuses. It keeps no
// data: what a database is, whether it is awake and what its password is, the Instance says. It must
// not know aurad, nor how Aura's API is simulated: nothing of ours may make it agree with us.
package boltsim
