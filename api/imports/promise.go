package imports

import (
	"errors"
	"strconv"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
)

// A promise is what a preview says that recording will do: for each command of
// the file one word, the doubts, and the verdicts that targets will have.
type promise struct {
	commands []string
	doubts   map[string]bool
	verdicts map[string]string
}

// Words of commands, beside the codes of problems.
const (
	wordNew      = "new"
	wordKnown    = "known"
	wordAsked    = "asked"     // of another account
	wordCorrects = "corrects " // and what
	wordUnasked  = ""          // the file was not held against the ledger
)

func promiseOf(f *File) *promise {
	p := &promise{commands: make([]string, len(f.Sheet.Drafts())), doubts: map[string]bool{}, verdicts: map[string]string{}}
	for i, r := range f.byIndex() {
		switch {
		case r.Repeated:
			p.commands[i] = wordKnown
		case f.asked[i] != nil:
			p.commands[i] = wordAsked
		case r.Record.Kind == ledger.KindRestated && r.Record.Corrects != nil:
			p.commands[i] = wordCorrects + r.Record.Corrects.ID.String()
		default:
			p.commands[i] = wordNew
		}
	}
	wrong := map[spot]string{}
	for _, x := range f.Problems {
		wrong[spot{x.Sheet, x.Line}] = faultOf(x.Err).Code
	}
	for i := range p.commands {
		row := f.Sheet.Rows[f.Sheet.RowOf(i)]
		if code, ok := wrong[spot{row.Sheet, row.Line}]; ok {
			p.commands[i] = code
		}
	}
	for _, d := range f.Doubts {
		p.doubts[d.Sheet+"!"+strconv.Itoa(d.Line)+" "+faultOf(d.Err).Code] = true
	}
	if f.Effect != nil {
		for _, s := range f.Effect.Shifts {
			p.verdicts[s.After.Target.ID] = string(s.After.Verdict.Code)
		}
	}
	return p
}

// answered are the questions that a confirmation may answer: what they were
// about is then recorded, and was shown.
var answered = map[string]bool{askReason.Code: true, askAlike.Code: true}

// broken tells why what would be recorded now is not what was promised: other
// commands, new doubts, or other verdicts. Answers to what was asked break
// nothing; where there were questions the effect was not shown.
func (p *promise) broken(now *promise) error {
	if p == nil {
		return ErrDiffers.With(len(now.commands))
	}
	rows, asked := 0, false
	for i, word := range now.commands {
		was := wordUnasked
		if i < len(p.commands) {
			was = p.commands[i]
		}
		switch {
		case was == word:
		case answered[was] && word != wordUnasked && !isProblem(word):
			asked = true
		default:
			rows++
		}
	}
	for d := range now.doubts {
		if !p.doubts[d] && !asked {
			rows++
		}
	}
	if rows > 0 {
		return ErrDiffers.With(rows)
	}
	if asked {
		return nil
	}
	if len(p.verdicts) != len(now.verdicts) {
		return ErrEffectDiffers
	}
	for id, v := range now.verdicts {
		if p.verdicts[id] != v {
			return ErrEffectDiffers
		}
	}
	return nil
}

func isProblem(word string) bool {
	return word != wordNew && word != wordKnown && word != wordAsked && !strings.HasPrefix(word, wordCorrects)
}

// asksOf are what problems ask of whoever sent the file.
func asksOf(list []imports.Problem) (a Asks) {
	for _, p := range list {
		is := func(of ...*fault.Fault) bool {
			for _, f := range of {
				if errors.Is(p.Err, f) {
					return true
				}
			}
			return false
		}
		a.Reason = a.Reason || is(askReason)
		a.Others = a.Others || is(askAlike)
		a.Numbers = a.Numbers || is(imports.ErrNumberAmbiguous, imports.ErrNumberUndeclared)
		a.Unit = a.Unit || is(imports.ErrUnit)
		a.Hidden = a.Hidden || is(imports.ErrRowHidden, imports.ErrColumnHidden, imports.ErrSheetHidden)
	}
	return a
}
