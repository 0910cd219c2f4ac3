package web

import (
	"cmp"
	"errors"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"htxledger/api/chart"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
	"htxledger/projections/directory"
)

var errOrder = fault.Declare("page-order", fault.Malformed,
	"there is no order %q: newest or oldest", "không có thứ tự %q: chỉ có newest (mới nhất trước) và oldest (cũ nhất trước)")

// coopNames are the page's own parameters.
var coopNames = []string{"order", "page"}

// saidPage is how many records a page of a history shows.
const saidPage = 100

// coopView is a co-operative at a point.
type coopView struct {
	Filled        bool
	Offers        []offerView
	OffersText    string
	Facts         []statedView
	Chart, Small  template.HTML
	Tracks        []trackRow
	Said          []saidView
	LateRule      string // when a record is late, where one of Said is; else ""
	Order         []preset
	Shown         string
	Earlier, More string
	Standing      *standingView
	Ask, List     link
}

// statedView is a fact of the co-operative, with its record.
type statedView struct{ Name, Words, Note, Record, To string }

// trackRow is a stretch of days, in the table beside the drawing.
type trackRow struct {
	Of, Name, Key, State, From, To string
	Now                            bool
}

// saidView is a record about the co-operative, and its fate.
type saidView struct {
	recordLine
	Late, Struck bool
	Fate         string
	By           []link
	Role         string
}

// coop is the page of a co-operative.
func (s *Site) coop(a *Asked) (Page, error) {
	key := a.Param("key")
	f := s.newFrame(a, "Hợp tác xã")
	f.dropHidden("page")
	v := &coopView{List: link{"Danh sách HTX", a.addressOf("/htx")}}
	if f.err != nil {
		return f.render("coop.html", v)
	}
	order := a.get("order")
	if order != "" && order != "newest" && order != "oldest" {
		return f.refuse("coop.html", errOrder.With(order).At("order"), v)
	}
	page, err := a.pageNumber("page")
	if err != nil {
		return f.refuse("coop.html", err, v)
	}
	p, err := a.resolve()
	if err != nil {
		return f.refuse("coop.html", err, v)
	}
	card, err := s.Directory.Card(p, key)
	// A mistyped or not yet founded co-operative is common: offer what is like it.
	if errors.Is(err, answers.ErrNoCoop) {
		return s.noCoop(f, v, p, key, err)
	}
	if err != nil {
		return f.refuse("coop.html", err, v)
	}
	f.showPoint(card.Point)
	f.Title = card.State.Name
	f.Twins = tables("", pinnedAddress("/api/v1/coops/"+url.PathEscape(key), card.Point))
	w := wording{site: s, asked: a, point: card.Point, names: s.recordNames(card.Point)}
	v.Facts = w.cardFacts(card)
	s.drawTracks(v, card)
	v.listRecords(w, card, order == "oldest", page)
	if err := s.coopStanding(a, v, p, key); err != nil {
		return f.refuse("coop.html", err, v)
	}
	v.Ask = link{"Theo các chỉ tiêu của kế hoạch", a.addressOf("/vi-sao", "htx", key)}
	v.Filled = true
	return f.render("coop.html", v)
}

// noCoop offers co-operatives whose keys are like a key unknown at the point.
func (s *Site) noCoop(f *frame, v *coopView, p *answers.Point, key string, err error) (Page, error) {
	f.showPoint(p)
	found := s.Directory.Find(p, key, mostOffers)
	v.Offers, _ = offersOf(f.asked, p, found, func(key string) string { return f.asked.addressOf("/htx/" + url.PathEscape(key)) })
	v.OffersText = "Không có HTX nào có mã gần giống."
	if len(v.Offers) > 0 {
		v.OffersText = "Có phải là một trong các HTX này?"
	}
	// The key is right and the day too early: say when it was founded, and lead there.
	if m := found.Only(); m != nil && m.Subject.Key == key && !m.Founded.IsZero() {
		day := vi.Day(m.Founded)
		v.OffersText = m.State.Name + " đến ngày " + day + " mới thành lập."
		v.Offers = []offerView{{"Xem tại ngày " + day, f.asked.withChanged("as_of", day), ""}}
	}
	return f.refuse("coop.html", err, v)
}

func (s *Site) coopStanding(a *Asked, v *coopView, p *answers.Point, key string) error {
	x, err := s.Answers.StandingOf(a.ctx(), p, key)
	if err != nil {
		return err
	}
	v.Standing = sortStanding(x, func(stood answers.Stood) string {
		return a.addressOf("/vi-sao/"+url.PathEscape(stood.Figure.Definition.Code), "htx", key)
	})
	return nil
}

