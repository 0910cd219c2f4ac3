// Package eventstoredb keeps a ledger in one stream of EventStoreDB (or
// KurrentDB), for where one machine is outgrown.
//
// An event's number is our position, its data are the record's bytes verbatim,
// its type is our kind, and $correlationId in its metadata is our stream, so
// that the server's own views show one co-operative's history. Every append
// names the exact revision that it follows.
//
// # What the client library cannot be trusted with
//
// The library (EventStore-Client-Go/v4) is used through one narrow place, the
// pool, with these rules; the tests show each fault in the bare client.
//
//   - A client carries one request at a time, and one that failed is closed and
//     never used again. So none is found dead, none reconnects behind our back
//     (which leaks the connection it had), and none lets callers hang on its
//     channels.
//   - One dial at a time, with a pause after each that failed.
//   - A request runs in a goroutine of its own. Its caller leaves when the
//     deadline is there, whatever the client does; panics become errors.
//   - An answer is believed only if it is whole: an append's, if it names the
//     revision and a position; a read's, if the numbers are dense and reach the
//     size that was asked for. An error never becomes an end.
//
// # What became of an append
//
// After an answer that leaves it open, Append reads back from its position. If
// our bytes stand there it has succeeded; if others do, it never can; if
// nothing does, it may still land, so the same bytes are sent again: the exact
// revision lets only one of the two stand.
//
// Events are sent without an id of ours; each attempt gets fresh ones. The
// server calls an append that repeats the ids at their revisions a success,
// even if the bytes are others, such as those of another process that recorded
// the same command a moment earlier. The record's id is in the metadata.
package eventstoredb
