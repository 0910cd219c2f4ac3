package audit

import (
	"context"
	"slices"

	"htxledger/domain/ledger"
)

// A Notary is a ledger with its tree and the checkpoints that were signed for
// it, for those who answer about them. It is safe for concurrent use.
type Notary struct {
	Log     ledger.Log
	View    *View
	Journal *Journal // nil where nothing is ever signed
	Hold    *Hold    // what the ledger is held to; nil where there is nothing to hold to
}

// NewNotary is the notary of a log, with a tree that is still empty.
func NewNotary(log ledger.Log, journal *Journal) *Notary {
	return &Notary{Log: log, View: &View{}, Journal: journal}
}

// ReadThrough reads the log until the tree holds n records; a negative n is all that
// there are now. What is not there yet is left to who asks for it.
func (n *Notary) ReadThrough(ctx context.Context, size ledger.Position) error {
	// a tree that is long enough answers without the store
	if size >= 0 && n.View.Size() >= size {
		return nil
	}
	return n.View.Follow(ctx, n.Log)
}

// Root is the root over the first size records, read from the log if need be.
func (n *Notary) Root(size ledger.Position) (Hash, error) {
	if err := n.ReadThrough(context.Background(), size); err != nil {
		return Hash{}, err
	}
	return n.View.Root(size)
}

// ListSigned are the checkpoints signed so far, smallest first.
func (n *Notary) ListSigned() ([]Signed, error) {
	if n.Journal == nil {
		return nil, nil
	}
	return n.Journal.Entries()
}

// Lost are the checkpoints that recoveries gave up.
func (n *Notary) Lost() ([]Signed, error) {
	if n.Journal == nil {
		return nil, nil
	}
	return n.Journal.Lost()
}

// FindCovering is the smallest checkpoint of at least size records, if there is one
// and the journal can be read. Nothing is verified.
func (n *Notary) FindCovering(size ledger.Position) (Signed, bool) {
	if n.Journal == nil {
		return Signed{}, false
	}
	s, err := n.Journal.FindCovering(size)
	return s, err == nil
}

// FindExact is the checkpoint of exactly so many records, if one is signed.
func (n *Notary) FindExact(size ledger.Position) (Signed, bool) {
	s, ok := n.FindCovering(size)
	if !ok || s.Size != int64(size) {
		return Signed{}, false
	}
	return s, true
}

// Verifiers are the public keys in the folder of the journal, as people pass
// them on, without those that the ledger voids. Who takes them from the server that is to be checked checks nothing.
func (n *Notary) Verifiers() ([]string, error) {
	if n.Journal == nil {
		return nil, nil
	}
	keys, err := Keys(n.Journal.disk)
	ring := n.View.keys()
	var list []string
	for _, k := range keys {
		if ring.HasAnnounced(k.public) && !slices.Contains(ring.Keys(), k.public) {
			continue // voided: passing it on would ask for trust in it
		}
		list = append(list, k.Verifier())
	}
	return list, err
}

// Evidence collects the evidence for a statement from what is signed so far:
// Gather, over the notary's own log, tree and journal.
func (n *Notary) Evidence(ctx context.Context, key string) (*EvidenceSource, error) {
	signed, err := n.ListSigned()
	if err != nil {
		return nil, err
	}
	return gather(ctx, n.Log, n.View, key, signed)
}
