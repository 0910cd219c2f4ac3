// Package relay carries every record of a ledger outward, to a broker or a
// webhook, in the order of the ledger and at least once.
//
// # What it promises
//
// A record is sent when the one before it has been acknowledged, and when that
// acknowledgement is durable here. So the first copies of the records arrive in
// order and without gaps; a second copy may follow at any time, with the same
// id. Nothing is skipped: at a record the target refuses, the relay stops.
// Only an operator who names the position can pass it, and the record is then
// kept in the parked file.
//
// The relay pulls from the log, in its own time. A target that is slow or away
// costs the recorder nothing: no lock, no open read, no queue.
//
// # What of Watermill is used, and what is not
//
// A target is a message.Publisher, so any of Watermill's brokers can be one.
// Around it stand three of the router's middlewares, as plain functions:
// Recoverer, Timeout and Retry. These keep the message in hand until the
// publisher has taken it. The rest would break the promises:
//
//   - the in-process channel hands each message over in a goroutine of its own,
//     which changes the order, and drops what nobody listens to;
//   - the router itself starts a goroutine for each message;
//   - Deduplicator marks a message as seen before it was handled, so that one
//     that failed is dropped when it comes again, and its default key takes
//     equal payloads for one message;
//   - PoisonQueue and IgnoreErrors let the next message pass a failed one, and
//     InstantAck acknowledges what may still fail;
//   - Timeout inside Retry leaves a dead context in the message: every later
//     attempt fails at once, unless ResetContextOnRetry is set, as it is here.
//
// Tests show each of these.
package relay
