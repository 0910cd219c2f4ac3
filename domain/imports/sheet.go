package imports

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sort"

	"htxledger/domain/claim"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// Limits of a file.
const (
	MaxFileBytes = 64 << 20  // bytes
	MaxLines     = 1_000_000 // lines that hold something
	maxCellBytes = 64 << 10  // bytes of one cell
)

// A Sheet is a file as it was read: its rows with the commands that they make,
// or with the problems that keep them from making any. It is immutable.
type Sheet struct {
	Name    string // of the file, as given
	SHA256  string // of its bytes, lower-case hex
	Form    string // name of the form; "" for ndjson
	Head    []Mark // problems of the headings; the rows are then unread
	Rows    []Row  // without blank ones
	Notes   []Mark // of a workbook: no mistakes, but to be seen by the sender
	Ignored Ignored

	reordered bool // rows are not in order of their lines
}

// Ignored counts what a sheet holds and does not say.
type Ignored struct {
	Blank    int      // blank lines
	Columns  []string // headings, as printed, of columns that are for the reader only
	Sheets   []string // of a workbook: those that were not read
	Samples  int      // rows of our own forms that show how to fill them in
	Unfilled int      // rows of our own forms in which nothing was filled in
}

// addColumn adds a heading, once.
func (i *Ignored) addColumn(heading string) {
	if !slices.Contains(i.Columns, heading) {
		i.Columns = append(i.Columns, heading)
	}
}

// A Row is one line of a file. Only a row without Faults has Drafts.
type Row struct {
	Sheet  string // of a workbook; "" for other files
	Line   int    // in the file, from 1; of a row over several lines the first
	Drafts []*ledger.Draft
	Claims []*claim.Claim // that the drafts are of; none for ndjson, whose commands are recorded as they are
	Faults []Mark
	Named  *Named // nil where the row does not name its co-operative twice

	lacks  [][]Mark // what each claim lacks as a fact of its own
	first  int      // index of its first draft, among those of the sheet
	layout *layout  // nil for ndjson
	texts  []string // of the cells, as they are shown
}

// A Named co-operative is one that a row names by its key, or tax code, and in
// words beside it. The key decides; whether the words are of the same
// co-operative only a ledger can tell.
type Named struct {
	Key, Name string
	Spot      Spot // of the name
}

// spotAt is the cell of a column; the whole row for an i below 0.
func (r *Row) spotAt(i int) Spot {
	s := Spot{Sheet: r.Sheet, Row: r.Line}
	if i >= 0 {
		s = r.layout.spot(r.Line, i)
		if i < len(r.texts) {
			s.Seen = r.texts[i]
		}
	}
	return s
}

// spotOf is the cell that gave a member of a command, or the member that holds
// it; pointer is a JSON pointer. Of a member that no cell gave it is the row.
func (r *Row) spotOf(pointer string) Spot {
	if r.layout == nil {
		return r.spotAt(-1)
	}
	for ; pointer != ""; pointer = parentPointer(pointer) {
		for i, c := range r.layout.columns {
			if c != nil && c.Type != Remark && r.texts[i] != "" && slices.Contains(c.fills, pointer) {
				return r.spotAt(i)
			}
		}
	}
	return r.spotAt(-1)
}

func (s *Sheet) draftCount() int {
	if len(s.Rows) == 0 {
		return 0
	}
	last := &s.Rows[len(s.Rows)-1]
	return last.first + len(last.Drafts)
}

// Drafts are the commands of all rows, in order. They are whole only if there
// are no Problems.
func (s *Sheet) Drafts() []*ledger.Draft {
	all := make([]*ledger.Draft, 0, s.draftCount())
	for i := range s.Rows {
		all = append(all, s.Rows[i].Drafts...)
	}
	return all
}

// Problems are those of the headings and of all rows, in order of lines.
func (s *Sheet) Problems() []Mark {
	all := slices.Clone(s.Head)
	for i := range s.Rows {
		all = append(all, s.Rows[i].Faults...)
	}
	if s.reordered {
		byLine := all[len(s.Head):]
		slices.SortStableFunc(byLine, func(a, b Mark) int {
			if a.Sheet != b.Sheet {
				return 0
			}
			return a.Row - b.Row
		})
	}
	return all
}

