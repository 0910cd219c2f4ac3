package recorder

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// Why one ledger cannot be copied to another store.
var (
	ErrCopyOther = fault.Declare("copy-other-ledger", fault.Unverified,
		"record %d of the target is not the record of this ledger", "bản ghi %d ở kho đích không phải là bản ghi của sổ này")
	ErrCopyAhead = fault.Declare("copy-ahead", fault.Unverified,
		"the target holds %d records, this ledger only %d", "kho đích đã có %d bản ghi, sổ này chỉ có %d")
	errCopyRoot = fault.Declare("copy-root", fault.Unverified,
		"read back, the target has another root than this ledger", "đọc lại, kho đích có gốc Merkle khác với sổ này")
)

// Copy brings a ledger to another store, byte for byte, and proves it: what
// the target holds already must be the beginning of the ledger, the rest is
// appended, and in the end the whole target is read back and its root compared.
// Cut in between, the same copy goes on where it was. progress may be nil.
func Copy(ctx context.Context, from, to ledger.Log, progress func(done, of ledger.Position)) (ledger.Position, merkle.Hash, error) {
	if progress == nil {
		progress = func(ledger.Position, ledger.Position) {}
	}
	size, err := from.Size(ctx)
	if err != nil {
		return 0, merkle.Hash{}, err
	}
	have, err := to.Size(ctx)
	if err != nil {
		return 0, merkle.Hash{}, err
	}
	if have > size {
		return 0, merkle.Hash{}, ErrCopyAhead.With(have, size)
	}
	if _, err := compareRoots(ctx, from, to, have); err != nil {
		return 0, merkle.Hash{}, err
	}
	if err := copyEntries(ctx, from, to, have, size, progress); err != nil {
		return 0, merkle.Hash{}, err
	}
	root, err := compareRoots(ctx, from, to, size)
	return size, root, err
}

// compareRoots reads the first n entries of both logs side by side and gives their
// root.
func compareRoots(ctx context.Context, from, to ledger.Log, n ledger.Position) (merkle.Hash, error) {
	var tree merkle.Tree
	there, stop := iter.Pull2(to.Entries(ctx, 0))
	defer stop()
	for mine, err := range from.Entries(ctx, 0) {
		if err == nil && mine.Position >= n {
			break
		}
		if err != nil {
			return merkle.Hash{}, fmt.Errorf("copy: read %d: %w", tree.Size(), err)
		}
		its, err, ok := there()
		switch {
		case err != nil:
			return merkle.Hash{}, fmt.Errorf("copy: read back %d: %w", mine.Position, err)
		case !ok:
			return merkle.Hash{}, errCopyRoot
		case !bytes.Equal(mine.Bytes, its.Bytes):
			return merkle.Hash{}, ErrCopyOther.With(mine.Position)
		}
		tree.Append(its.Bytes)
	}
	if tree.Size() != int64(n) {
		return merkle.Hash{}, errCopyRoot
	}
	return tree.Root(), nil
}

// copyEntries appends the entries from a position up to a size, in parts.
func copyEntries(ctx context.Context, from, to ledger.Log, at, size ledger.Position, progress func(done, of ledger.Position)) error {
	var part []ledger.Entry
	cost := 0
	flush := func() error {
		if err := to.Append(ctx, at, part...); err != nil {
			return fmt.Errorf("copy: append at %d: %w", at, err)
		}
		at += ledger.Position(len(part))
		part, cost = part[:0], 0
		progress(at, size)
		return nil
	}
	for r, err := range ledger.Read(ctx, from, at) {
		if err != nil {
			return fmt.Errorf("copy: %w", err)
		}
		if r.Position >= size {
			break
		}
		e := ledger.Entry{Position: r.Position, Bytes: r.Bytes, ID: r.ID, Kind: r.Kind, Stream: r.Stream}
		if cost+e.Cost() > ledger.MaxAppendBytes {
			if err := flush(); err != nil {
				return err
			}
		}
		part, cost = append(part, e), cost+e.Cost()
	}
	if len(part) == 0 {
		return nil
	}
	return flush()
}
