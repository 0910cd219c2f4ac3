package relay

import (
	"crypto/sha256"
	"time"

	"htxledger/domain/ledger"
)

// A Mark says how far a target has acknowledged. It names the last record by
// its bytes too, so that it cannot be used with another ledger.
type Mark struct {
	Next ledger.Position // the first record not acknowledged; 0 at the start
	Last ledger.ID       // record Next-1; zero at the start
	Sum  [sha256.Size]byte
}

// markAfter is the mark once r is acknowledged.
func markAfter(r *ledger.Record) Mark {
	return Mark{Next: r.Position + 1, Last: r.ID, Sum: sha256.Sum256(r.Bytes)}
}

// A Parked record was passed over by an operator.
type Parked struct {
	Record *ledger.Record
	When   time.Time
	Reason string
}

// Positions keep a Mark for each target, by its name.
type Positions interface {
	// Take gives the place of a target to nobody else until it is closed. It
	// fails with ErrBusy while another has it.
	Take(target string) (Place, error)
	// Look reads a mark that another may have taken.
	Look(target string) (Mark, error)
}

// A Place is where one target's mark and parked records are kept. It is used by
// one goroutine at a time.
type Place interface {
	// Load gives the mark last saved; the zero Mark if there is none. It fails
	// with ErrMark if what is there cannot be read.
	Load() (Mark, error)
	// Save makes a mark durable before it returns, or leaves the old one.
	Save(Mark) error
	// Park makes a record durable in the parked file; one that is there
	// already is not added again.
	Park(Parked) error
	// Close gives the place back.
	Close() error
}
