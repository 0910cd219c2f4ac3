package indicator

import "htxledger/domain/register"

// A Term is one part of coops.movement.
type Term struct {
	Name    string
	Of      *Definition
	Opening bool  // counted on the day before the period
	Sign    int64 // in what the parts come to; 0 for the closing, which is what was found
}

// MovementTerms are the parts of coops.movement, in order: opening +
// established − ended ± rescoped = closing. Both roads make it of these.
func MovementTerms() []Term {
	return []Term{
		{"opening", defRegistered, true, 1},
		{"established", defEstablished, false, 1},
		{"ended", defEnded, false, -1},
		{"rescoped", defRescoped, false, 1},
		{"closing", defRegistered, false, 0},
	}
}

// movement counts each term by itself. Num is what the first four come to and
// the last part what was found: Holds tells whether they agree, which they
// must.
func movement(d *Definition, r *register.Register, q Question) (*Figure, error) {
	before := q
	before.Valid = q.Period.First - 1
	before.Map = q.mapDay()
	f := &Figure{Definition: d, Den: 1}
	for _, term := range MovementTerms() {
		asked := q
		if term.Opening {
			asked = before
		}
		part, err := Count(term.Of, r, asked)
		if err != nil {
			return nil, err
		}
		f.Parts = append(f.Parts, Part{term.Name, part.Num})
		f.Num += term.Sign * part.Num
		if term.Sign == 0 {
			f.In, f.Out = part.In, part.Out
		}
	}
	return f, nil
}

// Holds reports whether the parts of a movement add up to its closing.
func (f *Figure) Holds() bool {
	return len(f.Parts) == 0 || f.Parts[len(f.Parts)-1].Name != "closing" || f.Parts[len(f.Parts)-1].Num == f.Num
}
