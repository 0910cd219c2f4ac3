package web

import (
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"

	"htxledger/api/vi"
	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
	"htxledger/domain/place"
	"htxledger/projections/answers"
)

var errNoSuchRecord = fault.Declare("page-record", fault.NotFound,
	"there is no record %q (want a position below %d, or an id)",
	"không có bản ghi %q (cần vị trí nhỏ hơn %d, hoặc mã bản ghi)")

var recordNames = []string{"size", "bears"}

// recordPage is a record with its chain, proof, effects and statements.
type recordPage struct {
	Filled          bool
	Line            recordLine
	ID, Stream, Day string
	Facts           []pair // the members beside the data, in words
	Source          []pair
	Before, After   link // its neighbours
	Chain           []recordChain
	Bytes           string
	Length          string
	Proof           *recordProof
	Touched         *recordTouched
	Bears           recordBears
	Downloads       []link
	Commands        []string
}

// recordChain is a record of a chain of corrections, the first said first.
type recordChain struct {
	recordLine
	This, Past bool
}

// recordProof is an inclusion proof in words. Holds says that the server checked the proof.
type recordProof struct {
	Size          *field
	Hidden        []pair
	Action        string
	Of, SignedBy  string
	Leaf, LeafHex string
	Root          string
	Steps         []proofStep
	Holds         bool
	JSON          string
}

type proofStep struct{ Number, Side, Sibling, Node string }

// recordTouched are the figures moved by the record, for a day.
type recordTouched struct {
	Day, Why string // Why there is nothing to tell, or ""
	AsOf     *field
	Hidden   []pair
	Action   string
	Figures  []recordMoved
}

type recordMoved struct{ Name, To, Before, After, Change string }

// recordBears are the statements that depend on the record; Ask is the address to ask at.
type recordBears struct {
	Asked bool
	Ask   string
	List  []recordBearing
}

type recordBearing struct{ Title, To, Stands, Moves string }

// record is the page of a record.
func (s *Site) record(a *Asked) (Page, error) {
	f := s.newFrame(a, "Bản ghi "+a.Param("record"))
	// A record is the same at every point; its page asks for days of its own.
	f.Clocks = nil
	v := &recordPage{}
	r, _ := a.Head.Record(a.Param("record")) // a name that is neither a position nor an id names no record
	// Where the question itself is wrong, this would only be a second complaint.
	if r == nil && f.err == nil {
		f.Offers = []link{{"Sổ", a.addressOf("/so")}}
		f.addWrong(errNoSuchRecord.With(a.Param("record"), a.Head.Size()))
	}
	if f.err != nil {
		return f.render("record.html", v)
	}
	p, err := a.Head.ResolvePrefix(answers.Query{})
	if err != nil {
		return f.refuse("record.html", err, v)
	}
	f.Title = "Bản ghi @" + positionDigits(r.Position)
	f.Twins = []link{{"JSON", "/api/v1/events/" + positionDigits(r.Position)}}
	v.Filled = true
	s.describeRecord(a, v, p, r)
	if err := s.proveRecord(f, v, r); err != nil && !f.addWrong(err) {
		return Page{}, err
	}
	if err := s.touchedBy(f, v, r); err != nil && !f.addWrong(err) {
		return Page{}, err
	}
	if err := s.bearsOn(a, v, r); err != nil {
		return Page{}, err
	}
	return f.render("record.html", v)
}

// describeRecord puts a record and its surroundings into words.
func (s *Site) describeRecord(a *Asked, v *recordPage, p *answers.Point, r *ledger.Record) {
	v.Line = s.recordLines(a, p, []*ledger.Record{r})[0]
	v.ID, v.Stream = r.ID.String(), r.Stream.String()
	v.Facts = pairsWithValue(
		pair{"Ghi lúc", vi.Instant(r.Recorded) + " (giờ Việt Nam)"}, pair{"Có hiệu lực từ", vi.StatedDay(r.Valid)},
		pair{"Thời điểm ghi", whyLate(r)}, pair{"Người ghi", actorWords(r.Actor)}, pair{"Luồng", v.Stream + ", bản ghi thứ " + vi.Integer(r.Revision+1) + " của luồng"},
		pair{"Mã bản ghi", v.ID}, pair{"Loại", v.Line.Kind + " (" + string(r.Kind) + ")"},
	)
	if r.Corrects != nil {
		v.Facts = append(v.Facts, pairsWithValue(pair{"Lý do đính chính", vi.Reason(r.Corrects.Reason)}, pair{"Giải thích", r.Corrects.Note})...)
	}
	v.Source = sourceOf(r.Source)
	if r.Position > 0 {
		v.Before = a.linkToRecord(r.Position - 1)
	}
	if r.Position+1 < a.Head.Size() {
		v.After = a.linkToRecord(r.Position + 1)
	}
	v.Bytes, v.Length = string(r.Bytes), vi.Integer(len(r.Bytes))
	v.Downloads = []link{{"Tải đúng các byte của bản ghi", "/api/v1/events/" + positionDigits(r.Position) + "/bytes"}}
	file := "ban-ghi-" + positionDigits(r.Position) + ".json"
	v.Commands = []string{
		"(printf '\\000'; cat " + file + ") | sha256sum",
		"htxledger proof inclusion " + positionDigits(r.Position),
	}
	v.chain(s.recordLines(a, p, s.Directory.Chain(r, p.Size)), r)
}

