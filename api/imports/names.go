package imports

import (
	"errors"
	"slices"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
	"htxledger/projections/asof"
)

// Names finds co-operatives on the register by their names, whatever the accents,
// capitals and the words that all of them begin with.
type Names struct {
	byName map[string][]entry
	where  func(code string) string
}

// An entry is one co-operative under its name.
type entry struct{ state *coop.Cooperative }

// NamesOf lists the co-operatives that are registered on a day.
func NamesOf(p *asof.Projection, on calendar.Day) *Names {
	r := p.At(p.Size(), on)
	atlas := r.Atlas.On(on)
	n := &Names{byName: map[string][]entry{}, where: atlas.Name}
	for _, s := range r.Subjects {
		if s.Kind != register.CoopSubject {
			continue
		}
		if c := s.Coop.History.On(on); c.Registered() {
			n.byName[core(c.Name)] = append(n.byName[core(c.Name)], entry{c})
		}
	}
	return n
}

// common are the words that names of co-operatives begin with or hold by habit.
var common = []string{"htx", "hop", "tac", "xa", "nong", "nghiep", "nn", "dich", "vu", "dv", "dvnn", "dvtm", "thuong", "mai", "tm", "sxtm", "va", "san", "xuat", "sx"}

// core is what tells a name from others: plain, without the common words.
func core(name string) string {
	plain := strings.FieldsFunc(spelling.Plain(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	rest := slices.DeleteFunc(slices.Clone(plain), func(w string) bool { return slices.Contains(common, w) })
	if len(rest) == 0 {
		rest = plain
	}
	return strings.Join(rest, " ")
}

// Alike asks about a name: the first co-operative of the same name in a place
// (code; "" is any), but not the one with the key given. nil for none.
func (n *Names) Alike(name, place, except string) *fault.Fault {
	for _, e := range n.byName[core(name)] {
		c := e.state
		if c.Key != except && (place == "" || c.Place == place) {
			return askAlike.With(name, c.Key, c.Name, n.where(c.Place))
		}
	}
	return nil
}

// Whose asks about a row that gives the name of its co-operative and no key: the
// first of that name. nil for none.
func (n *Names) Whose(name string) *fault.Fault {
	list := n.byName[core(name)]
	if len(list) == 0 {
		return nil
	}
	c := list[0].state
	return askName.With(c.Key, c.Name, n.where(c.Place))
}

// Misnamed asks about rows that name their co-operative by a key and in words
// that are of another: none of the names that it had up to a day. Accents,
// capitals and the words that all names begin with do not count; keys that the
// ledger does not have are left to it. The answers are by the rows' indices.
func Misnamed(p *asof.Projection, rows []imports.Row, today calendar.Day) map[int]*fault.Fault {
	asked := map[int]*fault.Fault{}
	for i := range rows {
		named := rows[i].Named
		if named == nil {
			continue
		}
		names := namesOf(p, named.Key, today)
		mine := core(named.Name)
		if len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return core(n) == mine }) {
			asked[i] = askOther.With(named.Key, names[len(names)-1], named.Name)
		}
	}
	return asked
}

// namesOf are the names that a co-operative had up to a day, the newest last.
func namesOf(p *asof.Projection, key string, today calendar.Day) (names []string) {
	s := p.Subject(register.SubjectID{Kind: register.CoopSubject, Key: key}, p.Size())
	if s == nil || s.Coop == nil || s.Coop.History == nil {
		return nil
	}
	for _, day := range s.Coop.History.Days() {
		if c := s.Coop.History.On(day); day <= today && c.Name != "" && !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// IsQuestion tells whether what keeps a row from being recorded is a question
// to whoever hands it in, and no mistake.
func IsQuestion(err error) bool {
	return slices.ContainsFunc([]*fault.Fault{askReason, askAlike, askName, askOther}, func(f *fault.Fault) bool { return errors.Is(err, f) })
}

// A Question is about one of a file's commands.
type Question struct {
	Index int // among the drafts
	Fault *fault.Fault
}

// Questions asks about every co-operative that records would establish under a
// name that another has in the same place. The ledger itself refuses a tax code
// that is held twice.
func (n *Names) Questions(records []*ledger.Record) []Question {
	var list []Question
	for i, r := range records {
		if r == nil {
			continue
		}
		if e, ok := r.Event.(*coop.Established); ok && r.Corrects == nil {
			if f := n.Alike(e.Name, e.Place, r.Stream.Key); f != nil {
				list = append(list, Question{i, f.At("/data/name")})
			}
		}
	}
	return list
}