// cardFacts is the list of facts of a co-operative at a point.
func (w wording) cardFacts(c *directory.Card) (list []statedView) {
	x, on := c.State, c.Point.Valid
	say := func(name, words, note string, by *ledger.Fact) {
		if words == "" {
			words = vi.NoData
		}
		v := statedView{Name: name, Words: words, Note: note}
		if by != nil {
			v.Record, v.To = "@"+positionDigits(by.By.Position), w.asked.addressOf("/so/"+positionDigits(by.By.Position))
		}
		list = append(list, v)
	}
	say("Tình trạng", vi.Status(c.Status)+" từ ngày "+vi.Day(c.Since(on)), "", statusBy(x, on))
	say("Loại hình", vi.Form(x.Form), "", x.Founding)
	say("Thành lập", foundedOn(x.Founding), "", x.Founding)
	say("Trụ sở", c.PlaceName, seatNote(w.site.Answers.Map(w.point), x.Place), x.Seated)
	say("Ngành nghề", x.Sector, map[bool]string{true: "nông nghiệp", false: "phi nông nghiệp"}[x.Agricultural], x.Sectored)
	say("Mã số thuế", x.TaxCode, "", x.Codified)
	say("Số đăng ký", x.Registration, "", nil)
	if f := x.Members; f != nil {
		e := f.Event.(*coop.MembersCounted)
		say("Thành viên", vi.Integer(e.Members()), "chính thức "+vi.Integer(e.Official)+", đếm "+vi.StatedDay(f.Valid), f)
	} else {
		say("Thành viên", "", "", nil)
	}
	if f := x.Workers; f != nil {
		e := f.Event.(*coop.WorkersCounted)
		say("Lao động", vi.Integer(e.Workers()), "thường xuyên "+vi.Integer(e.Regular)+", đếm "+vi.StatedDay(f.Valid), f)
	} else {
		say("Lao động", "", "", nil)
	}
	if f := lastReport(x); f != nil {
		e := f.Event.(*coop.YearReported)
		say("Doanh thu báo cáo gần nhất", vi.Integer(e.Revenue)+" đồng", "năm "+strconv.FormatInt(e.Year, 10)+", "+vi.Basis(e.Basis), f)
	} else {
		say("Doanh thu báo cáo gần nhất", "", "", nil)
	}
	class, year := classOf(x, c.Point)
	if year != "" {
		year = "năm " + year + ", theo " + vi.Scheme(c.Point.Scheme)
	}
	say("Xếp loại", class, year, nil)
	certificates, products := inForce(c.Coop, c.Point)
	say("Chứng nhận còn hiệu lực", cmp.Or(certificates, "không có"), "", nil)
	say("OCOP còn hiệu lực", cmp.Or(products, "không có"), "", nil)
	return list
}

func foundedOn(f *ledger.Fact) string {
	if f == nil {
		return ""
	}
	return vi.StatedDay(f.Valid)
}

// statusBy is the fact that gives the status, where one does.
func statusBy(c *coop.Cooperative, on calendar.Day) *ledger.Fact {
	switch {
	case c.End != nil:
		return c.End
	case c.IdleBy(on) != nil:
		return c.IdleBy(on)
	}
	return nil
}

// lastReport is the report of the last year that has one.
func lastReport(c *coop.Cooperative) *ledger.Fact {
	last := int64(0)
	for _, f := range c.Reports {
		last = max(last, f.Event.(*coop.YearReported).Year)
	}
	if last == 0 {
		return nil
	}
	return c.Report(int(last))
}

// drawTracks draws the stretches of days and lists them.
func (s *Site) drawTracks(v *coopView, c *directory.Card) {
	list := s.Directory.Tracks(c.Point, c.Subject.Key)
	if len(list) == 0 {
		return
	}
	on := c.Point.Valid
	line := chart.Timeline{
		ID: "dong-thoi-gian", Title: "Dòng thời gian của " + c.State.Name, Mark: on, MarkLabel: vi.Day(on),
		Desc: "Tình trạng, chứng nhận, sản phẩm OCOP và hợp đồng có hiệu lực vào những ngày nào; bảng bên dưới ghi đủ từng quãng.",
	}
	line.First, line.Last = shownSpan(list, on)
	for _, t := range list {
		row := chart.TimelineRow{Label: trackLabel(t)}
		for _, b := range t.Bands {
			state, class, weak := bandWords(b)
			// The end has no length: it is in the table and leaves a gap in the drawing.
			if b.State != directory.Ended {
				row.Bands = append(row.Bands, chart.TimelineBand{From: b.From, To: b.To, Class: class, Words: state, Weak: weak})
			}
			r := trackRow{Of: trackKinds[t.Of], Name: trackName(t), Key: t.Key, State: state, From: vi.Day(b.From), Now: b.Holds(on)}
			if !b.To.IsZero() {
				// Bands end before To; readers are shown the last day inside.
				r.To = vi.Day(b.To - 1)
			}
			v.Tracks = append(v.Tracks, r)
		}
		line.Rows = append(line.Rows, row)
	}
	v.Chart, v.Small = line.Wide(), line.Narrow()
}

