package web

import (
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

const (
	requestsPath = "/de-nghi"
	// fewRequests of each state are on the first page; mostRequests of one state
	// on a page of its own.
	fewRequests  = 20
	mostRequests = 50
)

// requestsNames are the page's own parameters.
var requestsNames = []string{"state", "from"}

// A Weighing says which acts on an open request an account may do.
type Weighing struct {
	Approve, Refuse error    // why not; nil where allowed
	Places          []string // codes of the seats whose figures change; nil for none or unknown
}

// requestsView is the page of requests.
type requestsView struct {
	Filter narrowView
	Groups []requestGroup
}

// A requestGroup is the requests of one state, newest first.
type requestGroup struct {
	Title, None string
	Lines       []requestLine
	All, Older  string // addresses, or ""
}

type requestLine struct {
	Key, To            string
	About, Said, Valid string
	Who, Made, State   string
}

// The states in words, in the order in which the page lists them.
var requestStates = []struct{ state, title, word, none string }{
	{directory.RequestOpen, "Đang chờ", "đang chờ", "Không có đề nghị nào đang chờ."},
	{directory.RequestApproved, "Đã chấp thuận", "đã được chấp thuận", "Chưa có đề nghị nào được chấp thuận."},
	{directory.RequestRefused, "Đã từ chối", "đã bị từ chối", "Chưa có đề nghị nào bị từ chối."},
}

// requests is the page of requests, those that wait first.
func (s *Site) requests(a *Asked) (Page, error) {
	f := s.newFrame(a, "Đề nghị")
	f.Clocks = nil
	f.Lead = "Việc phải có hai bên hoặc hai người đồng ý: một tài khoản đề nghị, tài khoản khác chấp thuận thì mới vào sổ. Đề nghị chưa làm thay đổi con số nào."
	f.Twins = []link{{"JSON", "/api/v1/requests"}}
	v := &requestsView{Filter: narrowView{Action: a.Path, Reset: requestsPath}}
	state := &field{Name: "state", Label: "Tình trạng", Options: []option{{"", "Tất cả", a.get("state") == ""}}}
	for _, x := range requestStates {
		state.Options = append(state.Options, option{x.state, x.title, a.get("state") == x.state})
	}
	v.Filter.Fields, f.own = []*field{state}, append(f.own, state)
	if err := s.fillRequests(a, v); err != nil {
		return f.refuse("requests.html", err, v)
	}
	return f.render("requests.html", v)
}

// fillRequests lists requests by state: a few of each, or a page of the state asked.
func (s *Site) fillRequests(a *Asked, v *requestsView) error {
	typed := a.get("state")
	if typed != "" {
		if err := ledger.OneOf("state", typed, directory.RequestStates...); err != nil {
			return err
		}
	}
	from, err := positionIn(a.get("from"), "from", 1<<53-1)
	if err != nil && a.get("from") != "" {
		return err
	}
	for _, x := range requestStates {
		one := typed == x.state
		if typed != "" && typed != directory.RequestAny && !one {
			continue
		}
		filter := directory.RequestFilter{State: x.state, Limit: fewRequests, Newest: true}
		if one {
			filter.From, filter.Limit = ledger.Position(from), mostRequests
		}
		// An empty ledger has no prefix to ask at; its lists are empty.
		l := &directory.Requests{Next: -1}
		if a.Head.Size() > 0 {
			p, err := a.Head.ResolvePrefix(answers.Query{})
			if err != nil {
				return err
			}
			if l, err = s.Directory.Requests(p, filter); err != nil {
				return err
			}
		}
		g := requestGroup{Title: x.title, None: x.none}
		for _, r := range l.Requests {
			g.Lines = append(g.Lines, requestLineOf(a, r, s.recordNames(l.Point)))
		}
		switch {
		case l.Next >= 0 && one:
			g.Older = a.withChanged("from", positionDigits(l.Next))
		case l.Next >= 0:
			g.All = a.withChanged("state", x.state)
		}
		v.Groups = append(v.Groups, g)
	}
	return nil
}

func requestLineOf(a *Asked, r *directory.Request, names vi.Names) requestLine {
	would := vi.Prospect(r.Command)
	return requestLine{
		Key: r.Key, To: a.addressOf(requestsPath + "/" + r.Key),
		About: names.About(would.Stream), Said: vi.Said(would, names), Valid: would.Valid.Vi(),
		Who: actorWords(r.Made.Actor), Made: vi.Instant(r.Made.Recorded), State: stateOfRequest(r),
	}
}

// stateOfRequest is the state in words, with the record that ended it.
func stateOfRequest(r *directory.Request) string {
	for _, x := range requestStates {
		if x.state != r.State {
			continue
		}
		if end := endOfRequest(r); end != nil {
			return x.word + " ở @" + positionDigits(end.Position)
		}
		return x.word
	}
	return r.State
}

// endOfRequest is the record that approved or refused a request, or nil.
func endOfRequest(r *directory.Request) *ledger.Record {
	if r.Approval != nil {
		return r.Approval
	}
	return r.Refusal
}

// requestView is the page of a request.
type requestView struct {
	Filled          bool
	About, AboutTo  string
	Said            string
	State, Class    string
	Symbol          string
	Facts           []pair
	Source          []pair
	Made, End       link // the records
	EndWords        string
	Open            bool
	Places          string
	Size            string // of the ledger, as this page shows it
	Approve, Refuse string // addresses; "" where the reader may not
	NoApprove       string // why not
	NoRefuse        string
	Own             bool // the reader made the request
	Reason          *field
}

// request is the page of a request.
func (s *Site) request(a *Asked) (Page, error) { return s.requestPage(a, nil) }

// RequestRefused is the page of a request whose approval or refusal was not taken.
func (s *Site) RequestRefused(a *Asked, err error) (Page, error) { return s.requestPage(a, err) }

// requestPage is the page of a request; refused is why an approval or a refusal
// was not taken, or nil.
func (s *Site) requestPage(a *Asked, refused error) (Page, error) {
	key := a.Param("key")
	f := s.newFrame(a, "Đề nghị "+key)
	f.Clocks = nil
	v := &requestView{Reason: &field{Name: "reason", Label: "Lý do từ chối", Value: a.get("reason")}}
	f.own = append(f.own, v.Reason)
	p, err := a.Head.ResolvePrefix(answers.Query{})
	var r *directory.Request
	if err == nil {
		r, err = s.Directory.Request(key, p.Size)
	}
	if err != nil {
		f.Offers = []link{{"Đề nghị", a.addressOf(requestsPath)}}
		return f.refuse("request.html", err, v)
	}
	f.Twins = []link{{"JSON", "/api/v1/requests/" + key}}
	s.describeRequest(a, v, p, r)
	if refused == nil {
		return f.render("request.html", v)
	}
	return f.refuse("request.html", fieldOfForm(refused), v)
}

// fieldOfForm leads a fault about a member of the command to the field of the
// form the member comes from.
func fieldOfForm(err error) error {
	if f, ok := fault.Of(err); ok {
		return f.At(strings.TrimPrefix(strings.TrimPrefix(f.Field, "/data"), "/"))
	}
	return err
}

// describeRequest puts a request into words, and for an open one the acts allowed.
func (s *Site) describeRequest(a *Asked, v *requestView, p *answers.Point, r *directory.Request) {
	names := s.recordNames(p)
	would := vi.Prospect(r.Command)
	v.Size = positionDigits(p.Size)
	v.Filled, v.Said, v.State = true, vi.Said(would, names), stateOfRequest(r)
	v.About, v.AboutTo = aboutOf(a, would, names)
	v.Made = a.linkToRecord(r.Made.Position)
	if end := endOfRequest(r); end != nil {
		v.End = a.linkToRecord(end.Position)
		v.EndWords = "bởi " + actorWords(end.Actor) + " lúc " + vi.Instant(end.Recorded)
	}
	v.Class, v.Symbol = "near", "◷"
	switch r.State {
	case directory.RequestApproved:
		v.Class, v.Symbol = "met", "●"
	case directory.RequestRefused:
		v.Class, v.Symbol = "missed", "▽"
	}
	v.Facts = pairsWithValue(
		pair{"Người đề nghị", actorWords(r.Made.Actor)}, pair{"Đề nghị lúc", vi.Instant(r.Made.Recorded) + " (giờ Việt Nam)"},
		pair{"Có hiệu lực từ", vi.StatedDay(would.Valid)}, pair{"Loại", vi.Kind(would.Kind) + " (" + string(would.Kind) + ")"},
		pair{"Luồng", would.Stream.String()},
	)
	if c := would.Corrects; c != nil {
		v.Facts = append(v.Facts, pairsWithValue(pair{"Lý do đính chính", vi.Reason(c.Reason)}, pair{"Giải thích", c.Note})...)
	}
	v.Facts = append(v.Facts, pairsWithValue(pair{"Lý do từ chối", r.Reason()})...)
	v.Source = sourceOf(would.Source)
	if v.Open = r.State == directory.RequestOpen; v.Open {
		s.weighRequest(a, v, p, r)
	}
}

// weighRequest offers the acts allowed to the reader, and says why others are not.
func (s *Site) weighRequest(a *Asked, v *requestView, p *answers.Point, r *directory.Request) {
	if s.Weigh == nil {
		return
	}
	w := s.Weigh(a.ctx(), a.Head, a.Who, r)
	day := r.Command.Valid.Day
	// A command without a day, such as a retraction, is shown on the day of the page.
	if day.IsZero() {
		day = p.Valid
	}
	v.Places = s.placesInWords(p, day, w.Places)
	by := r.Made.Actor
	v.Own = by != nil && by.ID == a.Who.ID
	// Each act is tried on its own: who asked may refuse but not approve.
	if w.Approve == nil {
		v.Approve = requestsPath + "/" + r.Key + "/chap-thuan"
	} else {
		v.NoApprove = sentenceOf(w.Approve)
	}
	if w.Refuse == nil {
		v.Refuse = requestsPath + "/" + r.Key + "/tu-choi"
	} else {
		v.NoRefuse = sentenceOf(w.Refuse)
	}
	if v.Own {
		v.Reason.Label = "Lý do rút lại"
	}
}

// sentenceOf is an error as a Vietnamese sentence.
func sentenceOf(err error) string {
	if f, ok := fault.Of(err); ok {
		return f.Vi()
	}
	return "máy chủ không trả lời kịp; hãy tải lại trang"
}

// placesInWords names seats, each with the places above it on the map of a day,
// but the whole of the ledger.
func (s *Site) placesInWords(p *answers.Point, day calendar.Day, codes []string) string {
	atlas := s.Answers.MapOn(p.Size, day)
	_, name := s.Directory.NamesAt(p)
	var list []string
	for _, code := range codes {
		words := name(code)
		if words == "" {
			words = code
		}
		// The topmost place is the ledger's own, which says nothing.
		for up := atlas.Parent(code); up != "" && atlas.Parent(up) != ""; up = atlas.Parent(up) {
			words += " (" + atlas.Name(up) + ")"
		}
		list = append(list, words)
	}
	return strings.Join(list, "; ")
}

// countRequests says beside the way to the requests how many wait, to readers
// who may record.
func (s *Site) countRequests(f *frame) {
	if s.Writes == nil || s.Directory == nil || !s.Writes(f.asked.Who.Role) {
		return
	}
	n := s.Directory.CountOpenRequests(f.asked.Head.Size())
	for i, x := range sections {
		if x.Path == requestsPath && n > 0 {
			f.Sections[i].Text += " (" + vi.Integer(n) + ")"
		}
	}
}
