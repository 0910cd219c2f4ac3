package imports

import (
	"context"
	"slices"
	"strings"
	"sync"

	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
)

// names finds co-operatives on the register by their names, whatever the accents,
// capitals and the words that all of them begin with.
type names struct {
	byCore    map[string][]*coop.Cooperative
	placeName func(code string) string
}

// newNames lists the co-operatives that are registered today.
func newNames(l Ledger) *names {
	today := l.Now().DayIn()
	r := l.Projection.At(l.Projection.Size(), today)
	n := &names{byCore: map[string][]*coop.Cooperative{}, placeName: r.Atlas.On(today).Name}
	for _, s := range r.Subjects {
		if s.Kind != register.CoopSubject {
			continue
		}
		if c := s.Coop.History.On(today); c.IsRegistered() {
			n.byCore[coreOf(c.Name)] = append(n.byCore[coreOf(c.Name)], c)
		}
	}
	return n
}

// holders finds co-operatives by the tax codes that they hold today. The ledger is
// looked at once a row gives a code; where it cannot be, nobody holds any.
func (d Desk) holders(ctx context.Context) func(taxCode string) string {
	byCode := sync.OnceValue(func() map[string]string {
		l, err := d.look(ctx)
		if err != nil || l.Projection == nil {
			return nil
		}
		today := l.Now().DayIn()
		keys := map[string]string{}
		for _, s := range l.Projection.At(l.Projection.Size(), today).Subjects {
			if s.Kind != register.CoopSubject {
				continue
			}
			if c := s.Coop.History.On(today); c != nil && c.TaxCode != "" {
				keys[c.TaxCode] = c.Key
			}
		}
		return keys
	})
	return func(taxCode string) string { return byCode()[taxCode] }
}

// commonWords are the words that names of co-operatives begin with or hold by
// habit.
var commonWords = []string{"htx", "hop", "tac", "xa", "nong", "nghiep", "nn", "dich", "vu", "dv", "dvnn", "dvtm", "thuong", "mai", "tm", "sxtm", "va", "san", "xuat", "sx"}

// coreOf is the part of a name that tells it from others: plain, without the
// common words.
func coreOf(name string) string {
	plain := strings.FieldsFunc(spelling.Plain(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	rest := slices.DeleteFunc(slices.Clone(plain), func(w string) bool { return slices.Contains(commonWords, w) })
	if len(rest) == 0 {
		rest = plain
	}
	return strings.Join(rest, " ")
}

// askWhose asks about a row that gives the name of its co-operative and no key:
// is it the first co-operative of that name? nil for none.
func (n *names) askWhose(name string) *fault.Fault {
	list := n.byCore[coreOf(name)]
	if len(list) == 0 {
		return nil
	}
	return askName.With(list[0].Key, list[0].Name, n.placeName(list[0].Place))
}

// askAlike asks about a name: is it the first co-operative of the same name in a
// place (code; "" is any) with another key? nil for none.
func (n *names) askAlike(name, place, key string) *fault.Fault {
	for _, c := range n.byCore[coreOf(name)] {
		if c.Key != key && (place == "" || c.Place == place) {
			return askAlike.With(name, c.Key, c.Name, n.placeName(c.Place))
		}
	}
	return nil
}

// askEstablished asks about a record that would establish a co-operative under a
// name that another has in the same place. nil for any other record. The ledger
// itself refuses a tax code that is held twice.
func (n *names) askEstablished(r *ledger.Record) *fault.Fault {
	if r == nil || r.Corrects != nil {
		return nil
	}
	if e, ok := r.Event.(*coop.Established); ok {
		if f := n.askAlike(e.Name, e.Place, r.Stream.Key); f != nil {
			return f.At("/data/name")
		}
	}
	return nil
}

// askOtherOf asks about a row that names its co-operative by a key and in words
// that are of another: none of the names that the co-operative of the key had up
// to today. Keys that the ledger does not have are left to it.
func askOtherOf(l Ledger, named *imports.Named) *fault.Fault {
	had := namesOf(l, named.Key)
	mine := coreOf(named.Name)
	if len(had) == 0 || slices.ContainsFunc(had, func(n string) bool { return coreOf(n) == mine }) {
		return nil
	}
	return askOther.With(named.Key, had[len(had)-1], named.Name)
}

// namesOf are the names that a co-operative had up to today, the newest last.
func namesOf(l Ledger, key string) (names []string) {
	s := l.Projection.Subject(register.SubjectID{Kind: register.CoopSubject, Key: key}, l.Projection.Size())
	if s == nil || s.Coop == nil || s.Coop.History == nil {
		return nil
	}
	today := l.Now().DayIn()
	for _, day := range s.Coop.History.Days() {
		if c := s.Coop.History.On(day); day <= today && c.Name != "" && !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}