// chain shows the chain of corrections of r.
func (v *recordPage) chain(lines []recordLine, r *ledger.Record) {
	for _, l := range lines {
		past := slices.ContainsFunc(l.Marks, func(m recordMark) bool { return m.Class == "corrected" })
		v.Chain = append(v.Chain, recordChain{l, l.Position == "@"+positionDigits(r.Position), past})
	}
}

// pairsWithValue are the pairs with a value.
func pairsWithValue(list ...pair) (out []pair) {
	for _, p := range list {
		if p.Value != "" {
			out = append(out, p)
		}
	}
	return out
}

func sourceOf(x *ledger.Source) []pair {
	if x == nil {
		return nil
	}
	row := ""
	if x.Row > 0 {
		row = vi.Integer(x.Row)
	}
	return pairsWithValue(
		pair{"Văn bản", x.Document}, pair{"Ngày ban hành", vi.StatedDay(x.Issued)}, pair{"Cơ quan", x.Issuer},
		pair{"Trang tính", x.Sheet}, pair{"Dòng", row}, pair{"SHA-256 của tệp", x.SHA256}, pair{"Ghi chú", x.Note},
	)
}

// proveRecord proves that the record is in a prefix: of the size asked, else of
// the newest checkpoint over the record, else of the whole ledger.
func (s *Site) proveRecord(f *frame, v *recordPage, r *ledger.Record) error {
	if s.Notary == nil {
		return nil
	}
	a := f.asked
	head := a.Head.Size()
	// The tree follows the store by itself; the proof needs it up to the head of this page.
	if err := s.Notary.ReadThrough(a.ctx(), head); err != nil {
		return err
	}
	sizes, err := s.signedSizes(r.Position, head)
	if err != nil {
		return err
	}
	pv := &recordProof{Action: a.Path, Hidden: hiddenFields(a, "size"), Size: &field{
		Name: "size", Label: "Chứng minh với cỡ sổ", Value: a.get("size"),
		Hint: "Đã ký: " + sizesInWords(sizes) + "; toàn sổ: " + positionDigits(head) + ".",
	}}
	v.Proof, f.own = pv, append(f.own, pv.Size)
	size := head
	if len(sizes) > 0 {
		size = sizes[0]
	}
	if typed := a.get("size"); typed != "" {
		n, err := positionIn(typed, "size", int64(head))
		if err != nil {
			return err
		}
		// A record is in the tree of every size beyond its position, and in no other.
		if size = ledger.Position(n); size <= r.Position {
			return audit.ErrProofRange.With(r.Position, n, head).At("size")
		}
	}
	proof, err := s.Notary.View.Inclusion(r.Position, size)
	if err != nil {
		return err
	}
	pv.fill(s, proof, r)
	v.Downloads = append(v.Downloads, link{"Tải chuỗi băm chứng minh (JSON)", pv.JSON})
	return nil
}

func (v *recordProof) fill(s *Site, proof *audit.Inclusion, r *ledger.Record) {
	v.Of = vi.Integer(proof.Size)
	if v.Size.Value == "" {
		v.Size.Value = strconv.FormatInt(proof.Size, 10)
	}
	leaf := merkle.LeafHash(r.Bytes)
	v.Leaf, v.LeafHex, v.Root = leaf.String(), hex.EncodeToString(leaf[:]), proof.Root.String()
	// The page shows steps that a reader can follow; the check shows that they lead to the root.
	v.Holds = proof.Check(r.Bytes) == nil
	v.JSON = "/api/v1/proofs/inclusion?position=" + positionDigits(r.Position) + "&size=" + strconv.FormatInt(proof.Size, 10)
	for i, step := range proof.Steps() {
		side := "bên phải"
		if step.Left {
			side = "bên trái"
		}
		v.Steps = append(v.Steps, proofStep{vi.Integer(i + 1), side, step.Sibling.String(), step.Node.String()})
	}
	if signed, ok := s.Notary.FindExact(ledger.Position(proof.Size)); ok && signed.Root == proof.Root {
		v.SignedBy = signersInWords(signed.Note)
	}
}

