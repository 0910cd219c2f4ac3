package web

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/imports"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/projections/answers"
)

// TemplateFields are the fields of the form that asks for a form to be filled in;
// the place is that of the point.
var TemplateFields = []string{"form", "year", "unit"}

// ImportFields are the fields that are sent with a file.
var ImportFields = []string{"form", "numbers", "unit", "separator", "sheet", "column", "answer", "hidden", "valid_rows", "rows", "others", "requests", "reason", "note", "other_day"}

const importsPath = "/nop-bang"

// An importsView is the page on which files are sent: the forms to be filled in,
// what is sent with a file, and the files that wait.
type importsView struct {
	Blank  []*field // of the form that asks for a form
	Said   []*field // what is said about a file
	More   []*field
	Checks []check
	Files  []fileLine
	Most   string // how large a file may be
	Writes bool
	Who    string
}

// A check is a box to be ticked.
type check struct {
	Name, Label, Hint string
	On                bool
}

// A fileLine is one file that waits, or is recorded.
type fileLine struct {
	link
	Sent, State string
}

// imports is the page on which files are sent.
func (s *Site) imports(a *Asked) (Page, error) { return s.importsPage(a, nil) }

// ImportsRefused is that page where a file was not taken in: it keeps what was
// said about it.
func (s *Site) ImportsRefused(a *Asked, err error) (Page, error) { return s.importsPage(a, err) }

func (s *Site) importsPage(a *Asked, err error) (Page, error) {
	f := s.newFrame(a, "Nộp bảng")
	f.Clocks = nil
	f.Lead = "Tải biểu mẫu, điền, gửi lên. Tệp được kiểm tra và cho xem trước; chỉ khi bạn xác nhận mới ghi vào sổ."
	v := s.importsView(a)
	f.own = append(append(append(f.own, v.Blank...), v.Said...), v.More...)
	if err != nil {
		v.hintYear(err)
		return f.refuse("imports.html", err, v)
	}
	return f.render("imports.html", v)
}

// hintYear says beside the year that a place which is not on the map of that year
// may be on the map of another.
func (v *importsView) hintYear(err error) {
	unknown := errors.Is(err, indicator.ErrNoPlace) || errors.Is(err, place.ErrNotOnMap)
	for _, x := range v.Blank {
		if x.Name == "year" && unknown {
			x.Hint = "Địa bàn không có trên bản đồ của năm này? Hãy đổi năm số liệu: biểu mẫu lấy địa giới cuối năm ấy."
		}
	}
}

func (s *Site) importsView(a *Asked) *importsView {
	v := &importsView{Writes: s.Tray != nil && s.Writes != nil && s.Writes(a.Who.Role), Most: vi.Integer(imports.DefaultLimits.Upload>>20) + " MiB", Who: a.Who.ID}
	v.Blank = []*field{
		{Name: "form", Label: "Biểu mẫu", Value: a.get("form"), Options: formOptions(a.get("form"), "")},
		{Name: "place", Label: "Mã địa bàn", Value: a.get("place"), List: s.everyPlace(a.Head), Hint: "Gõ tên hay mã rồi chọn trong danh sách gợi ý; theo địa giới cuối năm số liệu. Để trống là toàn bộ."},
		{Name: "year", Label: "Năm số liệu", Value: a.get("year"), Placeholder: "2023"},
	}
	v.Said = []*field{
		{Name: "form", Label: "Biểu mẫu của tệp", Options: formOptions(a.get("form"), "Tệp là biểu mẫu tải từ đây"), Hint: "Chỉ cần chọn khi tệp không phải biểu mẫu của chương trình."},
		{Name: "unit", Label: "Đơn vị tiền", Options: choices(a.get("unit"), "", "Như tệp ghi", "đồng", "đồng", "nghìn", "nghìn đồng", "triệu", "triệu đồng", "tỷ", "tỷ đồng"), Hint: "Cho cột tiền không ghi đơn vị."},
		{Name: "numbers", Label: "Cách viết số dạng chữ", Options: choices(a.get("numbers"), "", "Chưa chọn", "vi", "1.550,5", "en", "1,550.5", "space", "1 550,5", "plain", "1550.5"), Hint: "Cho ô là chữ có dấu ngăn cách; ô là số thì không cần."},
	}
	v.More = []*field{
		{Name: "sheet", Label: "Chỉ đọc sheet", Value: a.get("sheet")},
		{Name: "column", Label: "Cột ngoài biểu mẫu", Value: a.get("column"), Hint: `Ví dụ “Điện thoại=-” để bỏ qua một cột, “DT cả năm=revenue” để nói cột đó là gì.`},
		{Name: "rows", Label: "Số dòng số liệu", Value: a.get("rows"), Hint: "Nếu ghi, tệp phải có đúng chừng ấy dòng."},
	}
	v.Checks = []check{
		{"valid_rows", "Ghi các dòng hợp lệ, trả lại dòng sai", "Bình thường thì sai một dòng là không ghi gì.", a.get("valid_rows") == "true"},
		{"hidden", "Đọc cả dòng, cột, sheet bị ẩn", "", a.get("hidden") == "true"},
	}
	if s.Tray == nil {
		return v
	}
	for _, x := range s.Tray.List(a.Who) {
		v.Files = append(v.Files, fileLine{link{x.Name, importsPath + "/" + x.ID}, vi.Instant(x.Sent), x.State.Vi()})
	}
	return v
}