// shownSpan are the days a drawing shows: from the first that it knows to the
// day asked or the last that it knows, with a little room behind.
func shownSpan(list []directory.Track, on calendar.Day) (first, last calendar.Day) {
	first, last = on, on
	for _, t := range list {
		for _, b := range t.Bands {
			first, last = min(first, b.From), max(last, b.From)
			if !b.To.IsZero() {
				last = max(last, b.To)
			}
		}
	}
	// Room behind the last day keeps its mark off the edge.
	return first, min(last+180, calendar.MaxDay)
}

var trackKinds = map[directory.TrackKind]string{
	directory.OfStatus: "Tình trạng", directory.OfCertificate: "Chứng nhận", directory.OfProduct: "OCOP", directory.OfContract: "Hợp đồng",
}

func trackName(t directory.Track) string {
	if t.Of == directory.OfCertificate {
		return vi.CertificateScheme(t.Name)
	}
	return t.Name
}

func trackLabel(t directory.Track) string {
	if name := trackName(t); name != "" {
		return trackKinds[t.Of] + ": " + name
	}
	return trackKinds[t.Of]
}

// bandWords are the state of a band, its tone, and whether the band is drawn weak.
func bandWords(b directory.Band) (words, class string, weak bool) {
	switch b.State {
	case directory.CertificateValid, directory.ContractInForce:
		return "còn hiệu lực", "on", false
	case directory.CertificateSuspended:
		return "bị đình chỉ", "off", true
	case directory.Operating:
		return vi.Status(b.State), "on", false
	case directory.Suspended, directory.Inactive, directory.Dissolving, directory.Ended:
		return vi.Status(b.State), "off", true
	}
	return b.State + " sao", "on", false
}

// listRecords fills in a page of the records about the co-operative.
func (v *coopView) listRecords(w wording, c *directory.Card, oldest bool, page int) {
	lines := slices.Clone(c.Said)
	if !oldest {
		slices.Reverse(lines)
	}
	last := max((len(lines)+saidPage-1)/saidPage, 1)
	// A page beyond the end, kept from a longer history, shows the last page.
	page = min(page, last)
	from, to := (page-1)*saidPage, min(page*saidPage, len(lines))
	for _, l := range lines[from:to] {
		v.Said = append(v.Said, w.recordLine(l))
		v.LateRule = cmp.Or(v.LateRule, whyLate(l.Record))
	}
	v.Shown = vi.Integer(len(lines)) + " bản ghi về HTX này"
	if last > 1 {
		v.Shown = vi.Integer(from+1) + "–" + vi.Integer(to) + " trong " + v.Shown
	}
	if page > 1 {
		v.Earlier = w.asked.withChanged("page", strconv.Itoa(page-1))
	}
	if page < last {
		v.More = w.asked.withChanged("page", strconv.Itoa(page+1))
	}
	v.Order = []preset{
		{link{"Mới ghi trước", w.asked.withChanged("order", "", "page", "")}, !oldest},
		{link{"Cũ trước", w.asked.withChanged("order", "oldest", "page", "")}, oldest},
	}
}

// recordLine is a record in words, and its fate.
func (w wording) recordLine(l directory.Line) saidView {
	r := l.Record
	v := saidView{recordLine: lineInWords(w.asked, r, w.names), Late: directory.IsLate(r)}
	if r.Actor != nil {
		v.Role = vi.Role(r.Actor.Role)
	}
	switch {
	case r.IsCorrection() && len(l.CorrectedBy) == 0:
	case !r.IsCorrection() && l.Fact == nil:
		v.Struck, v.Fate = true, "đã rút lại bởi"
	case !r.IsCorrection() && l.Fact.By != r, r.IsCorrection() && len(l.CorrectedBy) > 0:
		v.Struck, v.Fate = true, "đã được đính chính bởi"
	case len(l.CorrectedBy) > 0:
		v.Fate = "từng bị đính chính, nay vẫn như cũ, bởi"
	}
	for _, by := range l.CorrectedBy {
		v.By = append(v.By, w.asked.linkToRecord(by.Position))
	}
	return v
}
