// Package fault is the one error type that crosses package borders.
//
// A fault is declared once, beside the rule that it speaks for, with a code
// that programs act on, an English sentence for the log and a Vietnamese one
// for the officer. Raising it fills the sentence's verbs:
//
//	var ErrEnded = fault.Declare("coop-ended", fault.Conflict,
//		"co-operative %s ended on %s", "HTX %s đã chấm dứt ngày %s")
//
//	return ErrEnded.With(key, day).At("/valid")
//
// A raised fault answers errors.Is for its declaration and errors.As for
// *Fault, wrapped or not. Declarations are immutable and safe for concurrent
// use; Declare itself belongs in package variables only.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Kind sorts faults by who can mend them. The HTTP status and the exit code
// of a fault follow from its kind, in one table at each door.
type Kind uint8

// The kinds, from the sender's mistakes to the machine's.
const (
	Malformed   Kind = iota + 1 // the bytes or the question cannot be read
	Rejected                    // read and understood, but against a rule
	Conflict                    // against what the ledger already holds
	NotFound                    // names something that is not there
	Forbidden                   // the asker may not
	TooLarge                    // over a stated limit
	Unavailable                 // the store cannot answer now; try again
	Corrupt                     // the store or file is damaged
	NewerFormat                 // written by a newer version of this program
	Locked                      // another process holds it
	Unverified                  // a check of evidence failed
)

// A Fault is a declared error, or one raising of it.
// Its fields must not be changed after Declare.
type Fault struct {
	Code       string // stable, kebab-case, unique in the program
	Kind       Kind
	English    string // format of the sentence for the log
	Vietnamese string // format of the sentence for people
	Field      string // where: a JSON pointer, a flag, or a cell; "" if it has no place

	args  []any
	more  Text // a further sentence, behind the fault's own
	cause error
	decl  *Fault // the declaration this was raised from; nil on a declaration
}

var (
	mu       sync.Mutex
	declared = map[string]*Fault{}
)

// Declare makes a fault and enters it in the program's list. It panics on a
// code declared twice, an empty sentence, or sentences whose verbs differ in
// number: those are mistakes of the programmer, found when any test starts.
func Declare(code string, kind Kind, english, vietnamese string) *Fault {
	mu.Lock()
	defer mu.Unlock()
	if declared[code] != nil {
		panic("fault: code declared twice: " + code)
	}
	if english == "" || vietnamese == "" || countVerbs(english) != countVerbs(vietnamese) {
		panic("fault: sentences of " + code + " are empty or differ in their verbs")
	}
	f := &Fault{Code: code, Kind: kind, English: english, Vietnamese: vietnamese}
	declared[code] = f
	return f
}

// Declarations lists every declaration linked into the program, by code.
func Declarations() []*Fault {
	mu.Lock()
	defer mu.Unlock()
	list := make([]*Fault, 0, len(declared))
	for _, f := range declared {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b *Fault) int { return strings.Compare(a.Code, b.Code) })
	return list
}

func countVerbs(format string) int {
	return strings.Count(strings.ReplaceAll(format, "%%", ""), "%")
}

func (f *Fault) raise() *Fault {
	g := *f
	if g.decl == nil {
		g.decl = f
	}
	return &g
}

// A Text is a value for a sentence's verb (%s or %v) that reads otherwise in
// each language. Each sentence shows its own.
type Text struct{ English, Vietnamese string }

// String is the English.
func (t Text) String() string { return t.English }

// With raises the fault with the values for its sentences' verbs, in the same
// order for both languages. Words among them are Texts.
func (f *Fault) With(args ...any) *Fault {
	g := f.raise()
	g.args = args
	return g
}

// Args are the values that With was given, for a caller that acts on one of them.
func (f *Fault) Args() []any { return slices.Clone(f.args) }

// At raises the fault with the place it concerns: a JSON pointer ("/data/name"),
// a flag ("--as-of") or a cell ("dòng 12, cột F").
func (f *Fault) At(field string) *Fault {
	g := f.raise()
	g.Field = field
	return g
}

// Adding raises the fault with a further sentence behind its own.
func (f *Fault) Adding(more Text) *Fault {
	g := f.raise()
	g.more = more
	return g
}

// Because raises the fault with the error that caused it, for errors.Is and
// the log; the cause is never shown to an officer.
func (f *Fault) Because(cause error) *Fault {
	g := f.raise()
	g.cause = cause
	return g
}

// Error is the English sentence, with the place and the cause.
func (f *Fault) Error() string {
	s := f.En()
	if f.Field != "" {
		s = f.Field + ": " + s
	}
	if f.cause != nil {
		s += ": " + f.cause.Error()
	}
	return s
}

// Vi is the Vietnamese sentence, without place or cause.
func (f *Fault) Vi() string {
	return join(f.format(f.Vietnamese, func(t Text) string { return t.Vietnamese }), f.more.Vietnamese)
}

// En is the English sentence, without place or cause.
func (f *Fault) En() string {
	return join(f.format(f.English, func(t Text) string { return t.English }), f.more.English)
}

func join(sentence, more string) string {
	if more == "" {
		return sentence
	}
	return sentence + "; " + more
}

func (f *Fault) format(s string, say func(Text) string) string {
	if len(f.args) == 0 {
		return s
	}
	args := slices.Clone(f.args)
	for i, arg := range args {
		if t, ok := arg.(Text); ok {
			args[i] = say(t)
		}
	}
	return fmt.Sprintf(s, args...)
}

// Is reports whether target is this fault's declaration.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Code == f.Code
}

// Unwrap gives the cause, or nil.
func (f *Fault) Unwrap() error { return f.cause }

// Of finds the outermost fault in err's tree; ok is false for an error that
// carries none, which is then an internal one.
func Of(err error) (f *Fault, ok bool) {
	ok = errors.As(err, &f)
	return f, ok
}

// KindOf is the kind of err's outermost fault, or 0.
func KindOf(err error) Kind {
	if f, ok := Of(err); ok {
		return f.Kind
	}
	return 0
}
