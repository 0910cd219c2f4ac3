package indicator

import "htxledger/domain/register"

// movement is opening + established − ended ± rescoped = closing, each counted
// by itself. Num is what the first four come to and the last part what was
// found: Holds tells whether they agree, which they must.
func movement(d *Definition, r *register.Register, q Question) (*Figure, error) {
	before := q
	before.Valid = q.Period.First - 1
	before.Map = q.mapDay()
	f := &Figure{Definition: d, Den: 1}
	for _, term := range []struct {
		name string
		def  *Definition
		sign int64
		q    Question
	}{
		{"opening", defRegistered, 1, before},
		{"established", defEstablished, 1, q},
		{"ended", defEnded, -1, q},
		{"rescoped", defRescoped, 1, q},
		{"closing", defRegistered, 0, q},
	} {
		part, err := Count(term.def, r, term.q)
		if err != nil {
			return nil, err
		}
		f.Parts = append(f.Parts, Part{term.name, part.Num})
		f.Num += term.sign * part.Num
		if term.sign == 0 {
			f.In, f.Out = part.In, part.Out
		}
	}
	return f, nil
}

// Holds reports whether the parts of a movement add up to its closing.
func (f *Figure) Holds() bool {
	return len(f.Parts) == 0 || f.Parts[len(f.Parts)-1].Name != "closing" || f.Parts[len(f.Parts)-1].Num == f.Num
}