// formOptions are the forms; none, if it has words, comes first.
func formOptions(chosen, none string) (list []option) {
	if none != "" {
		list = append(list, option{"", none, chosen == ""})
	}
	for _, f := range imports.Forms() {
		list = append(list, option{f.Name, f.Title, f.Name == chosen})
	}
	return list
}

// choices are options of values and words, one of them chosen.
func choices(chosen string, words ...string) (list []option) {
	for i := 0; i+1 < len(words); i += 2 {
		list = append(list, option{words[i], words[i+1], words[i] == chosen})
	}
	return list
}

// blankForm leads to a form to be filled in, or says what is wrong with what
// was asked for.
func (s *Site) blankForm(a *Asked) (Page, error) {
	q, year := a.query(), a.get("year")
	imports.ChooseBlank(a.Head, s.Answers, a.Who.Place, &q, &year)
	blank, err := imports.NewBlank(a.get("form"), year, "")
	if fault.KindOf(err) == fault.NotFound {
		err = fault.SetField(err, "form")
	}
	if err == nil {
		err = imports.FillBlank(a.ctx(), a.Head, s.Directory, &blank, q)
	}
	if err != nil {
		return s.importsPage(a, err)
	}
	v := url.Values{"place": {q.Place}, "as_of": {a.get("as_of")}, "year": {year}, "unit": {a.get("unit")}}
	return Page{Redirect: addressWith("/api/v1/templates/"+blank.Form.Name, v)}, nil
}

// An importView is the page of one file.
type importView struct {
	Name, Self                            string
	Going                                 bool
	Step, Progress                        string
	Done, Total                           int
	Outcome                               outcomeView
	Facts                                 []pair // of the receipt, or of the file
	Records                               link   // the first and the last that were made
	Taken                                 string // address of the receipt; "" where nothing was made
	Counts                                []pair // what is recorded, by kind
	Changes                               []changedMember
	MoreChanges                           string
	Requests                              string // how many commands are asked for; "" for none
	Problems                              []problemLine
	Doubts, Notes                         []string
	MoreProblems                          string
	Plan                                  string
	Shifts                                []imports.Shift
	Effect                                bool
	Events                                []eventLine
	MoreEvents                            string
	Reasons                               []option
	Note                                  string
	Asks                                  imports.Asks
	Said                                  []*field
	Hidden                                []pair // what is said about the file and is not asked again
	Checks                                []check
	Marked, Rest, Report                  string
	Preview, Confirm, Drop                string
	MayConfirm, MayAgain, MayDrop, Record bool
}

type outcomeView struct{ Class, Symbol, Text string }

