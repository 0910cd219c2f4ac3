package embedded

import (
	"context"
	"os"
	"slices"

	"zombiezen.com/go/sqlite"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// A Report is what Check found.
type Report struct {
	Size     ledger.Position
	Root     merkle.Hash // of the Size records; only if they could all be read
	Heads    []Head      // the readable slots of the head file, of HeadSlots
	Problems []error     // faults; a sound store has none
}

// HeadSlots is how many slots a head file has. One that is unreadable is no
// damage: a power cut can leave it so, and the next append writes it again.
const HeadSlots = slotCount

// Check reads a whole store without changing it, also one that Open refuses,
// and also beside a running writer: SQLite's own integrity check, the table
// and triggers, every position and every byte against the head file. The error
// is about the checking; what is wrong with the store is in the Report.
func Check(ctx context.Context, dir string) (Report, error) {
	s, err := newStore(dir, Options{})
	if err != nil {
		return Report{}, err
	}
	s.readOnly = true
	defer s.Close()
	if _, err := os.Stat(s.path()); err != nil {
		if _, err := s.findLedger(false); err != nil {
			return Report{}, err
		}
	}
	if made, err := s.readable(ctx); err != nil || !made {
		if err == nil {
			err = ErrForeign.With(s.path())
		}
		return Report{Problems: []error{err}}, ctx.Err()
	}
	return s.Check(ctx)
}

// Check is Check of the directory of s.
func (s *Store) Check(ctx context.Context) (Report, error) {
	var r Report
	conn, err := s.take(ctx)
	if err != nil {
		return r, err
	}
	defer s.put(conn)
	defer conn.SetInterrupt(conn.SetInterrupt(ctx.Done()))
	r.examine(ctx, conn, s.headPath())
	r.note(s.checkpointTrouble())
	return r, ctx.Err()
}

// checkpointTrouble is what the checkpoints of s itself have to tell, and what the length
// of the log tells of those of another process.
func (s *Store) checkpointTrouble() error {
	if _, _, err := s.CountWALCheckpoints(); err != nil {
		size := int64(0)
		if log, err := os.Stat(s.path() + "-wal"); err == nil {
			size = log.Size()
		}
		return errUnfolded.With(size).Because(err)
	}
	return checkWALLength(s.path())
}

// examine looks at everything in turn and notes each fault, so that one damage does not hide
// another. Without bounds or a size nothing can be hashed.
func (r *Report) examine(ctx context.Context, conn *sqlite.Conn, head string) {
	r.note(integrity(conn))
	r.note(knownSchema(conn))
	bounds, size, err := boundsThenSize(head, func() (ledger.Position, error) { return sizeOn(conn) })
	if err != nil {
		r.note(err)
		return
	}
	r.Heads, r.Size = bounds, size
	if size > 0 && len(r.Heads) == 0 {
		r.note(corruptAt(ErrNoHead.With(size), 0))
	}
	tree, err := hashAll(entriesOn(ctx, conn, size), r.Heads, nil)
	if err != nil {
		r.note(err)
		return
	}
	r.Root = tree.Root()
}

func (r *Report) note(err error) {
	if err != nil {
		r.Problems = append(r.Problems, err)
	}
}

// integrity runs SQLite's own check of pages, cells and constraints.
func integrity(conn *sqlite.Conn) error {
	stmt, err := conn.Prepare("PRAGMA integrity_check(20)")
	if err != nil {
		return sqliteFault(err, 0)
	}
	defer stmt.Reset()
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return sqliteFault(err, 0)
		}
		if text := stmt.ColumnText(0); text != "ok" {
			return ledger.ErrCorrupt.With(0, fault.Text{English: "SQLite says: " + text, Vietnamese: "SQLite báo: " + text})
		}
	}
}

// knownSchema holds the table and the triggers to what create made.
func knownSchema(conn *sqlite.Conn) error {
	stmt, err := conn.Prepare("SELECT sql FROM sqlite_schema")
	if err != nil {
		return sqliteFault(err, 0)
	}
	defer stmt.Reset()
	missing := append([]string{table}, triggers...)
	for {
		more, err := stmt.Step()
		if err != nil {
			return sqliteFault(err, 0)
		}
		if !more {
			break
		}
		i := slices.Index(missing, stmt.ColumnText(0))
		if i < 0 {
			return ledger.ErrCorrupt.With(0, fault.Text{English: "a foreign object in the schema", Vietnamese: "lược đồ có đối tượng lạ"})
		}
		missing = slices.Delete(missing, i, i+1)
	}
	if len(missing) > 0 {
		return ledger.ErrCorrupt.With(0, fault.Text{English: "the table or a trigger is missing", Vietnamese: "thiếu bảng hoặc trigger"})
	}
	return nil
}
