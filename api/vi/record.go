package vi

import (
	"math/big"
	"reflect"
	"strconv"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/coop"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/request"
)

// Kind is a kind of record in words; an unknown kind comes back
// unchanged.
func Kind(k ledger.Kind) string {
	switch spec, err := register.Spec(k); {
	case err == nil:
		return spec.Name.Vietnamese
	case k == ledger.KindRestated:
		return "đính chính"
	case k == ledger.KindRetracted:
		return "rút lại"
	}
	return string(k)
}

// Family is a family of kinds in words.
func Family(family string) string { return register.FamilyTitle(family) }

// Names give the name behind a key in a record; ""
// for an unknown key, which is then shown itself. Any of the functions may be
// nil.
type Names struct {
	Coop, Place func(key string) string
	Find        func(ledger.ID) *ledger.Record
}

func nameOf(by func(string) string, key string) string {
	if by != nil {
		if name := by(key); name != "" {
			return name
		}
	}
	return key
}

func (n Names) coop(key string) string  { return nameOf(n.Coop, key) }
func (n Names) place(key string) string { return nameOf(n.Place, key) }

// About names what the stream of a record is about: a co-operative or a place by
// its name, anything else by its key.
func (n Names) About(s ledger.Stream) string {
	switch s.Family {
	case "coop":
		return n.coop(s.Key)
	case "place":
		return n.place(s.Key)
	}
	return s.Key
}

// Said is a record in one sentence without a full stop: the
// event, with its numbers. Who it is about is About, from when it
// holds is the record's own day.
func Said(r *ledger.Record, n Names) string {
	switch {
	case r.Kind == ledger.KindRetracted:
		return "rút lại " + n.target(r)
	case r.Kind == ledger.KindRestated:
		s := "đính chính " + n.target(r)
		if r.Event != nil {
			s += ", nay là: " + n.event(r.Event)
		}
		return s
	case r.Event == nil:
		return Kind(r.Kind)
	}
	return n.event(r.Event)
}

// target names the record a correction is about, and why.
func (n Names) target(r *ledger.Record) string {
	s := "bản ghi " + r.Corrects.ID.String()
	if n.Find != nil {
		if of := n.Find(r.Corrects.ID); of != nil {
			s = "bản ghi @" + strconv.FormatInt(int64(of.Position), 10) + " (" + Kind(of.Kind) + ")"
		}
	}
	return s + " vì " + Reason(r.Corrects.Reason)
}

// event is the sentence of an event's kind with the words of its members.
func (n Names) event(e ledger.Event) string {
	spec, err := register.Spec(e.EventKind())
	if err != nil {
		return string(e.EventKind())
	}
	var b strings.Builder
	for rest := spec.Sentence; rest != ""; {
		part, after, optional := strings.Cut(rest, "[")
		words, _ := n.fill(spec, e, part)
		b.WriteString(words)
		if !optional {
			break
		}
		// A part in brackets is left out whole where a member in it is absent.
		part, rest, _ = strings.Cut(after, "]")
		if words, whole := n.fill(spec, e, part); whole {
			b.WriteString(words)
		}
	}
	return strings.TrimPrefix(b.String(), ", ") // where nothing stands before the first optional part
}

// fill puts the words of members into a part of a sentence; whole is false where
// one of them is absent.
func (n Names) fill(spec *ledger.Spec, e ledger.Event, part string) (words string, whole bool) {
	var b strings.Builder
	for whole = true; ; {
		text, rest, found := strings.Cut(part, "{")
		b.WriteString(text)
		if !found {
			return b.String(), whole
		}
		way, after, _ := strings.Cut(rest, "}")
		way, count := strings.CutSuffix(way, "#")
		f, value, present := spec.Value(e, way)
		switch {
		case count:
			b.WriteString(Integer(lengthOf(value)))
		case present:
			b.WriteString(n.Member(f, value))
		default:
			whole = false
		}
		part = after
	}
}

// lengthOf is the length of a list; an absent one has none.
func lengthOf(list any) int {
	if list == nil {
		return 0
	}
	return reflect.ValueOf(list).Len()
}

// Member is the value of a member in words.
func (n Names) Member(f ledger.Field, value any) string {
	switch v := value.(type) {
	case []string:
		words := make([]string, len(v))
		for i, x := range v {
			words[i] = n.text(f, x)
		}
		return strings.Join(words, ", ")
	case bool:
		if f.Words == nil {
			return map[bool]string{true: "có", false: "không"}[v]
		}
		return f.Words.Of(strconv.FormatBool(v))
	case int64:
		return number(f, v)
	case calendar.Day:
		if f.Type == ledger.TypeUntil {
			v-- // the last day on which it holds
		}
		return Day(v)
	case canonical.Raw:
		return n.requestedCommand(v)
	}
	return n.text(f, value.(string))
}

// text is a word of a member: a key by its name, a code in words.
func (n Names) text(f ledger.Field, text string) string {
	switch f.Names {
	case ledger.NamesCoop, ledger.NamesSubject:
		return n.coop(text)
	case ledger.NamesPlace, ledger.NamesSeat, ledger.NamesSite:
		return n.place(text)
	}
	switch f.Type {
	case ledger.TypeScheme:
		return Scheme(text)
	case ledger.TypeSigner:
		return keyring.ID(text)
	case ledger.TypeShare:
		return strings.Replace(text, ".", ",", 1)
	}
	return f.Words.Of(text)
}

// number is a whole number of a member in the way of its type: a year without dots,
// money in the word for its size.
func number(f ledger.Field, v int64) string {
	switch f.Type {
	case ledger.TypeYear:
		return strconv.FormatInt(v, 10)
	case ledger.TypeMoney:
		return dongText(v)
	case ledger.TypeProfit:
		if v < 0 {
			return "lỗ " + dongText(-v)
		}
		return "lãi " + dongText(v)
	case ledger.TypePoints:
		return trimZeros(Decimal(big.NewRat(v, 100), 2), 0)
	}
	return Integer(v)
}

func dongText(v int64) string { return Money(new(big.Rat).SetInt64(v)) }

// Basis is the basis of a report, in words: thực hiện or ước.
func Basis(basis string) string { return coop.Bases.Of(basis) }

// Class is the class of a co-operative in words; "" for none.
func Class(class string) string { return coop.Classes.Of(class) }

// Duties names the rule of duties a statement was issued under.
func Duties(rule int64) string { return "quy tắc bất kiêm nhiệm số " + Integer(rule) }

// requestedCommand is the record of the command of a request in words, with its stream and day.
func (n Names) requestedCommand(command canonical.Raw) string {
	d, err := request.Made{Command: command}.Draft("-")
	if err != nil {
		return "lệnh không đọc được"
	}
	r := Prospect(d)
	s := Said(r, n) + " (" + d.Stream.String()
	if !d.Valid.IsZero() {
		s += ", từ " + StatedDay(d.Valid)
	}
	return s + ")"
}

// Prospect is the record a command would make, as far as Said and About
// look at one. It is of a command that was decided: its data can be read.
func Prospect(d *ledger.Draft) *ledger.Record {
	r := &ledger.Record{Kind: d.Kind, Stream: d.Stream, Valid: d.Valid, Actor: d.Actor, Source: d.Source, Data: d.Data}
	if d.Corrects != nil {
		r.Corrects = &ledger.Corrects{ID: d.Corrects.Ident(), Reason: d.Corrects.Reason, Note: d.Corrects.Note}
	}
	// A kind that is unknown here has no event, and is shown by its name.
	if spec, err := register.Spec(d.Kind); err == nil {
		r.Event, _ = d.EventOf(spec)
	}
	return r
}
