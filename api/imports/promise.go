package imports

import (
	"errors"
	"slices"
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
	partly   bool // recording was begun: some of the commands may be recorded by now
}

// Words of commands, beside the codes of problems.
const (
	wordNew      = "new"
	wordKnown    = "known"
	wordAsked    = "asked"     // of another account
	wordCorrects = "corrects " // and what
	wordUnasked  = ""          // the file was not held against the ledger
)

// promiseOf is what a dry run shows.
func promiseOf(r *Review) *promise {
	p := &promise{commands: make([]string, len(r.commands)), doubts: map[string]bool{}, verdicts: map[string]string{}}
	wrong := map[imports.Spot]string{}
	for _, m := range r.Problems {
		wrong[rowOf(m.Spot)] = m.Code
	}
	for i := range r.commands {
		c := &r.commands[i]
		row := r.Sheet.Rows[c.rows[0]]
		if code, ok := wrong[imports.Spot{Sheet: row.Sheet, Row: row.Line}]; ok {
			p.commands[i] = code + c.newestID()
		} else {
			p.commands[i] = wordOf(c)
		}
	}
	for _, m := range r.Doubts {
		p.doubts[m.Sheet+"!"+strconv.Itoa(m.Row)+" "+m.Code] = true
	}
	if r.Effect != nil {
		for _, s := range r.Effect.Shifts {
			p.verdicts[s.After.Target.ID] = string(s.After.Verdict.Code)
		}
	}
	return p
}

// wordOf is what would become of a command of a row without problems.
func wordOf(c *command) string {
	res := c.outcome()
	switch {
	case res.Record == nil:
		return wordUnasked
	case res.Repeated:
		return wordKnown
	case c.asked:
		return wordAsked + c.newestID()
	case res.Record.Kind == ledger.KindRestated && res.Record.Corrects != nil:
		// With the newest record about the fact: the preview showed the change from
		// what stood then.
		return wordCorrects + res.Record.Corrects.ID.String() + c.newestID()
	}
	return wordNew
}

// newestID names the newest record about the fact that a command is about; "" for
// none.
func (c *command) newestID() string {
	if c.about == nil {
		return ""
	}
	return " " + c.about.Newest.ID.String()
}

// answered are the questions that a confirmation may answer: what they were
// about is then recorded, and was shown.
var answered = map[string]bool{askReason.Code: true, askRetracted.Code: true, askOtherDay.Code: true, askAlike.Code: true}

// compare refuses to record now what was not shown: other commands (ErrDiffers),
// new doubts, or other verdicts (ErrEffectDiffers). Answers to questions break
// nothing; where there were questions the effect was not shown.
func (p *promise) compare(now *promise) error {
	differing, asked := 0, false
	for i, word := range now.commands {
		was := wordUnasked
		if i < len(p.commands) {
			was = p.commands[i]
		}
		switch {
		case was == word:
		case p.partly && word == wordKnown && !isProblem(was): // the cut recording wrote it
			asked = true
		case isAnswered(was, word):
			asked = true
		default:
			differing++
		}
	}
	for d := range now.doubts {
		if !p.doubts[d] && !asked {
			differing++
		}
	}
	if differing > 0 {
		return ErrDiffers.With(differing)
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

// isAnswered tells whether a command that waited for an answer is recorded now, about
// the fact as it stood when the question was asked. A renewed contract is a fact of its
// own: the fact of the other day is not touched.
func isAnswered(was, word string) bool {
	code, newest, _ := strings.Cut(was, " ")
	if code == askOtherDay.Code && word == wordNew {
		return true
	}
	return answered[code] && word != wordUnasked && !isProblem(word) && strings.HasSuffix(word, newest)
}

func isProblem(word string) bool {
	return word != wordNew && word != wordKnown && !strings.HasPrefix(word, wordAsked) && !strings.HasPrefix(word, wordCorrects)
}

// asksOf are what problems ask of the sender.
func asksOf(list []imports.Mark) (a Asks) {
	for _, m := range list {
		a.Reason = a.Reason || isAny(m, askReason, askRetracted)
		a.OtherDay = a.OtherDay || isAny(m, askOtherDay)
		a.Others = a.Others || isAny(m, askAlike)
		a.Numbers = a.Numbers || isAny(m, imports.ErrNumberAmbiguous, imports.ErrNumberUndeclared)
		a.Unit = a.Unit || isAny(m, imports.ErrUnit)
		if q := imports.QuestionOf(m); q != nil && !slices.Contains(a.Questions, q) {
			a.Questions = append(a.Questions, q)
		}
		a.Hidden = a.Hidden || isAny(m, imports.ErrRowHidden, imports.ErrColumnHidden, imports.ErrSheetHidden, imports.ErrSheetVeryHidden)
	}
	return a
}

// isAny reports whether a mark is of one of some faults.
func isAny(m imports.Mark, of ...*fault.Fault) bool {
	return slices.ContainsFunc(of, func(f *fault.Fault) bool { return errors.Is(m, f) })
}