// orderRows puts rows in the order in which they are recorded: by their lines, but
// those about one stream by the days from which they hold, for what came later cannot
// be recorded before what it rests on.
func (s *Sheet) orderRows() *Sheet {
	sheets := map[string]int{}
	for _, r := range s.Rows {
		if _, ok := sheets[r.Sheet]; !ok {
			sheets[r.Sheet] = len(sheets)
		}
	}
	slices.SortStableFunc(s.Rows, func(a, b Row) int {
		return cmp.Or(sheets[a.Sheet]-sheets[b.Sheet], a.Line-b.Line)
	})
	byStream := map[ledger.Stream][]int{}
	for i, r := range s.Rows {
		if len(r.Drafts) > 0 {
			byStream[r.Drafts[0].Stream] = append(byStream[r.Drafts[0].Stream], i)
		}
	}
	for _, at := range byStream {
		rows := make([]Row, len(at))
		for k, i := range at {
			rows[k] = s.Rows[i]
		}
		if slices.IsSortedFunc(rows, byDay) {
			continue
		}
		s.reordered = true
		slices.SortStableFunc(rows, byDay)
		for k, i := range at {
			s.Rows[i] = rows[k]
		}
	}
	return s
}

// byDay compares rows with commands by the day of the first.
func byDay(a, b Row) int { return cmp.Compare(a.Drafts[0].Valid.Day, b.Drafts[0].Valid.Day) }

// Lacking are the places of what a claim of a row, by its index there, lacks as a
// fact of its own.
func (r *Row) Lacking(i int) []Mark {
	if i >= len(r.lacks) {
		return nil
	}
	return r.lacks[i]
}

// Lacking are those of all claims, in order of lines: the mistakes of a file that
// is about no fact that stands.
func (s *Sheet) Lacking() (all []Mark) {
	for i := range s.Rows {
		for _, marks := range s.Rows[i].lacks {
			all = append(all, marks...)
		}
	}
	return all
}

// LocateIn gives an error its place among the rows, by their indices, that make
// one command: the cell of the first that gives the member which the error is
// about, or else the first row.
func (s *Sheet) LocateIn(rows []int, err error) Mark {
	pointer := ""
	if f, ok := fault.Of(err); ok {
		pointer = f.Field
	}
	for _, n := range rows {
		if spot := s.Rows[n].spotOf(pointer); spot.Column != "" {
			return spot.Mark(err)
		}
	}
	return s.Rows[rows[0]].spotAt(-1).Mark(err)
}

// Locate gives an error that a ledger raised about the i-th of Drafts its place
// in the file: the line, and the column of the member that the error is about
// where one column is.
func (s *Sheet) Locate(i int, err error) Mark {
	at := s.RowOf(i)
	if at < 0 {
		return Spot{}.Mark(err)
	}
	row := &s.Rows[at]
	spot := row.spotAt(-1)
	if f, ok := fault.Of(err); ok {
		spot = row.spotOf(f.Field)
	}
	return spot.Mark(err)
}

// RowOf is the index of the row that made the i-th of Drafts; -1 for none.
func (s *Sheet) RowOf(i int) int {
	at := sort.Search(len(s.Rows), func(n int) bool { return s.Rows[n].first+len(s.Rows[n].Drafts) > i })
	if i < 0 || at == len(s.Rows) {
		return -1
	}
	return at
}

// numberDrafts gives every row the index of its first draft.
func (s *Sheet) numberDrafts() *Sheet {
	n := 0
	for i := range s.Rows {
		s.Rows[i].first = n
		n += len(s.Rows[i].Drafts)
	}
	return s
}

// newSheet checks the size of a file and takes its sum.
func newSheet(name, form string, b []byte) (*Sheet, error) {
	if len(b) > MaxFileBytes {
		return nil, errFileSize.With(len(b), MaxFileBytes)
	}
	sum := sha256.Sum256(b)
	return &Sheet{Name: name, SHA256: hex.EncodeToString(sum[:]), Form: form}, nil
}