// A problemLine is a group of equal problems, with their sentence in Vietnamese.
type problemLine struct {
	*imports.Group
	Said string
}

// A changedMember is one member that a row changes, or all of a fact that it brings
// back.
type changedMember struct {
	Where, Kind string
	Of          link // the record that stood
	Member      string
	Old, New    string
}

type eventLine struct{ Row, Kind, About, Valid, Said, To string }

// importFile is the page of one file.
func (s *Site) importFile(a *Asked) (Page, error) { return s.importPage(a, nil) }

// ImportRefused is that page where an answer, or the confirmation, was refused.
func (s *Site) ImportRefused(a *Asked, err error) (Page, error) { return s.importPage(a, err) }

func (s *Site) importPage(a *Asked, err error) (Page, error) {
	if s.Tray == nil {
		return Page{}, imports.ErrNotHere
	}
	x, missing := s.Tray.Get(a.Who, a.Param("id"))
	if missing != nil {
		return s.importsPage(a, missing)
	}
	f := s.newFrame(a, x.Name)
	f.Clocks = nil
	f.Lead = "Nộp bảng: " + x.State.Vi() + "."
	v := s.importView(a, x)
	f.own = v.Said
	if err == nil {
		return f.render("import.html", v)
	}
	return f.refuse("import.html", err, v)
}

func (s *Site) importView(a *Asked, x *imports.View) *importView {
	self := importsPath + "/" + x.ID
	v := &importView{
		Name: x.Name, Self: self, Going: x.State.Going(), Step: x.State.Vi(), Done: x.Done, Total: x.Total, Progress: progressOf(x),
		Preview: self + "/xem-lai", Confirm: self + "/ghi", Drop: self + "/bo", Outcome: outcomeOf(x), Note: x.How.Note,
	}
	if v.Going {
		return v
	}
	v.MayDrop = true
	v.MayAgain = x.State == imports.Ready || x.State == imports.Faulty || x.State == imports.Refused
	v.MayConfirm = x.State == imports.Unsettled || x.State == imports.Ready && x.Preview != nil && freshOf(x) > 0
	v.Record = x.State == imports.Recorded
	v.fillChoices(x)
	if x.Preview == nil || x.State == imports.Refused {
		return v
	}
	s.fillPreview(a, v, x)
	return v
}

// fillPreview fills in the preview of a file.
func (s *Site) fillPreview(a *Asked, v *importView, x *imports.View) {
	p := x.Preview
	api := "/api/v1/imports/" + x.ID
	v.Report = api + "/report"
	if len(p.Import.Errors) > 0 && x.Workbook {
		v.Marked = api + "/marked"
	}
	if p.Rest {
		v.Rest = api + "/rest"
	}
	for _, g := range p.Groups[:min(len(p.Groups), mostGroups)] {
		v.Problems = append(v.Problems, problemLine{g, plainWords(g.MessageVi)})
	}
	v.MoreProblems = moreGroups(p.Groups)
	v.Doubts, v.Notes, v.Asks = sentences(p.Doubts), sentences(p.Notes), p.Asks
	for _, e := range p.Import.Events {
		if e.Fresh > 0 {
			v.Counts = append(v.Counts, pair{e.Word, vi.Integer(e.Fresh)})
		}
	}
	if p.Requests > 0 {
		v.Requests = vi.Integer(p.Requests)
	}
	v.fillChanges(a, p.Import.Changes)
	v.Facts = facts(a, x)
	if first, last, _ := recordsOf(x); v.Record && first >= 0 {
		v.Records = link{"@" + positionDigits(ledger.Position(first)) + " đến @" + positionDigits(ledger.Position(last)), a.addressOf("/so/" + positionDigits(ledger.Position(first)))}
		v.Taken = receiptsPath + "/" + p.Import.Taken
	}
	v.Plan, v.Shifts, v.Effect = p.Plan, p.Shifts, p.Plan != "" && x.State != imports.Faulty
	var names vi.Names
	if at, err := a.Head.Resolve(answers.Query{}); err == nil {
		names = s.recordNames(at)
	}
	for _, r := range p.Records {
		line := eventLine{Row: "0", Kind: vi.Kind(r.Kind), About: names.About(r.Stream), Valid: r.Valid.Vi(), Said: vi.Said(r, names)}
		if from := r.Source; from != nil {
			line.Row = strconv.FormatInt(from.Row, 10)
			if from.Sheet != "" {
				line.Row = from.Sheet + ", dòng " + line.Row
			}
		}
		if v.Record {
			line.To = a.addressOf("/so/" + positionDigits(r.Position))
		}
		v.Events = append(v.Events, line)
	}
	if more := freshOf(x) - len(v.Events); more > 0 {
		v.MoreEvents = "… và " + vi.Integer(more) + " việc nữa."
	}
}

