package plan

import (
	"fmt"
	"testing"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var stream = ledger.StreamOf("plan", "k")

func fact(position ledger.Position, day string, e ledger.Event) *ledger.Fact {
	return eventtest.Fact(position, stream, day, e)
}

func amendment() *Amended {
	t1, t9 := sample().Targets[0], sample().Targets[0]
	t1.Low, t9.ID = n64(1), "T9"
	return &Amended{Targets: []Target{t1, t9}, Document: "02/KH-VD"}
}

func TestAmendmentsReplaceByID(t *testing.T) {
	adopted := fact(1, "2023-06-14", sample())
	amended := fact(2, "2023-09-01", amendment())
	h := NewHistory("k", []*ledger.Fact{adopted, amended})
	before, after := h.On(eventtest.Day("2023-08-31")), h.On(eventtest.Day("2023-09-01"))
	require.Len(t, before.Targets, 2)
	require.Len(t, after.Targets, 3)
	require.Equal(t, "T9", after.Targets[2].ID)

	row, ok := before.Target("T1")
	require.True(t, ok)
	require.Equal(t, int64(2), *row.Low)
	require.Same(t, adopted, row.By)
	row, _ = after.Target("T1")
	require.Equal(t, int64(1), *row.Low)
	require.Same(t, amended, row.By)
	row, _ = after.Target("T2")
	require.Same(t, adopted, row.By)

	_, ok = after.Target("A1")
	require.False(t, ok)
	task, ok := after.Task("A1")
	require.True(t, ok)
	require.Equal(t, "thường xuyên", task.Due.Vi())
	require.Nil(t, h.On(eventtest.Day("2023-06-13")).Head())
	require.Equal(t, "01/KH-VD", after.Head().Number)
}

func TestDeliveriesByTheWordsOfThePlan(t *testing.T) {
	p := Fold("k", []*ledger.Fact{
		fact(1, "2023-06-14", sample()),
		fact(2, "2023-07-01", &Delivered{Task: "A1", Deliverable: "BÁO  CÁO", Unit: "Sở Ví Dụ"}),
		fact(3, "2023-08-01", &Delivered{Task: "T2", Deliverable: "báo cáo quý", Unit: "Sở Ví Dụ"}),
	}, calendar.MaxDay)
	require.Len(t, p.DeliveriesOf("A1", "Báo cáo"), 1)
	require.Empty(t, p.DeliveriesOf("A1", "Kế hoạch"))
	require.Empty(t, p.DeliveriesOf("A2", "Báo cáo"))
	require.Len(t, p.DeliveriesOf("T2", ""), 1)
}

func TestPolicies(t *testing.T) {
	chosen := func(position ledger.Position, day string, e Chosen) *ledger.Fact {
		return eventtest.Fact(position, ledger.StreamOf("policy", "p"), day, &e)
	}
	general := chosen(5, "2023-01-01", Chosen{Of: Tolerance, Value: "2,5%"})
	own := chosen(3, "2023-06-01", Chosen{Of: Tolerance, Target: "T02", Value: "10%"})
	later := chosen(4, "2023-09-01", Chosen{Of: Tolerance, Target: "T02", Value: "0%"})
	p := NewPolicies(later, own, general,
		chosen(6, "2023-01-01", Chosen{Of: Denominator, Target: "T09", Value: "registered"}),
		chosen(7, "2023-01-01", Chosen{Of: Scheme, Target: "T07", Value: "tt01-2020"}),
		chosen(8, "2023-01-01", Chosen{Of: Coverage, Value: "75%"}),
		fact(9, "2023-01-01", sample()))
	on := func(day, of, target string) Choice { return p.On(eventtest.Day(day), of, target) }

	require.Equal(t, Choice{Permyriad: 500}, on("2022-12-31", Tolerance, "T02"))
	require.Equal(t, Choice{Permyriad: 250, By: general}, on("2023-05-31", Tolerance, "T02"))
	require.Equal(t, Choice{Permyriad: 1000, By: own}, on("2023-08-31", Tolerance, "T02"))
	require.Equal(t, Choice{Permyriad: 0, By: later}, on("2023-09-01", Tolerance, "T02"))
	require.Equal(t, Choice{Permyriad: 250, By: general}, on("2023-09-01", Tolerance, "T03"))
	require.Equal(t, int64(7500), on("2023-09-01", Coverage, "T03").Permyriad)
	require.Equal(t, int64(9000), on("2022-09-01", Coverage, "T03").Permyriad)
	require.Equal(t, "registered", on("2023-09-01", Denominator, "T09").Word)
	require.Equal(t, Choice{}, on("2023-09-01", Denominator, "T07"))
	require.Equal(t, "tt01-2020", on("2023-09-01", Scheme, "T07").Word)
	require.Equal(t, Choice{Word: "tt09-2017"}, on("2023-09-01", Scheme, ""))
}

func TestAPlansOwnChoicesAreItsPolicies(t *testing.T) {
	own := fact(2, "2023-06-14", &Chosen{Of: Tolerance, Value: "1%"})
	p := Fold("k", []*ledger.Fact{fact(1, "2023-06-14", sample()), own}, calendar.MaxDay)
	require.Same(t, own, p.Policies().On(calendar.MaxDay, Tolerance, "T1").By)
	other := eventtest.Fact(9, ledger.StreamOf("policy", "p"), "2023-07-01", &Chosen{Of: Tolerance, Value: "3%"})
	require.Same(t, other, p.Policies(other).On(calendar.MaxDay, Tolerance, "T1").By)
}

var errOffMap = fault.Declare("test-off-map", fault.NotFound, "off the map", "không có trên bản đồ")

type world struct{ facts []*ledger.Fact }

func (w world) Plan(key string, on calendar.Day) *Plan {
	if key != "k" {
		return &Plan{Key: key}
	}
	return Fold(key, w.facts, on)
}
func (world) SchemeKnown(code string) bool { return code == "tt09-2017" }
func (world) OnMap(code string, _ calendar.Day) error {
	if code == "dak-nong" {
		return nil
	}
	return errOffMap
}

func TestDecide(t *testing.T) {
	adopted := []*ledger.Fact{fact(1, "2023-06-14", sample())}
	elsewhere := sample()
	elsewhere.Place = "khong-co"
	crossed := amendment()
	crossed.Targets[1].ID = "A1"
	for name, c := range map[string]struct {
		before []*ledger.Fact
		day    string
		event  ledger.Event
		want   error
	}{
		"adopted":                     {nil, "2023-06-14", sample(), nil},
		"adopted twice":               {adopted, "2022-06-14", sample(), errExists},
		"adopted off the map":         {nil, "2023-06-14", elsewhere, errOffMap},
		"amended":                     {adopted, "2023-07-01", amendment(), nil},
		"amended, unknown":            {nil, "2023-07-01", amendment(), errUnknown},
		"amended before the adoption": {adopted, "2023-06-13", amendment(), errUnknown},
		"a task amended to a target":  {adopted, "2023-07-01", crossed, errRowKind},
		"a target amended to a task":  {adopted, "2023-07-01", &Amended{Tasks: []Task{{ID: "T1"}}}, errRowKind},
		"delivered":                   {adopted, "2023-07-01", &Delivered{Task: "A1", Deliverable: "báo cáo", Unit: "x"}, nil},
		"delivered of a target":       {adopted, "2023-07-01", &Delivered{Task: "T2", Deliverable: "gì cũng được", Unit: "x"}, nil},
		"delivered of a measured one": {adopted, "2023-07-01", &Delivered{Task: "T1", Deliverable: "x", Unit: "x"}, errNotDeliverable},
		"delivered, not asked for":    {adopted, "2023-07-01", &Delivered{Task: "A1", Deliverable: "tờ trình", Unit: "x"}, errDeliverable},
		"delivered, unknown task":     {adopted, "2023-07-01", &Delivered{Task: "A9", Deliverable: "x", Unit: "x"}, errRow},
		"noted":                       {adopted, "2023-07-01", &Noted{About: "A2", Finding: "I1", Text: "x"}, nil},
		"noted of the whole":          {adopted, "2023-07-01", &Noted{About: WholePlan, Finding: "I1", Text: "x"}, nil},
		"noted of nothing":            {adopted, "2023-07-01", &Noted{About: "A9", Finding: "I1", Text: "x"}, errRow},
		"chosen for a target":         {adopted, "2023-07-01", &Chosen{Of: Tolerance, Target: "T1", Value: "1%"}, nil},
		"chosen for all":              {nil, "2023-07-01", &Chosen{Of: Tolerance, Value: "1%"}, nil},
		"chosen for no target":        {adopted, "2023-07-01", &Chosen{Of: Tolerance, Target: "T9", Value: "1%"}, errRow},
		"chosen before there is one":  {nil, "2023-07-01", &Chosen{Of: Tolerance, Target: "T1", Value: "1%"}, errUnknown},
		"a scheme chosen":             {adopted, "2023-07-01", &Chosen{Of: Scheme, Value: "tt09-2017"}, nil},
		"a scheme that there is not":  {adopted, "2023-07-01", &Chosen{Of: Scheme, Value: "tt09-2020"}, errScheme},
	} {
		err := Decide(world{c.before}, "k", fact(9, c.day, c.event))
		if c.want == nil {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, c.want, name)
		}
	}
	general := eventtest.Fact(9, ledger.StreamOf("policy", "p"), "2023-07-01", &Chosen{Of: Tolerance, Target: "T9", Value: "1%"})
	require.NoError(t, Decide(world{adopted}, "p", general), "about every plan, so no plan is asked")
}

