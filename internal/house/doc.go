// Package house has nothing but tests: of how the code is laid out.
//
// They know which way imports point, how much one package, receiver, file and function may hold,
// which names say nothing, and where a newcomer is told to look. They must not know what the code
// does.
package house
