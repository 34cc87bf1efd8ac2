// Package format is what people read of a fleet: plans as text and as Markdown, tables, progress,
// savings, moments and durations.
//
// It knows plans, events and fleets as data and makes words of them. It must not know where they
// come from, nor which command asked: there is no daemon, state, network or flag in it, and it
// decides nothing. What came from a file or a server is made safe to show here, at the last step.
package format