func TestHistoryIsTheFold(t *testing.T) {
	event := rapid.SampledFrom([]ledger.Event{
		sample(), amendment(), &Delivered{Task: "A1", Deliverable: "Báo cáo", Unit: "x"},
		&Noted{About: "A2", Finding: "I1", Text: "x"}, &Chosen{Of: Tolerance, Value: "1%"},
	})
	rapid.Check(t, func(t *rapid.T) {
		facts := []*ledger.Fact{}
		day := 1
		for i := range rapid.IntRange(0, 10).Draw(t, "facts") {
			day += rapid.IntRange(0, 2).Draw(t, "later")
			facts = append(facts, fact(ledger.Position(i), fmt.Sprintf("2001-01-%02d", day), event.Draw(t, "event")))
		}
		h := NewHistory("k", facts)
		for d := eventtest.Day("2001-01-01"); d < eventtest.Day("2001-01-31"); d++ {
			require.Equal(t, Fold("k", facts, d), h.On(d))
		}
	})
}

// TestStatesDoNotShareTheirLists lets two states grow out of one.
func TestStatesDoNotShareTheirLists(t *testing.T) {
	note := func(position ledger.Position) *ledger.Fact {
		return fact(position, "2023-07-01", &Noted{About: "A2", Finding: "I1", Text: "x"})
	}
	base := Fold("k", []*ledger.Fact{fact(1, "2023-06-14", sample()), note(2), note(3), note(4)}, calendar.MaxDay)
	one, other := *base, *base
	first, second := note(5), note(6)
	require.True(t, one.Apply(first))
	require.True(t, other.Apply(second))
	require.Same(t, first, one.Notes[3])
	require.Same(t, second, other.Notes[3])
	require.Len(t, base.Notes, 3)
}

