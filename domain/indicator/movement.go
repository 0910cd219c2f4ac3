package indicator

import "htxledger/domain/register"

// movement is opening + established − ended + rescoped in − rescoped out =
// closing, each counted by itself. It is an identity; the check "stock-flow"
// reports it if it ever is not.
func movement(d *Definition, r *register.Register, q Question) (*Figure, error) {
	before := q
	before.Valid = q.Period.First - 1
	before.Map = q.mapDay()
	f := &Figure{Definition: d, Den: 1}
	for _, term := range []struct {
		name, code string
		sign       int64
		q          Question
	}{
		{"opening", "coops.registered", 1, before},
		{"established", "coops.established", 1, q},
		{"ended", "coops.ended", -1, q},
		{"rescoped-in", "coops.rescoped-in", 1, q},
		{"rescoped-out", "coops.rescoped-out", -1, q},
		{"closing", "coops.registered", 0, q},
	} {
		def, err := Find(term.code)
		if err != nil {
			return nil, err
		}
		part, err := Count(def, r, term.q)
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