// mostChangedMembers is how many changed members one page shows.
const mostChangedMembers = 500

// fillChanges fills in what rows change, old and new, by member.
func (v *importView) fillChanges(a *Asked, changes []imports.FactChange) {
	all := 0
	for _, c := range changes {
		of := link{c.Of(), a.addressOf("/so/" + positionDigits(ledger.Position(c.Record)))}
		members := c.Members
		if len(members) == 0 {
			members = []imports.MemberChange{{Label: "Ghi lại như trước khi rút"}}
		}
		for _, m := range members {
			if all++; all > mostChangedMembers {
				continue
			}
			line := changedMember{Where: c.Where(), Kind: c.Word, Of: of, Member: m.Label, Old: m.OldVi, New: m.NewVi}
			if len(m.Gone) > 0 {
				line.New += "; bớt " + strings.Join(m.Gone, ", ")
			}
			if len(m.Added) > 0 {
				line.New += "; thêm " + strings.Join(m.Added, ", ")
			}
			v.Changes = append(v.Changes, line)
		}
	}
	if more := all - len(v.Changes); more > 0 {
		v.MoreChanges = "… và " + vi.Integer(more) + " chỗ nữa, có trong kết quả dạng JSON"
	}
}

// freshOf is how many events of a previewed file the ledger does not have yet.
func freshOf(x *imports.View) (n int) {
	for _, e := range x.Preview.Import.Events {
		n += e.Fresh
	}
	return n
}

// everyPlace are the places below the ledger's own that a form may be asked for:
// those on the map of today and of the last day of each plan's year, and of last
// year, each under the newest name.
func (s *Site) everyPlace(h *answers.Head) (list []option) {
	today := h.Today()
	days := []calendar.Day{today, calendar.LastOfYear(today.Year() - 1)}
	for _, x := range s.Answers.Plans(h.Size(), today) {
		days = append(days, calendar.LastOfYear(int(x.Head().Year)))
	}
	seen := map[string]bool{}
	for _, day := range days {
		at, err := h.Resolve(answers.Query{}, answers.OnDay(min(day, today)))
		if err != nil {
			continue
		}
		x := &field{}
		x.addUnder(s.Answers.Map(at), at.PlaceCode, "", "")
		for _, o := range x.Options {
			if o.Text = strings.TrimSpace(o.Text); !seen[o.Value] {
				seen[o.Value] = true
				list = append(list, o)
			}
		}
	}
	return list
}

// facts are what a receipt says, or what is known of the file before.
func facts(a *Asked, x *imports.View) []pair {
	p := x.Preview.Import
	list := []pair{{"Tệp", x.Name}, {"Gửi lúc", vi.Instant(x.Sent)}}
	_, last, taken := recordsOf(x)
	fresh, repeated := 0, 0
	for _, r := range p.Results {
		if r.Repeated {
			repeated++
		} else {
			fresh++
		}
	}
	if x.State == imports.Recorded {
		list = append(list, pair{"Người nộp", cmp.Or(a.Who.ID, "…")})
		if fresh > 0 {
			list = append(list, pair{"Số biên nhận", "@" + strconv.FormatInt(last, 10)}, pair{"Ghi lúc", instantIn(taken)})
		}
	}
	list = append(list, pair{"Số dòng", vi.Integer(p.Rows)})
	if x.State != imports.Faulty {
		list = append(list, pair{"Việc ghi mới", vi.Integer(fresh)}, pair{"Đã ghi từ trước", vi.Integer(repeated)})
	}
	if p.Corrections > 0 {
		list = append(list, pair{"Trong đó đính chính", vi.Integer(p.Corrections)})
	}
	if p.HandedIn != "" {
		list = append(list, pair{"Tệp này đã được nộp", instantIn(p.HandedIn)})
	}
	return append(list, pair{"SHA-256 của tệp", p.SHA256})
}

