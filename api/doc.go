// Package api is the HTTP door.
//
// Everything that it serves is a table, routes.go, whose lines say what the
// OpenAPI document says. A question is a pure function of a point: question.go reads
// the parameters that its line allows and turns them into a point, once, at the head
// of the request; package answers answers; package shown says how the answer is
// written, and the answer names its point. Writes hand commands to the recorder and
// wait until the projection holds them, so that an account that wrote reads it.
// problem.go alone knows both faults and HTTP.
//
// A read is cacheable for ever when its valid day is named, not in the future,
// and its known-at cannot mean more records later; every other answer is
// no-store. Nothing is deleted or changed: the methods for that are refused with
// the code append-only.
//
// The package counts nothing and judges nothing, and may not know how an answer is
// laid out.
package api
