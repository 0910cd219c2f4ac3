package shown

import (
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// A Point is where an answer holds: asked again with size as known_at, it gives
// the same answer for ever.
type point struct {
	Valid   string `json:"valid"`
	KnownAt string `json:"known_at,omitempty"` // as typed; absent for now
	Size    int64  `json:"size"`
	// Open says that the same words may later mean a larger size.
	Open bool `json:"open"`
	// Future says that the valid day is after today.
	Future       bool   `json:"future"`
	LastRecorded string `json:"last_recorded,omitempty" format:"date-time"`
	Place        string `json:"place"`
	PlaceName    string `json:"place_name"`
	MapDay       string `json:"map_day"`
	Period       period `json:"period"`
	Scheme       string `json:"scheme"`
	// SchemeChosenBy is the record of the policy that chose the scheme; absent
	// where the question named it or nobody chose.
	SchemeChosenBy string `json:"scheme_chosen_by,omitempty"`
	// Synthetic says that some record of the prefix is marked as made up.
	Synthetic bool `json:"synthetic"`
	// Checkpoint is the smallest signed one that covers the size, if there is
	// one. It is named, not verified: that is for who asked.
	Checkpoint *checkpoint `json:"checkpoint,omitempty"`
	// Freshness is there where the point is open, on a server: how far it may be
	// behind the ledger.
	Freshness *freshness `json:"freshness,omitempty"`
}

// freshness is how far an answer may be behind the ledger.
type freshness struct {
	Lag   int64  `json:"lag" doc:"Records that are known to be there and are not answered from yet."`
	Stale bool   `json:"stale" doc:"The store of the ledger is away: there may be more."`
	Since string `json:"since,omitempty" format:"date-time" doc:"When the store was last heard; only where stale."`
}

// Describe is for the contract.
func (freshness) Describe() string {
	return "How far an answer at an open point may be behind the ledger. Told from what is known; nothing waits for it."
}

// fromFreshness is how far an answer may be behind, or nil.
func fromFreshness(f *answers.Freshness) *freshness {
	if f == nil {
		return nil
	}
	return &freshness{Lag: int64(f.Lag), Stale: f.Stale, Since: f.Since.String()}
}

// A period is the span that flows are counted in; both days are inside.
type period struct {
	Name  string `json:"name"` // as asked: year, statistical-year or a first day
	First string `json:"first"`
	Last  string `json:"last"`
}

// fromPoint is a point.
func fromPoint(p *answers.Point) point {
	return point{
		Valid: p.Valid.String(), KnownAt: p.Known.String(), Size: int64(p.Size),
		Open: p.Open, Future: p.Future, LastRecorded: p.LastRecorded.String(),
		Place: p.PlaceCode, PlaceName: p.PlaceName, MapDay: p.Map.String(),
		Period: fromPeriod(p.PeriodName, p.Period), Scheme: p.Scheme,
		SchemeChosenBy: idOf(p.SchemeChosen), Synthetic: p.Synthetic,
		Checkpoint: fromCheckpoint(p.Checkpoint), Freshness: fromFreshness(p.Freshness),
	}
}

func fromPeriod(name string, p calendar.Period) period {
	return period{name, p.First.String(), p.Last.String()}
}

// idOf names the record whose data stand for a fact, or "".
func idOf(f *ledger.Fact) string {
	if f == nil {
		return ""
	}
	return f.By.ID.String()
}