// signedSizes are the sizes beyond a position that are signed, the newest first,
// up to the size of the ledger.
func (s *Site) signedSizes(after, head ledger.Position) (sizes []ledger.Position, err error) {
	signed, err := s.Notary.ListSigned()
	for _, x := range slices.Backward(signed) {
		if n := ledger.Position(x.Size); n > after && n <= head {
			sizes = append(sizes, n)
		}
	}
	return sizes, err
}

func sizesInWords(sizes []ledger.Position) string {
	const most = 5
	text := "chưa có cỡ nào"
	for i, n := range sizes[:min(most, len(sizes))] {
		if i == 0 {
			text = positionDigits(n)
		} else {
			text += ", " + positionDigits(n)
		}
	}
	if len(sizes) > most {
		text += "…"
	}
	return text
}

// touchedBy tells which figures the record moved when it became known, for the
// day asked or, without one, the end of the year in which it holds.
func (s *Site) touchedBy(f *frame, v *recordPage, r *ledger.Record) error {
	a := f.asked
	out := &recordTouched{Action: a.Path, Hidden: hiddenFields(a, "as_of"), AsOf: &field{
		Name: "as_of", Label: "Số liệu tại ngày", Value: a.get("as_of"), Placeholder: "dd/mm/yyyy",
	}}
	v.Touched, f.own = out, append(f.own, out.AsOf)
	var variations []answers.Variation
	if out.AsOf.Value == "" {
		day := a.Head.Today()
		valid := r.Valid
		// A correction without a day keeps the day of the record that it corrects.
		if valid.IsZero() {
			valid = ledger.RootOf(r, s.Answers.Find).Valid
		}
		if !valid.IsZero() {
			// The end of its year is when most figures of a record are counted; never beyond today.
			day = min(day, calendar.LastOfYear(valid.Day.Year()))
		}
		out.AsOf.Value, variations = vi.Day(day), append(variations, answers.OnDay(day))
	}
	var t *answers.Touched
	p, err := a.resolve(variations...)
	if err == nil {
		t, err = s.Answers.TouchedBy(a.ctx(), p, r.Position)
	}
	switch {
	case errors.Is(err, ledger.ErrBeyondHead):
		// Not a mistake of the reader: the point is only too early for this record.
		out.Why = "Bản ghi này vào sổ sau mốc đang xem, nên chưa tác động đến số liệu nào ở mốc đó."
		return nil
	case errors.Is(err, indicator.ErrNoPlace) || errors.Is(err, place.ErrNotOnMap):
		out.Why = "Ở mốc này địa bàn chưa có trên bản đồ nên không có số liệu nào để so."
		return nil
	case err != nil:
		return err
	}
	out.Day = vi.Day(t.Point.Valid)
	if len(t.Figures) == 0 {
		out.Why = "Bản ghi này không làm đổi con số nào của ngày này."
	}
	for _, m := range t.Figures {
		d := m.After.Definition
		row := recordMoved{Name: d.Name, To: pinnedAddress("/vi-sao/"+d.Code, t.Point)}
		row.Before, row.After, row.Change = figureMove(m.Before, m.After)
		out.Figures = append(out.Figures, row)
	}
	return nil
}

// figureMove is a figure before and after in words, and the size of the move, in the
// value or else in the coverage; by is "" where neither is known. The three
// agree as printed.
func figureMove(before, after *indicator.Figure) (from, to, by string) {
	if vi.OtherValue(before, after) {
		if s := vi.MovedFigure(before, after); s != nil {
			return s.From, s.To, s.Change
		}
	}
	if vi.Coverage(before) != vi.Coverage(after) {
		by = vi.Coverage(before) + " → " + vi.Coverage(after)
	}
	return vi.Figure(before), vi.Figure(after), by
}

// bearsOn lists the statements the record bears on. It counts every
// statement again, so it is asked for apart.
func (s *Site) bearsOn(a *Asked, v *recordPage, r *ledger.Record) error {
	if a.get("bears") == "" {
		v.Bears.Ask = a.withChanged("bears", "1")
		return nil
	}
	touches, err := s.Statements.TouchedBy(a.ctx(), r.Position, a.Head.Size())
	if err != nil {
		return err
	}
	v.Bears.Asked = true
	for _, t := range touches {
		v.Bears.List = append(v.Bears.List, recordBearing{
			Title: t.Key, To: a.addressOf("/kiem-toan/bao-cao/" + t.Key), Stands: codesInWords(t.Stands), Moves: codesInWords(t.Moves),
		})
	}
	return nil
}

// codesInWords are indicators by their names.
func codesInWords(codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = nameOfIndicator(code)
	}
	return strings.Join(names, "; ")
}

func nameOfIndicator(code string) string {
	if d, err := indicator.Find(code); err == nil {
		return d.Name
	}
	return code
}
