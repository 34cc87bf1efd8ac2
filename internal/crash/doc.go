// Package crash holds tests alone: of promise 1, that no password is lost and no instance is made
// twice, on the real parts. The real binary is killed at every place where something leaves it,
// a real Vault fails in every way, and the outputs of a whole life are searched for secrets.
//
// What is checked is ground truth: the bytes in Vault, the simulator's instances, the state file
// read with bbolt. aurad's own word counts for nothing here.
package crash
