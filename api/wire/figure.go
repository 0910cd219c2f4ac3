package wire

import (
	"strconv"

	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

// A Figure is one indicator's answer.
type Figure struct {
	Code    string `json:"code"`
	Version int    `json:"version"`
	Name    string `json:"name"`
	Unit    string `json:"unit"`
	// Value is exact and in lowest terms: "211" or "10900/7"; absent for no
	// data. A share is a part of one: "49/109".
	Value       string    `json:"value,omitempty"`
	Numerator   string    `json:"numerator" pattern:"^-?[0-9]+$"`
	Denominator string    `json:"denominator" pattern:"^-?[0-9]+$"`
	NoData      bool      `json:"no_data"`
	Coverage    *Coverage `json:"coverage,omitempty"` // of a figure that rests on reports
	// Carried is how many are answered for by the year before.
	Carried int64  `json:"carried,omitempty"`
	Parts   []Part `json:"parts,omitempty"`
}

// A Coverage is how many should have reported and how many did.
type Coverage struct {
	Expected int64 `json:"expected"`
	Reported int64 `json:"reported"`
}

// A Part is one term of a figure that is made of others.
type Part struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Indicators are figures at a point.
type Indicators struct {
	Point   Point    `json:"point"`
	Figures []Figure `json:"figures"`
}

// FromFigure is a figure, without what it came from.
func FromFigure(f *indicator.Figure) Figure {
	d := f.Definition
	out := Figure{
		Code: d.Code, Version: d.Version, Name: d.Name, Unit: string(d.Unit),
		Numerator: number(f.Num), Denominator: number(f.Den), NoData: f.NoData, Carried: f.Carried,
	}
	if num, den, ok := f.Value(); ok {
		out.Value = ratio(num, den)
	}
	if d.Covered {
		out.Coverage = &Coverage{f.Expected, f.Reported}
	}
	for _, p := range f.Parts {
		out.Parts = append(out.Parts, Part{p.Name, number(p.Num)})
	}
	return out
}

// FromIndicators are figures at a point.
func FromIndicators(f *answers.Figures) Indicators {
	return Indicators{FromPoint(f.Point), list(f.Figures, FromFigure)}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func optional(n *int64) string {
	if n == nil {
		return ""
	}
	return number(*n)
}

func ratio(num, den int64) string {
	if den == 1 {
		return number(num)
	}
	return number(num) + "/" + number(den)
}

// list maps a slice to one that is never nil, so that it is [] and not null.
func list[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, a := range in {
		out[i] = f(a)
	}
	return out
}
