// Package esdbtest is an EventStoreDB server for tests: the part of the gRPC
// protocol that a ledger needs, built from the client library's own generated
// interfaces, so that the real client can be tried over a real socket.
//
// It was written after the server's source, not compared with a running one.
// It has appends with all four expected revisions and the server's idempotency
// algorithm, reads and subscriptions of single streams, stream metadata with
// their effect on reads, tombstones, features and gossip. It has no $all, no
// persistent subscriptions, no projections, no soft delete by request and no
// access control but one password. It is no place to keep anything.
//
// Inject makes it fail on purpose; a Proxy makes the way to it fail.
package esdbtest
