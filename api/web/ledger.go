package web

import (
	"slices"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/spelling"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

// Mistakes in the questions to the list of records.
var (
	errRecordKind = fault.Declare("page-kind", fault.Malformed,
		"there is no kind %q in the list", "không có loại bản ghi %q trong danh sách")
	errRecordMarks = fault.Declare("page-marks", fault.Malformed,
		"%q is no mark to filter by", "không lọc theo dấu hiệu %q được")
	errRecordRole = fault.Declare("page-role", fault.Malformed,
		"there is no role %q", "không có vai trò %q")
	errPosition = fault.Declare("page-position", fault.Malformed,
		"%q is not a whole number from %d to %d", "%q không phải là số nguyên từ %d đến %d")
)

const (
	ledgerPage = 50
	// ledgerScan bounds what one page of a narrow filter costs.
	ledgerScan = 20_000
)

// ledgerNames are the page's own parameters.
var ledgerNames = []string{"kind", "role", "actor", "coop", "q", "marks", "from", "live", "after"}

// ledgerView is the page of records.
type ledgerView struct {
	Filled, Empty bool
	Filter        narrowView
	Lines         []recordLine
	Shown         string // the positions shown
	Newer, Older  string // addresses, or ""
	Newest        string
	Cut           string // "" unless the search was cut short
	Live          tailView
}

// narrowView is a form that narrows a list; Hidden are the parameters carried on.
type narrowView struct {
	Action string
	Fields []*field
	More   []*field // fields asked for less often
	Open   bool     // a field of More is in use
	Hidden []pair
	Reset  string
}

// tailView is the tail: Poll is the address of the new records.
type tailView struct {
	Poll, Start, Pause, Reload string
	News                       string
}

// A recordLine is a record in a list.
type recordLine struct {
	Position, To    string
	Recorded, Valid string
	Kind, Code      string
	About, AboutTo  string
	Said            string
	Who, Source     string
	Marks           []recordMark
	New             bool
}

type recordMark struct{ Class, Text, To string }

// ledger is the page of the ledger itself, newest first.
func (s *Site) ledger(a *Asked) (Page, error) {
	f := s.newFrame(a, "Sổ cái")
	f.Lead = "Mọi điều đã ghi, mới nhất trước. Không dòng nào bị sửa hay xóa: đính chính là một dòng mới."
	v := &ledgerView{}
	if a.Head.Size() == 0 && f.err == nil {
		f.Clocks, v.Empty = nil, true
		return f.render("ledger.html", v)
	}
	filter, err := s.ledgerFilter(f, v)
	if f.err == nil && err != nil {
		f.addWrong(err)
	}
	if f.err != nil {
		return f.render("ledger.html", v)
	}
	p, err := a.Head.ResolvePrefix(a.query())
	if err != nil {
		return f.refuse("ledger.html", err, v)
	}
	e, err := s.Directory.Events(a.ctx(), p, filter)
	if err != nil {
		return f.refuse("ledger.html", err, v)
	}
	tail := a.get("after") != ""
	// The poll of the tail swaps the page: nothing new must change nothing.
	if tail && len(e.Records) == 0 {
		return Page{Nothing: true}, nil
	}
	f.showPoint(e.Point)
	f.Twins = tables("", ledgerTwin(e.Point, a, filter))
	if tail {
		// From a position on, records come oldest first; the page shows the newest on top.
		slices.Reverse(e.Records)
	}
	v.Filled = true
	v.Lines = s.recordLines(a, e.Point, e.Records)
	s.ledgerMoves(a, v, e, filter)
	return f.render("ledger.html", v)
}

// ledgerFilter reads the page's own fields, which keep the typed words.
func (s *Site) ledgerFilter(f *frame, v *ledgerView) (directory.EventFilter, error) {
	a := f.asked
	kind := &field{Name: "kind", Label: "Loại", Options: kindOptions(a.get("kind"))}
	marks := &field{Name: "marks", Label: "Dấu hiệu", Options: pickOne(a.get("marks"), "", "tất cả", "late", "ghi muộn", "corrections", "đính chính, rút lại"), Hint: lateRule}
	role := &field{Name: "role", Label: "Vai trò người ghi", Options: roleOptions(a.get("role"))}
	place := &field{Name: "place", Label: "Địa bàn", Options: s.placesOnMap(a)}
	text := &field{Name: "q", Label: "Tìm", Value: a.get("q"), Kind: "search", Hint: "Tên HTX, văn bản, nội dung; không cần dấu."}
	actor := &field{Name: "actor", Label: "Tài khoản người ghi", Value: a.get("actor")}
	from := &field{Name: "from", Label: "Từ vị trí", Value: a.get("from"), Hint: "Lùi dần từ vị trí này; để trống là mới nhất."}
	v.Filter = narrowView{Action: a.Path, Fields: []*field{text, kind, place, marks}, More: []*field{role, actor, from}, Reset: a.withChanged("kind", "", "role", "", "actor", "", "coop", "", "q", "", "marks", "", "from", "", "place", "", "live", "", "after", "")}
	for _, name := range []string{"as_of", "known_at", "map", "period", "scheme", "plan", "coop", "live"} {
		if x := a.get(name); x != "" {
			v.Filter.Hidden = append(v.Filter.Hidden, pair{name, x})
		}
	}
	v.Filter.Open = a.get("role")+a.get("actor")+a.get("from") != ""
	f.own = append(slices.Clone(v.Filter.Fields), v.Filter.More...)

	out := directory.EventFilter{
		Kind: a.get("kind"), Role: a.get("role"), Actor: a.get("actor"), About: a.get("coop"), Text: a.get("q"),
		Here: a.get("place") != "", Late: a.get("marks") == "late", Corrections: a.get("marks") == "corrections",
		Limit: ledgerPage, Newest: true, Scan: ledgerScan,
	}
	switch {
	case !isOffered(kind, a.get("kind")):
		return out, errRecordKind.With(a.get("kind")).At("kind")
	case !isOffered(marks, a.get("marks")):
		return out, errRecordMarks.With(a.get("marks")).At("marks")
	case !isOffered(role, a.get("role")):
		return out, errRecordRole.With(a.get("role")).At("role")
	}
	size := int64(a.Head.Size())
	// The tail reads on from where the page ended, oldest first.
	if typed := a.get("after"); typed != "" {
		n, err := positionIn(typed, "after", size)
		out.From, out.Newest = ledger.Position(n), false
		return out, err
	}
	if typed := a.get("from"); typed != "" {
		n, err := positionIn(typed, "from", size-1)
		// Zero tells the position 0 from no position.
		out.From, out.Zero = ledger.Position(n), true
		return out, err
	}
	return out, nil
}

// positionIn reads a position; the sign we print before one may be typed too.
func positionIn(typed, name string, most int64) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimPrefix(typed, "@"), 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, errPosition.With(typed, 0, most).At(name)
	}
	return n, nil
}