// recordsOf are the first and the last record that a file made, -1 for none, and
// when the last was taken.
func recordsOf(x *imports.View) (first, last int64, taken string) {
	first, last = -1, -1
	for _, r := range x.Preview.Import.Results {
		if r.Repeated {
			continue
		}
		if first < 0 {
			first = r.Position
		}
		if r.Position > last {
			last, taken = r.Position, r.Recorded
		}
	}
	return first, last, taken
}

// instantIn is an instant of the wire in words.
func instantIn(at string) string {
	i, err := calendar.ParseInstant(at)
	if err != nil {
		return at
	}
	return vi.Instant(i)
}

// flags are names of the command line's flags in a sentence, which mean nothing
// on a page.
var flags = regexp.MustCompile(` \(--[^)]*\)|: --numbers vi \(1\.550,5\) hoặc --numbers en \(1,550\.5\)`)

func plainWords(s string) string { return flags.ReplaceAllString(s, "") }

// mostGroups is how many kinds of a mistake one page tells; a file of which
// every row is wrong in its own way has as many as rows.
const mostGroups = 200

// moreGroups says how many are left out; "" for none.
func moreGroups(groups []*imports.Group) string {
	more := len(groups) - mostGroups
	if more <= 0 {
		return ""
	}
	return "… và " + vi.Integer(more) + " chỗ nữa, có trong kết quả dạng JSON"
}

func sentences(groups []*imports.Group) (list []string) {
	for _, g := range groups[:min(len(groups), mostGroups)] {
		list = append(list, plainWords(g.Vi()))
	}
	if more := moreGroups(groups); more != "" {
		list = append(list, more)
	}
	return list
}

func progressOf(x *imports.View) string {
	if x.Total == 0 {
		return ""
	}
	word := " dòng đã đọc"
	if x.State == imports.Recording {
		word = " đã xong"
	}
	return vi.Integer(x.Done) + " trong " + vi.Integer(x.Total) + word
}

func outcomeOf(x *imports.View) outcomeView {
	said := ""
	if f, ok := fault.Of(x.Err); ok {
		said = plainWords(f.Vi())
	}
	switch x.State {
	case imports.Ready:
		if said == "" && x.Preview.Untouched() {
			return outcomeView{"near", "◐", "Biểu mẫu chưa điền dòng nào: " + vi.Integer(x.Preview.Unfilled) + " dòng có sẵn HTX còn trống"}
		}
		if said == "" && freshOf(x) == 0 {
			return outcomeView{"met", "●", "Mọi dòng của tệp đã có trong sổ: không còn gì để ghi"}
		}
		return outcomeView{"near", "◐", cmp.Or(said, "Xem trước: chưa ghi gì vào sổ. Xem kỹ bên dưới rồi bấm “Ghi vào sổ”")}
	case imports.Faulty:
		return outcomeView{"missed", "▽", cmp.Or(holdReason(x), said) + "; chưa ghi gì vào sổ"}
	case imports.Refused:
		return outcomeView{"missed", "▽", "Không nhận tệp: " + said}
	case imports.Recorded:
		return outcomeView{"met", "●", "Đã ghi vào sổ"}
	case imports.Unsettled:
		return outcomeView{"missed", "▽", "Chưa rõ đã ghi hết chưa: hãy bấm “Ghi vào sổ” lần nữa, phần đã ghi không ghi lại (" + said + ")"}
	}
	return outcomeView{}
}

