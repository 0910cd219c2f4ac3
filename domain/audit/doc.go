// Package audit proves that a statement follows from an unaltered ledger, to
// somebody who trusts neither the server nor its fast road.
//
// The records of a ledger, in order, are the leaves of a Merkle tree (RFC
// 6962). A View reads a log back from its store and keeps that tree. A
// Checkpoint is the ledger's origin, a size and the root of that many records;
// signed, it is a C2SP tlog-checkpoint, a text of a few lines that other
// people's tools check as well. A Journal remembers every checkpoint that was
// ever signed and refuses to sign what does not grow from the last one. A
// Witness is somebody else's key that cosigns only such growth.
//
// Evidence is one file with the records themselves, the statement among them,
// and a checkpoint over them. Verify reads it with nothing but a public key:
// it hashes the records, opens the checkpoint, folds the records by the slow
// road (register.Fold) and counts every figure of the statement again. It
// answers in one sentence, and it never says yes where it could not decide.
//
// docs/audit.md tells who must be trusted with what, specifies the file, and
// shows how to check one by hand.
//
// Keys, journals and the memory of witnesses live on a Disk that the caller
// gives; package keydir keeps one in a directory.
package audit