// isOffered reports whether a field offers a choice.
func isOffered(f *field, typed string) bool {
	return typed == "" || slices.ContainsFunc(f.Options, func(o option) bool { return o.Value == typed && o.Text != typed })
}

// pickOne offers value, text, value, text…; what was typed and is none of them is
// kept as it is.
func pickOne(typed string, list ...string) (options []option) {
	found := false
	for i := 0; i+1 < len(list); i += 2 {
		options = append(options, option{list[i], list[i+1], list[i] == typed})
		found = found || list[i] == typed
	}
	if !found {
		options = append(options, option{typed, typed, true})
	}
	return options
}

// kindOptions are the families, each with its kinds.
func kindOptions(typed string) []option {
	list := []string{"", "tất cả"}
	family := ""
	for _, k := range register.Kinds() {
		if k.Family() != family {
			family = k.Family()
			list = append(list, family+".", vi.Family(family)+": mọi loại")
		}
		list = append(list, string(k), "– "+vi.Kind(k))
	}
	return pickOne(typed, list...)
}

func roleOptions(typed string) []option {
	list := []string{"", "tất cả"}
	for _, role := range ledger.Roles {
		list = append(list, role, vi.Role(role))
	}
	return pickOne(typed, list...)
}

// placesOnMap are the places on the map of the point, in order of name. It is
// what was typed alone where there is no map yet.
func (s *Site) placesOnMap(a *Asked) []option {
	list := []string{"", "toàn tỉnh"}
	if p, err := a.resolve(answers.InPlace("")); err == nil {
		m := s.Answers.Map(p)
		codes := m.Codes()
		slices.SortFunc(codes, func(x, y string) int { return strings.Compare(spelling.Plain(m.Name(x)), spelling.Plain(m.Name(y))) })
		for _, code := range codes {
			list = append(list, code, m.Name(code))
		}
	}
	return pickOne(a.get("place"), list...)
}

