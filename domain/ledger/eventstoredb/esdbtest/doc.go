// Package esdbtest is an EventStoreDB server for tests: the part of the gRPC
// protocol that a ledger needs, built from the client library's own generated
// interfaces, so that the real client can be tried over a real socket.
//
// It was written after the server's source, and answers as 24.10.14 and 23.10.8
// were seen to (docs/eventstoredb.md). It has appends with all four expected
// revisions and the server's idempotency algorithm, which are decided at once
// and shown after a flush; reads, subscriptions, deletion and tombstones of
// single streams, stream metadata with their effect on reads, two accounts,
// features and gossip. A Cluster is several nodes with elections. It has no $all,
// no persistent subscriptions, no projections and no access lists. It is no place
// to keep anything.
//
// Inject makes it fail on purpose; a Proxy makes the way to it fail.
package esdbtest
