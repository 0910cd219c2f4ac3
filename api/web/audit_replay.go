package web

import (
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

var errNoReplay = fault.Declare("page-replay", fault.NotFound,
	"there is no replay %s here; results are kept until the server ends",
	"ở đây không có lần tính lại %s; kết quả chỉ được giữ đến khi máy chủ dừng")

// A Replay is the ledger counted again on the server, under way or over.
type Replay struct {
	ID             string
	Starter        ledger.Actor
	Point          *answers.Point
	Started, Ended calendar.Instant // Ended is 0 while the replay runs
	Done, Of       ledger.Position  // records read
	Result         *answers.Replay
	Apart          *answers.Apart // where the two roads first part; nil where they agree
	Digest         *answers.Digest
	Stopped        bool  // a person stopped the replay, or the server ended
	Err            error // why there is no result
}

// MayStop reports whether somebody may stop the replay: who started it, and those
// who stand above every account.
func (r *Replay) MayStop(who ledger.Actor) bool {
	return who == r.Starter || who.Role == "alliance" || who.Role == "admin"
}

// ReplayNames are the fields of the form that starts a replay.
var ReplayNames = []string{"as_of", "known_at", "place", "period", "scheme"}

type replayForm struct {
	Action string
	Fields []*field
}

func newReplayForm(a *Asked) replayForm {
	return replayForm{"/kiem-toan/tinh-lai", []*field{
		{Name: "as_of", Label: "Số liệu tại ngày", Value: a.get("as_of"), Placeholder: "dd/mm/yyyy", Hint: "Để trống là hôm nay."},
		{Name: "known_at", Label: "Theo hồ sơ ghi nhận đến", Value: a.get("known_at"), Placeholder: "dd/mm/yyyy", Hint: "Để trống là toàn bộ sổ; @1204 là 1204 bản ghi đầu."},
	}}
}

// replayLine is a replay in a list.
type replayLine struct{ To, Started, Sentence, State string }

func (s *Site) replayLines(a *Asked) (list []replayLine) {
	if s.Replays == nil {
		return nil
	}
	for _, r := range s.Replays() {
		list = append(list, replayLine{a.addressOf("/kiem-toan/tinh-lai/" + r.ID), vi.Instant(r.Started), vi.AsOf(r.Point), r.state()})
	}
	return list
}

// state is the progress of a replay in a word. The order matters: an ended replay
// may have an error, a stop or a result.
func (r *Replay) state() string {
	switch {
	case r.Ended == 0:
		return "đang chạy"
	case r.Stopped:
		return "đã dừng giữa chừng"
	case r.Err != nil:
		return "không tính được"
	case len(r.Result.Differences) > 0:
		return "LỆCH ở " + vi.Integer(len(r.Result.Differences)) + " chỉ tiêu"
	}
	return "khớp"
}

// replayPage is a replay: its progress, then its result.
type replayPage struct {
	Filled, Running bool
	Poll, Stop      string
	State, Step     string
	Sentence        string
	Done, Of        int64
	Progress        string
	Facts           []pair
	Wrong           string
	Outcome         lineVerdict
	Summary         string
	Apart           link
	ApartWords      string
	Lines           []replayFigure
	Digest          string
	Commands        []string
}

type replayFigure struct {
	Code, Name, Slow, Live, To string
	Verdict                    lineVerdict
}

// replay is the page of a replay.
func (s *Site) replay(a *Asked) (Page, error) {
	f := s.newFrame(a, "Tính lại toàn bộ sổ")
	f.Clocks = nil
	v := &replayPage{}
	if f.err != nil {
		return f.render("audit-replay.html", v)
	}
	r := s.findReplay(a.Param("id"))
	if r == nil {
		f.Offers = []link{{"trang Kiểm toán", a.addressOf("/kiem-toan") + "#tinh-lai"}}
		return f.refuse("audit-replay.html", errNoReplay.With(a.Param("id")), v)
	}
	v.fill(a, r)
	return f.render("audit-replay.html", v)
}

func (s *Site) findReplay(id string) *Replay {
	if s.Replays == nil {
		return nil
	}
	for _, r := range s.Replays() {
		if r.ID == id {
			return &r
		}
	}
	return nil
}

// fill fills in the page of a replay: progress while it runs, the result after.
func (v *replayPage) fill(a *Asked, r *Replay) {
	v.Filled, v.Running, v.State, v.Sentence = true, r.Ended == 0, r.state(), vi.AsOf(r.Point)
	v.Done, v.Of = int64(r.Done), max(1, int64(r.Of))
	v.Progress = "đã đọc " + vi.Integer(r.Done) + "/" + vi.Integer(r.Of) + " bản ghi"
	v.Facts = pairsWithValue(pair{"Bắt đầu", vi.Instant(r.Started)}, pair{"Kết thúc", vi.Instant(r.Ended)},
		pair{"Địa bàn", vi.Area(r.Point)}, pair{"Kỳ", vi.Period(r.Point.Period)}, pair{"Thang xếp loại", vi.Scheme(r.Point.Scheme)})
	switch {
	case v.Running:
		v.Poll = a.withChanged()
		if r.MayStop(a.Who) {
			v.Stop = "/kiem-toan/tinh-lai/" + r.ID + "/dung"
		}
		if v.Step = "đang đọc từng bản ghi từ bản ghi số 0"; r.Done == r.Of {
			v.Step = "đang tính lại từng chỉ tiêu bằng cách chậm"
		}
	case r.Stopped:
		v.Wrong = "Lần tính lại này đã dừng giữa chừng nên không có kết quả"
	case r.Err != nil:
		v.Wrong = vi.Fault(r.Err)
	default:
		v.result(a, r)
	}
}

// result fills in the result of an ended replay: each figure by both roads, and
// the record at which the roads part.
func (v *replayPage) result(a *Asked, r *Replay) {
	n := len(r.Result.Differences)
	v.Summary = "Đã đọc lại " + vi.Integer(r.Result.Records) + " bản ghi và tính lại " + vi.Integer(len(r.Result.Figures)) +
		" chỉ tiêu bằng cách chậm: "
	if v.Outcome = showLineVerdict(answers.Matches); n == 0 {
		v.Summary += "mọi con số khớp với số máy chủ đang trả lời."
	} else {
		v.Outcome = showLineVerdict(answers.Differs)
		v.Summary += vi.Integer(n) + " chỉ tiêu lệch."
	}
	if x := r.Apart; x != nil {
		v.Apart = a.linkToRecord(x.Record.Position)
		v.ApartWords = x.Definition.Name
	}
	if r.Digest != nil {
		v.Digest = "/kiem-toan/tinh-lai/" + r.ID + "/tom-luoc"
		v.Facts = append(v.Facts, pair{"Gốc Merkle của các bản ghi đã đọc", r.Digest.Root})
	}
	v.Commands = []string{"htxledger replay --digest tinh-lai-" + r.ID + ".digest"}
	for _, f := range r.Result.Figures {
		v.Lines = append(v.Lines, showReplayed(r, f))
	}
}

// showReplayed is a figure of a replay, beside the live answer where they differ.
func showReplayed(r *Replay, f *indicator.Figure) replayFigure {
	line := replayFigure{
		Code: f.Definition.Code, Name: f.Definition.Name, Slow: vi.Figure(f), Live: vi.Figure(f), Verdict: showLineVerdict(answers.Matches),
		To: pinnedAddress("/vi-sao/"+f.Definition.Code, r.Point),
	}
	for _, d := range r.Result.Differences {
		if d.Slow == f {
			line.Live, line.Verdict = vi.Figure(d.Fast), showLineVerdict(answers.Differs)
		}
	}
	return line
}
