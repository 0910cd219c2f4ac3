package shown

import (
	"encoding/json"

	"htxledger/domain/ledger"
)

// A Record is a record with the members that it is stored with. The stored
// bytes themselves come from "htxledger export".
type Record struct {
	Position int64           `json:"position"`
	ID       string          `json:"id" format:"uuid"`
	Stream   string          `json:"stream"`
	Revision int64           `json:"revision"`
	Kind     string          `json:"kind"`
	Valid    string          `json:"valid,omitempty"`
	Recorded string          `json:"recorded" format:"date-time"`
	Actor    *Actor          `json:"actor,omitempty"`
	Source   *Source         `json:"source,omitempty"`
	Corrects *corrects       `json:"corrects,omitempty"`
	Data     json.RawMessage `json:"data"`
	// Synthetic says that the source marks the record as made up.
	Synthetic bool `json:"synthetic"`
}

// An Actor is the recording account, never a person's name.
type Actor struct {
	ID    string `json:"id"`
	Role  string `json:"role" enum:"officer alliance auditor analyst admin system"`
	Place string `json:"place,omitempty"`
}

// A Source is the paper a record stands on.
type Source struct {
	Document string `json:"document,omitempty"`
	Issued   string `json:"issued,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Sheet    string `json:"sheet,omitempty"`
	Row      int64  `json:"row,omitempty"`
	Note     string `json:"note,omitempty"`
}

// corrects names the record a correction is about, and why.
type corrects struct {
	ID     string `json:"id"`
	Reason string `json:"reason" enum:"typo late source-changed duplicate other"`
	Note   string `json:"note,omitempty"`
}

// fromRecord is a record.
func fromRecord(r *ledger.Record) Record {
	out := Record{
		Position: int64(r.Position), ID: r.ID.String(), Stream: r.Stream.String(), Revision: r.Revision,
		Kind: string(r.Kind), Valid: r.Valid.String(), Recorded: r.Recorded.String(),
		Data: json.RawMessage(r.Data), Synthetic: r.Synthetic(),
	}
	if a := r.Actor; a != nil {
		out.Actor = &Actor{a.ID, a.Role, a.Place}
	}
	out.Source = sourceOf(r.Source)
	if c := r.Corrects; c != nil {
		out.Corrects = &corrects{c.ID.String(), c.Reason, c.Note}
	}
	return out
}

// A fact is a record with its corrections resolved: the record
// whose data stand, the day from which the fact holds, and, for a correction, the
// corrected records.
type fact struct {
	Record
	HoldsFrom string `json:"holds_from"`
	// Chain is what the record corrects, newest first, back to the first record.
	Chain []Record `json:"chain,omitempty"`
}

// fromFact is a fact; find gives the record with an id.
func fromFact(f *ledger.Fact, find func(ledger.ID) *ledger.Record) fact {
	out := fact{Record: fromRecord(f.By), HoldsFrom: f.Valid.String()}
	for r := f.By; r.Corrects != nil; {
		// A record beyond the known prefix is no part of the answer.
		if r = find(r.Corrects.ID); r == nil {
			break
		}
		out.Chain = append(out.Chain, fromRecord(r))
	}
	return out
}