// ledgerTwin is the same list as JSON.
func ledgerTwin(p *answers.Point, a *Asked, f directory.EventFilter) string {
	own := []string{
		"kind", f.Kind, "actor", f.Actor, "role", f.Role, "about", f.About, "search", f.Text, "newest", "true", "limit", strconv.Itoa(ledgerPage),
	}
	if f.Here {
		own = append(own, "here", "true")
	}
	if f.Late {
		own = append(own, "late", "true")
	}
	if f.Corrections {
		own = append(own, "corrections", "true")
	}
	if from := a.get("from"); from != "" {
		own = append(own, "from", strings.TrimPrefix(from, "@"))
	}
	return pinnedAddress("/api/v1/events", p, own...)
}

// ledgerMoves says which records are shown and how to go on, and follows the tail.
func (s *Site) ledgerMoves(a *Asked, v *ledgerView, e *directory.Events, filter directory.EventFilter) {
	size := vi.Integer(e.Point.Size)
	if n := len(e.Records); n > 0 {
		v.Shown = "Đang xem " + vi.Integer(n) + " bản ghi, từ " + v.Lines[0].Position + " lùi về " + v.Lines[n-1].Position +
			", trong sổ có " + size + " bản ghi."
	} else {
		v.Shown = "Không có bản ghi nào như vậy trong phần sổ đã tìm (" + size + " bản ghi). Hãy bớt điều kiện lọc."
	}
	if e.Next >= 0 {
		v.Older = a.withChanged("from", positionDigits(e.Next), "live", "", "after", "")
	}
	// A narrow filter may look at very many records: it stops and says where it stopped.
	if e.Cut {
		v.Cut = "Mỗi lần chỉ tìm trong " + vi.Integer(ledgerScan) + " bản ghi; bấm “Cũ hơn” để tìm tiếp từ @" + positionDigits(e.Next) + "."
	}
	if a.get("from") != "" {
		v.Newest = a.withChanged("from", "")
		v.Newer = s.ledgerNewer(a, e, filter)
	}
	// Only the end of the ledger as of now can grow under the reader's eyes.
	if a.get("from") == "" && a.get("known_at") == "" {
		v.Live = tailOf(a, e, filter)
		for i := range v.Lines {
			v.Lines[i].New = a.get("after") != ""
		}
	}
}

// ledgerNewer is the address of the page of newer records next to a page, or "".
func (s *Site) ledgerNewer(a *Asked, e *directory.Events, f directory.EventFilter) string {
	// The page above is read upwards from here, and begins where that ends.
	f.From, f.Newest, f.Zero = f.From+1, false, false
	if f.From >= e.Point.Size {
		return ""
	}
	above, err := s.Directory.Events(a.ctx(), e.Point, f)
	if err != nil || len(above.Records) == 0 || above.Next < 0 {
		return a.withChanged("from", "")
	}
	return a.withChanged("from", positionDigits(above.Records[len(above.Records)-1].Position))
}

