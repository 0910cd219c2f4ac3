// Package merkle gives a growing list of records the tree hash of RFC 6962
// §2.1, so that one hash stands for a prefix of the ledger.
//
// The hash of a leaf is SHA-256(0x00 ‖ leaf) and that of a node is
// SHA-256(0x01 ‖ left ‖ right); the two prefixes keep a node from passing for
// a leaf. The proofs over these hashes are those of
// golang.org/x/mod/sumdb/tlog, whose hash type this package shares.
package merkle

import (
	"crypto/sha256"
	"iter"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// A Hash is a SHA-256 hash; its text form (String) is standard base64.
type Hash = tlog.Hash

// LeafHash is the hash of one leaf.
func LeafHash(leaf []byte) Hash { return tlog.RecordHash(leaf) }

// A Tree is the tree over the leaves appended so far, kept as the roots of its
// perfect subtrees: at most 63 hashes however long the list. The zero Tree is
// empty and ready for use. A Tree is not safe for concurrent use; Clone it to
// hand a state to another goroutine, and do not copy it by assignment.
type Tree struct {
	size  int64
	peaks []Hash // one for each bit set in size, the widest subtree first
}

// Append adds a leaf.
func (t *Tree) Append(leaf []byte) { t.AppendHash(LeafHash(leaf)) }

// AppendHash adds a leaf whose LeafHash is already known.
func (t *Tree) AppendHash(h Hash) {
	for range bits.TrailingZeros64(^uint64(t.size)) {
		last := len(t.peaks) - 1
		h = tlog.NodeHash(t.peaks[last], h)
		t.peaks = t.peaks[:last]
	}
	t.peaks = append(t.peaks, h)
	t.size++
}

// Size is the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Root is the hash of the whole tree; that of the empty tree is the SHA-256 of
// nothing.
func (t *Tree) Root() Hash {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	last := len(t.peaks) - 1
	root := t.peaks[last]
	for _, left := range slices.Backward(t.peaks[:last]) {
		root = tlog.NodeHash(left, root)
	}
	return root
}

// Clone is an independent copy, whose later growth t does not see.
func (t *Tree) Clone() *Tree {
	return &Tree{size: t.size, peaks: slices.Clone(t.peaks)}
}

// Root is the root over the leaves in order, read once and not kept.
func Root(leaves iter.Seq[[]byte]) Hash {
	var t Tree
	for leaf := range leaves {
		t.Append(leaf)
	}
	return t.Root()
}

// RootOf is the root as RFC 6962 §2.1 defines it, by recursion: the slow
// reference that Tree is held against.
func RootOf(leaves [][]byte) Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	default:
		k := 1 << (bits.Len(uint(n-1)) - 1) // the largest power of two below n
		left, right := RootOf(leaves[:k]), RootOf(leaves[k:])
		return sha256.Sum256(slices.Concat([]byte{1}, left[:], right[:]))
	}
}
