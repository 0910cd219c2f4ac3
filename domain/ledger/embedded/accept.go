package embedded

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"zombiezen.com/go/sqlite"

	"htxledger/domain/durable"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// ErrHeadContradicts is why a readable head file is not written anew: the
// database is not what it vouches for.
var ErrHeadContradicts = fault.Declare("head-contradicts", fault.Corrupt,
	"the head file can be read and vouches for %d records with root %s, but the database holds %d with root %s; nothing was changed",
	"tệp head còn đọc được và xác nhận %d bản ghi với gốc %s, nhưng cơ sở dữ liệu có %d bản ghi với gốc %s; chưa thay đổi gì")

// A GivenUp is a bound that an accepted database does not keep.
type GivenUp struct {
	Vouched Head // what the old head file said
	Holds   Head // what there is instead, of no more than that size
}

// An Accepted is what AcceptHead wrote, and what was given up for it.
type Accepted struct {
	Head
	GivenUp []GivenUp
	Kept    string // name in the directory under which the old head file is kept; "" if nothing was given up
}

// AcceptHead writes the head file anew from the records that the database
// holds: the repair for a head file that is lost. It refuses a database that is
// damaged in itself and, unless discard is set, one that contradicts a slot of
// the head file that can still be read (ErrHeadContradicts): that bound is
// proof that records were lost or changed, and restoring a backup is what helps.
// With discard a person has decided to give it up; the old file is kept beside
// the new one. Without any head it cannot know what is missing at the end. No
// other process may append while it runs; it holds the lock.
func AcceptHead(ctx context.Context, dir string, discard bool) (Accepted, error) {
	head := filepath.Join(dir, HeadName)
	bounds, err := readBounds(head)
	if err != nil {
		return Accepted{}, fileFault(err)
	}
	conn, err := dialSound(dir, bounds)
	if err != nil {
		return Accepted{}, err
	}
	defer conn.Close()
	if err := run(conn, "BEGIN IMMEDIATE"); err != nil {
		return Accepted{}, sqliteFault(err, 0)
	}
	defer run(conn, "ROLLBACK")
	out, err := examineBounds(ctx, conn, bounds)
	if err != nil {
		return Accepted{}, err
	}
	if n := len(out.GivenUp); n > 0 {
		if worst := out.GivenUp[n-1]; !discard {
			return Accepted{}, corruptAt(ErrHeadContradicts.With(worst.Vouched.Size, worst.Vouched.Root, worst.Holds.Size, worst.Holds.Root), worst.Holds.Size)
		}
		if out.Kept, err = keepHead(head); err != nil {
			return Accepted{}, err
		}
	}
	return out, writeHead(head, out.Head)
}

// dialSound connects to the database of a directory to write.
func dialSound(dir string, bounds []Head) (*sqlite.Conn, error) {
	none := error(ledger.ErrEmpty.At(dir))
	if top := highest(bounds); top.Size > 0 {
		none = corruptAt(ErrNoDatabase.With(top.Size), 0)
	}
	path := filepath.Join(dir, DatabaseName)
	if _, err := os.Stat(path); err != nil {
		return nil, none
	}
	conn, err := dial(path, sqlite.OpenReadWrite, defaultLockWait)
	if err != nil {
		return nil, sqliteFault(err, 0)
	}
	made, err := format(conn, path)
	if err == nil && !made {
		err = none
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// examineBounds examines a database and finds the bounds that it does not keep, in the
// order of their sizes.
func examineBounds(ctx context.Context, conn *sqlite.Conn, bounds []Head) (Accepted, error) {
	if err := integrity(conn); err != nil {
		return Accepted{}, err
	}
	if err := knownSchema(conn); err != nil {
		return Accepted{}, err
	}
	size, err := sizeOn(conn)
	if err != nil {
		return Accepted{}, err
	}
	tree, roots := new(merkle.Tree), map[int64]merkle.Hash{0: new(merkle.Tree).Root()}
	for e, err := range entriesOn(ctx, conn, size) {
		if err != nil {
			return Accepted{}, err
		}
		tree.Append(e.Bytes)
		if slices.ContainsFunc(bounds, func(b Head) bool { return int64(b.Size) == tree.Size() }) {
			roots[tree.Size()] = tree.Root()
		}
	}
	out := Accepted{Head: Head{size, tree.Root()}}
	slices.SortFunc(bounds, func(a, b Head) int { return int(a.Size - b.Size) })
	for _, b := range slices.Compact(bounds) {
		holds := out.Head
		if b.Size <= size {
			holds = Head{b.Size, roots[int64(b.Size)]}
		}
		if holds != b {
			out.GivenUp = append(out.GivenUp, GivenUp{b, holds})
		}
	}
	return out, nil
}

// oldHead is what a head file is called that was given up; further ones are
// numbered.
const oldHead = HeadName + ".old"

// keepHead copies the head file to a name that nothing has, durably.
func keepHead(path string) (name string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fileFault(err)
	}
	dir, err := durable.OpenDir(filepath.Dir(path))
	if err != nil {
		return "", fileFault(err)
	}
	defer dir.Close()
	name = oldHead
	for n := 2; ; n++ {
		err := dir.Create(name, text)
		if !errors.Is(err, fs.ErrExist) {
			return name, fileFault(err)
		}
		name = fmt.Sprintf("%s.%d", oldHead, n)
	}
}