// tailOf tells how to follow the tail, or how to begin.
func tailOf(a *Asked, e *directory.Events, f directory.EventFilter) tailView {
	l := tailView{Start: a.withChanged("live", "1", "after", ""), Pause: a.withChanged("live", "", "after", "")}
	if a.get("live") == "" {
		return l
	}
	l.Start, l.Reload = "", a.withChanged("after", "")
	size := e.Point.Size
	if !f.Newest && e.Next >= 0 {
		size = e.Next
	}
	l.Poll = a.withChanged("after", positionDigits(size))
	if !f.Newest {
		l.News = "Thêm " + vi.Integer(len(e.Records)) + " bản ghi mới; sổ có " + vi.Integer(e.Point.Size) + " bản ghi."
	}
	return l
}

// linkToRecord leads to the page of a record, under its position.
func (a *Asked) linkToRecord(p ledger.Position) link {
	return link{"@" + positionDigits(p), a.addressOf("/so/" + positionDigits(p))}
}

func positionDigits(p ledger.Position) string { return strconv.FormatInt(int64(p), 10) }

// recordLines are records in words.
func (s *Site) recordLines(a *Asked, p *answers.Point, records []*ledger.Record) []recordLine {
	names := s.recordNames(p)
	fates := s.Directory.Lines(p, records)
	out := make([]recordLine, len(records))
	for i, r := range records {
		out[i] = lineInWords(a, r, names)
		out[i].Marks = recordMarks(a, fates[i])
		out[i].About, out[i].AboutTo = aboutOf(a, r, names)
	}
	return out
}

// lineInWords is a record in the words of every page, without its fate.
func lineInWords(a *Asked, r *ledger.Record, names vi.Names) recordLine {
	return recordLine{
		Position: "@" + positionDigits(r.Position), To: a.addressOf("/so/" + positionDigits(r.Position)),
		Recorded: vi.Instant(r.Recorded), Valid: r.Valid.Vi(), Kind: vi.Kind(r.Kind), Code: string(r.Kind),
		Said: vi.Said(r, names), Who: actorWords(r.Actor), Source: vi.Source(r.Source),
	}
}

// recordNames are the names behind the keys in records, as of a point.
func (s *Site) recordNames(p *answers.Point) vi.Names {
	coop, place := s.Directory.NamesAt(p)
	return vi.Names{Coop: coop, Place: place, Find: s.Answers.Find}
}

// aboutOf names the subject of a record whose sentence does not.
func aboutOf(a *Asked, r *ledger.Record, n vi.Names) (name, to string) {
	switch r.Stream.Family {
	case "coop":
		return n.About(r.Stream), a.addressOf("/htx/" + r.Stream.Key)
	case "place":
		return n.About(r.Stream), ""
	case "request":
		return r.Stream.Key, a.addressOf(requestsPath + "/" + r.Stream.Key)
	case "certificate", "ocop":
		return r.Stream.Key, ""
	}
	return "", ""
}

// actorWords are the account and role that recorded.
func actorWords(x *ledger.Actor) string {
	if x == nil {
		return ""
	}
	return x.ID + " (" + vi.Role(x.Role) + ")"
}

// lateRule is when a record is marked late.
var lateRule = "Ghi muộn: ghi sau ngày có hiệu lực quá " + vi.Integer(directory.LateAfter) + " ngày."

// whyLate is lateRule for a record that is late, and "" for another.
func whyLate(r *ledger.Record) string {
	if !directory.IsLate(r) {
		return ""
	}
	return lateRule
}

// recordMarks are the warnings beside a record, in words.
func recordMarks(a *Asked, l directory.Line) (list []recordMark) {
	r := l.Record
	add := func(class, text string) { list = append(list, recordMark{class, text, ""}) }
	if directory.IsLate(r) {
		add("late", "ghi muộn")
	}
	if r.IsCorrection() {
		add("correction", vi.Kind(r.Kind))
	}
	for _, c := range l.CorrectedBy {
		word := "được đính chính ở @"
		if c.Kind == ledger.KindRetracted {
			word = "bị rút lại ở @"
		}
		list = append(list, recordMark{"corrected", word + positionDigits(c.Position), a.addressOf("/so/" + positionDigits(c.Position))})
	}
	if r.Synthetic() {
		add("made-up", "mô phỏng")
	}
	return list
}
