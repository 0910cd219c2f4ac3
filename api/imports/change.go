package imports

import (
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/claim"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// A FactChange is what a row changes of a fact that stands, or brings back of one that
// was taken back.
type FactChange struct {
	Sheet     string         `json:"sheet,omitempty"`
	Row       int            `json:"row"` // line of the first of its rows
	Kind      string         `json:"kind"`
	Word      string         `json:"word"` // the kind in Vietnamese
	Stream    string         `json:"stream"`
	Record    int64          `json:"record"`              // position of the record whose data stand
	Paper     string         `json:"paper,omitempty"`     // that the record stands on, in one line
	Retracted bool           `json:"retracted,omitempty"` // the fact does not stand and is brought back
	Members   []MemberChange `json:"members"`
}

// A MemberChange is one member, old and new: as canonical JSON, and in words.
type MemberChange struct {
	Member string   `json:"member"`
	Label  string   `json:"label"`
	Old    string   `json:"old,omitempty"` // absent where the fact has no such member
	New    string   `json:"new,omitempty"` // absent where it is taken away
	OldVi  string   `json:"old_vi,omitempty"`
	NewVi  string   `json:"new_vi,omitempty"`
	Gone   []string `json:"gone,omitempty"`  // of a list: entries taken out
	Added  []string `json:"added,omitempty"` // of a list: entries put in
}

// Describe is for the contract.
func (FactChange) Describe() string {
	return "What a row changes of a recorded fact, member by member."
}

// absentWord is shown for a member that is not there.
const absentWord = "(không có)"

// Vi is the change of one member in words: its label, old → new; of a list what goes
// and what comes.
func (m MemberChange) Vi() string {
	if len(m.Gone)+len(m.Added) > 0 {
		var parts []string
		if len(m.Gone) > 0 {
			parts = append(parts, "bớt "+strings.Join(m.Gone, ", "))
		}
		if len(m.Added) > 0 {
			parts = append(parts, "thêm "+strings.Join(m.Added, ", "))
		}
		return m.Label + ": " + strings.Join(parts, "; ")
	}
	return m.Label + ": " + m.OldVi + " → " + m.NewVi
}

// Where names the rows of a change.
func (c FactChange) Where() string {
	if c.Sheet != "" {
		return "sheet “" + c.Sheet + "”, dòng " + vi.Integer(c.Row)
	}
	return "dòng " + vi.Integer(c.Row)
}

// Of names the record that a change is about, and its paper.
func (c FactChange) Of() string {
	of := "bản ghi @" + vi.Integer(c.Record)
	if c.Retracted {
		of += " (đã rút lại)"
	}
	if c.Paper != "" {
		of += ", " + c.Paper
	}
	return of
}

// Vi is a change in one line.
func (c FactChange) Vi() string {
	var parts []string
	for _, m := range c.Members {
		parts = append(parts, m.Vi())
	}
	if len(parts) == 0 {
		parts = append(parts, "ghi lại như trước khi rút")
	}
	return c.Where() + ", " + c.Word + " (" + c.Of() + "): " + strings.Join(parts, "; ")
}

// Changes are what the rows of the file change of facts that stand, those that
// still wait for a reason included.
func (r *Review) Changes() []FactChange {
	list := []FactChange{}
	for i := range r.commands {
		if c := &r.commands[i]; c.changes() {
			list = append(list, changeOf(c, &r.Sheet.Rows[c.rows[0]]))
		}
	}
	return list
}

// changeOf is what a command of a row changes.
func changeOf(c *command, row *imports.Row) FactChange {
	s := c.about
	return FactChange{
		Sheet: row.Sheet, Row: row.Line, Kind: string(s.Root.Kind), Word: vi.Kind(s.Root.Kind), Stream: s.Root.Stream.String(),
		Record: int64(s.By.Position), Paper: vi.Source(s.By.Source), Retracted: s.Retraction != nil, Members: memberChanges(c),
	}
}

// memberChanges are the members that a command changes, in words.
func memberChanges(c *command) []MemberChange {
	list := []MemberChange{}
	for _, m := range c.compared.Changes {
		f, _ := c.claim.Spec.FieldNamed(m.Member)
		list = append(list, MemberChange{
			Member: m.Member, Label: labelOf(c.claim.Spec, m.Member), Old: string(m.Old), New: string(m.New),
			OldVi: factWords(c.about.Fact, m.Member), NewVi: wordsOf(c, m.Member), Gone: elementWords(f, m.Gone), Added: elementWords(f, m.Added),
		})
	}
	return list
}

// changesText is the changes of a command in a sentence.
func changesText(c *command) string {
	var parts []string
	for _, m := range memberChanges(c) {
		parts = append(parts, m.Vi())
	}
	return strings.Join(parts, "; ")
}

// elementWords are elements of a list in words.
func elementWords(f ledger.Field, list []string) (words []string) {
	for _, x := range list {
		words = append(words, vi.Names{}.Member(f, x))
	}
	return words
}

// dayLabel heads the valid day of a fact among its members.
const dayLabel = "Ngày"

// labelOf is how a member, or the day, is called in Vietnamese.
func labelOf(spec *ledger.Spec, member string) string {
	if member == claim.Day {
		return dayLabel
	}
	if f, ok := spec.FieldNamed(member); ok && f.Label != "" {
		return f.Label
	}
	return member
}

// factWords is a member of a fact, or its day, in words.
func factWords(f *ledger.Fact, member string) string {
	return memberWords(register.SpecOf(f.Event), f.Event, f.Valid, member)
}

// wordsOf is a member of the fact that a command would make, in words.
func wordsOf(c *command, member string) string {
	e, err := c.claim.Spec.Decode(c.compared.Data)
	if err != nil {
		return absentWord // the fault has a line of its own
	}
	return memberWords(c.claim.Spec, e, c.compared.Valid, member)
}

// wordsIn is what a claim says of a member, in words.
func wordsIn(c *claim.Claim, member string) string {
	if !c.States(member) {
		return "xóa"
	}
	return memberWords(c.Spec, c.Event(), c.Valid, member)
}

// memberWords is a member of an event, or its day, in words.
func memberWords(spec *ledger.Spec, e ledger.Event, valid calendar.Stated, member string) string {
	if member == claim.Day {
		return valid.Vi()
	}
	if _, ok := spec.FieldNamed(member); !ok {
		return absentWord
	}
	f, value, ok := spec.Value(e, member)
	if !ok {
		return absentWord
	}
	if n, whole := value.(int64); whole && (f.Type == ledger.TypeMoney || f.Type == ledger.TypeProfit) {
		return vi.Integer(n) + " đồng" // to the last đồng: a small change must be seen
	}
	return vi.Names{}.Member(f, value)
}