// holdReason says how many questions and mistakes hold a file back; "" where it is
// something else.
func holdReason(x *imports.View) string {
	if x.Preview == nil || !errors.Is(x.Err, imports.ErrRejected) {
		return ""
	}
	var parts []string
	if n := x.Preview.Questions; n > 0 {
		parts = append(parts, vi.Integer(n)+" câu hỏi")
	}
	if n := x.Preview.Mistakes; n > 0 {
		parts = append(parts, vi.Integer(n)+" lỗi")
	}
	return "có " + strings.Join(parts, " và ") + " trong tệp " + x.Name
}

// fillChoices fills in what may be answered or said otherwise.
func (v *importView) fillChoices(x *imports.View) {
	how := x.How
	v.Said = append(questionFields(x), []*field{
		{Name: "form", Label: "Biểu mẫu của tệp", Options: formOptions(how.Form, "Như tệp tự nêu")},
		{Name: "unit", Label: "Đơn vị tiền", Options: choices(how.Unit, "", "Như tệp ghi", "đồng", "đồng", "nghìn", "nghìn đồng", "triệu", "triệu đồng", "tỷ", "tỷ đồng")},
		{Name: "numbers", Label: "Cách viết số dạng chữ", Options: choices(how.Numbers, "", "Chưa chọn", "vi", "1.550,5", "en", "1,550.5", "space", "1 550,5", "plain", "1550.5")},
		{Name: "reason", Label: "Lý do đính chính", Options: reasonOptions(how.Reason), Hint: "Khi tệp sửa những điều đã ghi."},
		{Name: "note", Label: "Diễn giải lý do", Value: how.Note},
		{Name: "other_day", Label: "Việc đã ghi, nay ghi ngày khác", Options: choices(how.OtherDay, "", "Chưa chọn", imports.OtherDays[0], "Gia hạn: là việc mới", imports.OtherDays[1], "Sửa ngày của việc đã ghi"), Hint: "Với hợp đồng cùng số mà khác ngày."},
	}...)
	for _, s := range how.Sheets {
		v.Hidden = append(v.Hidden, pair{"sheet", s})
	}
	for _, c := range how.Columns {
		v.Hidden = append(v.Hidden, pair{"column", c})
	}
	if how.Rows > 0 {
		v.Hidden = append(v.Hidden, pair{"rows", strconv.Itoa(how.Rows)})
	}
	v.Checks = []check{
		{"others", "Các HTX trùng tên là HTX khác", "Nếu là một HTX thì ghi mã của HTX đó vào tệp rồi gửi lại.", how.Others},
		{"valid_rows", "Ghi các dòng hợp lệ, trả lại dòng sai", "", how.ValidRows},
		{"hidden", "Đọc cả dòng, cột, sheet bị ẩn", "", how.Hidden},
	}
	if how.Requests || x.Preview != nil && x.Preview.Asks.Requests {
		ask := check{"requests", "Gửi đề nghị cho bên kia", "Việc không được ghi một mình thì gửi thành đề nghị; các dòng khác vẫn ghi.", how.Requests}
		v.Checks = append([]check{ask}, v.Checks...)
	}
}

// questionFields are the questions that the file asks, or asked and got answered.
func questionFields(x *imports.View) (list []*field) {
	for _, q := range imports.Questions() {
		f := &field{Name: "answer", Label: q.Text, Options: []option{{"", "Chưa trả lời", true}}}
		asked := x.Preview != nil && slices.Contains(x.Preview.Asks.Questions, q)
		for _, a := range q.Answers {
			value := q.Name + "=" + a.Name
			chosen := slices.Contains(x.How.Answers, value)
			asked = asked || chosen
			f.Options = append(f.Options, option{value, a.Text, chosen})
			f.Options[0].Chosen = f.Options[0].Chosen && !chosen
		}
		if asked {
			list = append(list, f)
		}
	}
	return list
}

func reasonOptions(chosen string) []option {
	list := []option{{"", "Không có đính chính", chosen == ""}}
	for _, r := range ledger.Reasons {
		list = append(list, option{r, vi.Reason(r), r == chosen})
	}
	return list
}