func adoption(at ledger.Position, valid string, year int64) *Plan {
	e := sample()
	e.Year = year
	return Fold("k", []*ledger.Fact{fact(at, valid, e)}, calendar.MaxDay)
}

func TestTheNewestPlan(t *testing.T) {
	y23, y24 := adoption(1, "2023-06-14", 2023), adoption(3, "2023-12-20", 2024)
	again := adoption(2, "2023-07-14", 2023)
	plans := []*Plan{y24, again, y23}
	for on, want := range map[string]*Plan{
		"2022-12-31": nil, "2023-01-01": again, "2023-12-31": again, "2024-01-01": y24, "2031-05-01": y24,
	} {
		require.Same(t, want, Newest(plans, eventtest.Day(on)), on)
	}
	require.Nil(t, Newest(nil, eventtest.Day("2023-12-31")))
	for asked, judged := range map[string]string{"2023-05-01": "2023-05-01", "2023-12-31": "2023-12-31", "2024-01-01": "2023-12-31", "2026-11-23": "2023-12-31"} {
		require.Equal(t, eventtest.Day(judged), y23.JudgedOn(eventtest.Day(asked)), asked)
	}
}

// What was chosen about every plan after a plan's year does not judge it; its
// own choices do, whenever they were made.
func TestPoliciesAfterTheYear(t *testing.T) {
	p := Fold("k", []*ledger.Fact{
		fact(1, "2023-06-14", sample()), fact(2, "2024-02-01", &Chosen{Of: Tolerance, Value: "2%"}),
	}, calendar.MaxDay)
	others := []*ledger.Fact{
		fact(3, "2023-12-31", &Chosen{Of: Coverage, Value: "80%"}),
		fact(4, "2024-01-01", &Chosen{Of: Coverage, Value: "10%"}), fact(5, "2024-03-01", &Chosen{Of: Tolerance, Value: "1%"}),
	}
	on := p.PoliciesOn(eventtest.Day("2026-11-23"), others)
	require.EqualValues(t, 200, on.On(eventtest.Day("2026-11-23"), Tolerance, "T1").Permyriad)
	require.EqualValues(t, 8000, on.On(eventtest.Day("2026-11-23"), Coverage, "T1").Permyriad)
	require.Len(t, others, 3)
	require.EqualValues(t, "2024-01-01", others[1].Valid.String(), "the list given is not changed")
}

func TestLate(t *testing.T) {
	in, out := fact(1, "2023-07-31", &Delivered{}), fact(2, "2023-08-01", &Delivered{})
	month := due("2023-07")
	require.False(t, month.Late())
	require.False(t, month.Late(in))
	require.True(t, month.Late(out))
	require.False(t, month.Late(in, out), "a further copy makes nothing late")
	require.False(t, due("thường xuyên").Late(out))
	require.False(t, Due{}.Late(out))
}
