package audit

import (
	"sync"

	"golang.org/x/mod/sumdb/tlog"

	"htxledger/domain/merkle"
)

// A Hash is a SHA-256 hash; its text is standard base64.
type Hash = merkle.Hash

// A Tree is the Merkle tree of RFC 6962 over a growing list of records, with
// every inner hash kept (64 bytes a record), so that the root of any size and
// any proof are found at once. The zero Tree is empty. Its methods may be
// called concurrently.
type Tree struct {
	mu     sync.RWMutex
	size   int64
	hashes []Hash // in the order of tlog.StoredHashIndex
}

// Append adds a record's bytes.
func (t *Tree) Append(record []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	more, err := tlog.StoredHashesForRecordHash(t.size, merkle.LeafHash(record), t.reader())
	if err != nil {
		panic(err) // the reader has every hash below size
	}
	t.hashes = append(t.hashes, more...)
	t.size++
}

// Size is the number of records.
func (t *Tree) Size() int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.size
}

// reader reads hashes for who holds mu.
func (t *Tree) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		list := make([]Hash, len(indexes))
		for i, at := range indexes {
			if at < 0 || at >= int64(len(t.hashes)) {
				return nil, ErrRootAt.With(at, t.size)
			}
			list[i] = t.hashes[at]
		}
		return list, nil
	})
}

// Root is the root over the first n records.
func (t *Tree) Root(n int64) (Hash, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if n < 0 || n > t.size {
		return Hash{}, ErrRootAt.With(n, t.size)
	}
	if n == 0 {
		return new(merkle.Tree).Root(), nil
	}
	return tlog.TreeHash(n, t.reader())
}

// Inclusion proves that the record at a position is among the first size.
func (t *Tree) Inclusion(at, size int64) (*Inclusion, error) {
	root, err := t.Root(size)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if at < 0 || at >= size {
		return nil, ErrProofRange.With(at, size, t.size)
	}
	hashes, err := tlog.ProveRecord(size, at, t.reader())
	if err != nil {
		return nil, err
	}
	// level 0 of the stored hashes holds the leaves
	leaf := t.hashes[tlog.StoredHashIndex(0, at)]
	return &Inclusion{Position: at, Size: size, Leaf: leaf, Root: root, Hashes: hashes}, nil
}

// Consistency proves that the first from records are the beginning of the
// first to.
func (t *Tree) Consistency(from, to int64) (*Consistency, error) {
	c := &Consistency{From: from, To: to}
	if from < 0 || from > to {
		return nil, ErrProofRange.With(from, to, t.Size())
	}
	var err error
	if c.OldRoot, err = t.Root(from); err != nil {
		return nil, err
	}
	// from 0 there is nothing to prove: every tree grows from the empty one
	if c.NewRoot, err = t.Root(to); err != nil || from == 0 {
		return c, err
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	c.Hashes, err = tlog.ProveTree(to, from, t.reader())
	return c, err
}
