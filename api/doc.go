// Package api is the HTTP door.
//
// Everything that it serves is one table, routes.go. Reads are pure functions of
// a point: asof.go turns a query string into the words of a question, package
// answers turns those into a point, once, and package wire writes the reply,
// which names its point. Writes hand commands to the recorder and wait until the
// projection holds them, so that whoever wrote reads it. problem.go alone knows
// both faults and HTTP.
//
// A read is cacheable for ever when its valid day is named, not in the future,
// and its known-at cannot mean more records later; every other answer is
// no-store. Nothing is deleted or changed: the methods for that are refused with
// the code append-only.
package api
