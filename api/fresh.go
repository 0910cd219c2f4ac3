package api

import (
	"fmt"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/projections/answers"
	"htxledger/projections/feed"
)

// Headers for the freshness of an answer: headers, because the body of
// a pinned answer must stay the same for ever.
const (
	headerSize  = "Htxledger-Size"
	headerLag   = "Htxledger-Lag"
	headerStale = "Htxledger-Stale"
	headerSince = "Htxledger-Stale-Since"
	headerHeld  = "Htxledger-Held"
)

var (
	errAway = fault.Declare("store-away", fault.Unavailable,
		"the ledger's store has not been heard since %s; answers go on with the %d records held by then, and %d more are known to be there",
		"không liên lạc được kho lưu trữ của sổ từ %s; vẫn trả lời bằng %d bản ghi đã có, số bản ghi biết chắc còn thiếu là %d")
	errRelayStuck = fault.Declare("relay-waiting", fault.Unavailable,
		"the target does not take records; they are sent again until it does",
		"nơi nhận chưa nhận bản ghi; sẽ gửi lại cho đến khi được nhận")
)

// setFreshnessHeaders puts the freshness of a reply into its headers: the
// freshness of the request's head, for the whole reply holds at this head.
func (s *Server) setFreshnessHeaders(c echo.Context) {
	c.Response().Before(func() {
		head, h := s.headOf(c), c.Response().Header()
		f := head.Freshness()
		h.Set(headerSize, strconv.FormatInt(int64(head.Size()), 10))
		h.Set(headerLag, strconv.FormatInt(int64(f.Lag), 10))
		if f.Stale {
			h.Set(headerStale, "true")
			h.Set(headerSince, f.Since.String())
		}
		if x, ok := fault.Of(s.checkHold()); ok {
			h.Set(headerHeld, x.Code)
		}
	})
}

// freshness is the distance between the answers and the log, for heads.
func (s *Server) freshness() answers.Freshness {
	f := s.Feed.Freshness()
	a := answers.Freshness{Known: f.Head(), Stale: f.Stale()}
	if a.Stale {
		a.Since = instantOf(f.Heard)
	}
	return a
}

// instantOf is the instant of a clock, or none.
func instantOf(t time.Time) calendar.Instant {
	if t.IsZero() {
		return 0
	}
	return calendar.InstantOf(t)
}

// staleSentence is the warning on pages where more may have been recorded than a
// head holds, or where the ledger differs from its signed checkpoints; or "".
func (s *Server) staleSentence(h *answers.Head) string {
	if x, ok := fault.Of(s.checkHold()); ok {
		return "Sổ không khớp với những gì đã ký: " + x.Vi() + ". Vẫn tra cứu được, nhưng không ghi, không phát hành, không ký; hãy báo người quản trị."
	}
	f := s.Feed.Freshness()
	f.Size, f.Lag = h.Size(), h.Freshness().Lag // the page is about these
	switch {
	case s.Feed.Err() != nil:
		return fmt.Sprintf("Số liệu dừng ở %s bản ghi vì không đọc được bản ghi tiếp theo; hãy báo người quản trị. Những gì được ghi sau đó không có trong số liệu dưới đây.", vi.Integer(f.Size))
	case !f.Stale():
		return ""
	case feed.LogLost(f.Err):
		return "Không ghi được vào sổ: " + staleFault(f).Vi() + ". Số liệu dưới đây là của các bản ghi đã đọc được trước đó."
	}
	return "Không liên lạc được kho lưu trữ của sổ từ " + instantOf(f.Heard).Vi() +
		" (giờ Việt Nam): số liệu dưới đây có thể thiếu những gì được ghi sau đó."
}

// staleFault is why a stale server is not ready: what is away, since when, and how far
// behind the answers are known to be. What is behind it is its cause. A store
// that answers, but is not the one that was opened, is told as that.
func staleFault(f feed.Freshness) *fault.Fault {
	if x, ok := fault.Of(f.Err); ok && feed.LogLost(f.Err) {
		return x
	}
	since := instantOf(f.Heard)
	return errAway.With(fault.Text{English: since.String(), Vietnamese: since.Vi()}, f.Size, f.Lag).Because(f.Err)
}

// requireStore refuses requests that need the store while the store is known to be away.
// To try would keep the client waiting for the whole time limit of the store.
func (s *Server) requireStore() error {
	if f := s.Feed.Freshness(); f.Stale() && s.Feed.Err() == nil {
		return staleFault(f)
	}
	return nil
}

// A Carried says where the carrying of records to one target stands.
type Carried struct {
	Target   string
	Position int64     // the next record to be sent
	Parked   int64     // records that were set aside
	Running  bool      // the relay runs
	Err      error     // the trouble now; nil for none
	Since    time.Time // since when; zero if nothing
}

// A RelayState is the position and trouble of a relay of this server. No relay makes a
// server unready: an absent target holds nothing back.
type RelayState struct {
	Target   string              `json:"target"`
	Position int64               `json:"position" doc:"The next record to be sent."`
	Lag      int64               `json:"lag" doc:"Records known to be there from the position on."`
	Parked   int64               `json:"parked" doc:"Records that were set aside, ever."`
	Running  bool                `json:"running"` // false: it has stopped, for Trouble
	Trouble  *shown.ProblemError `json:"trouble,omitempty"`
	Since    string              `json:"since,omitempty" format:"date-time" doc:"Since when there is trouble."`
}

// relayStates are the states of this server's relays, without waiting.
func (s *Server) relayStates() []RelayState {
	list := []RelayState{}
	if s.Relays == nil {
		return list
	}
	head := int64(s.Feed.Freshness().Head())
	for _, c := range s.Relays() {
		r := RelayState{Target: c.Target, Position: c.Position, Lag: max(0, head-c.Position), Parked: c.Parked, Running: c.Running}
		if c.Err != nil {
			x, ok := fault.Of(c.Err)
			if !ok { // an error of the network may name hosts that are none of the client's business
				x = errRelayStuck
			}
			trouble := errorOf(x)
			r.Trouble, r.Since = &trouble, instantOf(c.Since).String()
		}
		list = append(list, r)
	}
	return list
}

// errorOf is a fault in the form of a reason.
func errorOf(f *fault.Fault) shown.ProblemError {
	return shown.ProblemError{Code: f.Code, Message: f.En(), MessageVi: f.Vi()}
}
