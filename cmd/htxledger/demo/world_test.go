package demo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// record lets a ledger of this province take the whole demo, and gives its
// records. Every command must be one that the families accept when it comes.
func record(t *testing.T, seed uint64) []*ledger.Record {
	t.Helper()
	book := register.NewBook()
	take := func(command, recorded string) {
		at, err := calendar.ParseInstant(recorded)
		require.NoError(t, err)
		draft, err := ledger.ParseDraft([]byte(command))
		require.NoError(t, err, command)
		v, err := book.Decide(draft, at)
		require.NoError(t, err, command)
		require.False(t, v.Repeated, command)
		require.NoError(t, book.Add(v.Record), command)
	}
	take(`{"key":"open","stream":"ledger/demo","kind":"ledger.opened/1","valid":"2022-12-01",`+
		`"data":{"origin":"demo.test","place":"dak-nong","title":"Thử"}}`, "2022-12-01T00:59:00.000000Z")
	for _, c := range Commands(seed) {
		take(string(c.Command), c.Recorded)
	}
	var records []*ledger.Record
	for p := range book.Size() {
		records = append(records, book.At(p))
	}
	return records
}

// knownAt is the prefix that was recorded by the end of a day in Việt Nam.
func knownAt(t *testing.T, records []*ledger.Record, day string) []*ledger.Record {
	t.Helper()
	d, err := calendar.ParseDay(day)
	require.NoError(t, err)
	n := 0
	for n < len(records) && records[n].Recorded <= calendar.EndOf(d) {
		n++
	}
	return records[:n]
}

func figure(t *testing.T, records []*ledger.Record, valid, code, place, onMap string) *indicator.Figure {
	t.Helper()
	v, err := calendar.ParseDay(valid)
	require.NoError(t, err)
	year, err := calendar.PeriodEnding("year", v)
	require.NoError(t, err)
	q := indicator.Question{Point: indicator.Point{Valid: v, Period: year, Scheme: "tt09-2017"}, Place: place}
	if onMap != "" {
		q.Map, err = calendar.ParseDay(onMap)
		require.NoError(t, err)
	}
	def, err := indicator.Find(code)
	require.NoError(t, err)
	f, err := indicator.Count(def, register.Fold(records, v), q)
	require.NoError(t, err)
	return f
}

func TestTheLedgerTakesTheDemo(t *testing.T) {
	for _, seed := range []uint64{Seed, 1, 2, 3} {
		record(t, seed)
	}
}

// The numbers that the demo was calibrated to (domain.md §6, Kế hoạch 371).
func TestCalibration(t *testing.T) {
	for _, seed := range []uint64{Seed, 1, 2} {
		all := record(t, seed)
		count := func(code string) int64 { return figure(t, all, "2023-12-31", code, "", "").Num }
		mean := func(code string) int64 {
			f := figure(t, all, "2023-12-31", code, "", "")
			require.GreaterOrEqual(t, 10*f.Reported, 9*f.Expected, code)
			return f.Num / f.Den
		}
		require.EqualValues(t, 203, figure(t, all, "2022-12-31", "coops.registered", "", "").Num)
		require.EqualValues(t, 30, figure(t, all, "2022-12-31", "coops.registered", "krong-no", "").Num)
		require.EqualValues(t, 14, figure(t, all, "2022-12-31", "coops.registered", "dak-glong", "").Num)
		require.EqualValues(t, 211, count("coops.registered"))
		require.EqualValues(t, 163, count("coops.operating"))
		require.EqualValues(t, 14, count("coops.established"))
		require.EqualValues(t, 7, count("coops.ended"))
		require.InDelta(t, 4550, count("members.total"), 100)
		require.InDelta(t, 4130, count("workers.total"), 120)
		require.InDelta(t, 1530e6, mean("revenue.mean"), 60e6)
		require.InDelta(t, 79e6, mean("income.mean"), 3e6)
		linked := figure(t, all, "2023-12-31", "linked.share", "", "")
		require.EqualValues(t, []int64{73, 163}, []int64{linked.Num, linked.Den})
		require.EqualValues(t, []int64{14, 6, 9}, []int64{count("certificates.supported"), count("certificates.supported.production"), count("certificates.supported.quality")})
		require.EqualValues(t, 10, count("support.consolidated"))
		require.EqualValues(t, 3, count("support.infrastructure"))
		require.EqualValues(t, 2, count("support.chain"))
		require.EqualValues(t, 7, count("ocop.coops.recognised"))
		require.EqualValues(t, []int64{9, 266}, []int64{count("training.classes.plan"), count("training.attendances.plan")})
		require.EqualValues(t, []int64{5, 1}, []int64{count("trade.fairs"), count("trade.conferences")})
	}
}

// What people believed, and when: the differences that the demo tells.
func TestLateKnowledge(t *testing.T) {
	all := record(t, Seed)
	for _, c := range []struct {
		known, valid, code string
		want               int64
	}{
		{"2023-11-30", "2023-11-30", "coops.established", 10},
		{"2023-12-31", "2023-12-31", "coops.established", 13},
		{"2024-01-31", "2023-12-31", "coops.established", 15}, // one of them twice
		{"2024-02-20", "2023-12-31", "coops.established", 14},
		{"2023-11-30", "2023-11-30", "support.consolidated", 7},
		{"2023-12-05", "2023-11-30", "support.consolidated", 8}, // HTX Nông nghiệp xanh Nam Đà
		{"2024-01-31", "2023-12-31", "support.consolidated", 10},
		{"2023-11-30", "2023-11-30", "training.attendances.plan", 522}, // 280 for 28, and a class twice
		{"2024-01-31", "2023-12-31", "training.attendances.plan", 266},
		{"2023-12-31", "2023-12-31", "trade.conferences", 0},
		{"2024-01-31", "2023-12-31", "trade.conferences", 1},
		{"2024-01-16", "2023-12-31", "trade.fairs", 4}, // one retracted by mistake
		{"2024-01-18", "2023-12-31", "trade.fairs", 5},
		{"2023-06-30", "2023-06-30", "coops.established", 4}, // one day mistyped
		{"2023-07-11", "2023-06-30", "coops.established", 6},
	} {
		got := figure(t, knownAt(t, all, c.known), c.valid, c.code, "", "").Num
		require.Equal(t, c.want, got, "%s at %s as known at %s", c.code, c.valid, c.known)
	}
}

// A merger of provinces founds nothing and loses nothing.
func TestReform(t *testing.T) {
	all := record(t, Seed)
	old := figure(t, all, "2023-12-31", "coops.registered", "dak-nong", "2023-12-31").Num
	require.EqualValues(t, 211, old)
	require.Equal(t, old, figure(t, all, "2023-12-31", "coops.registered", "lam-dong", "2025-07-01").Num)
	require.EqualValues(t, 0, figure(t, all, "2025-07-31", "coops.established", "lam-dong", "2025-07-01").Num)
	sum := int64(0)
	for _, d := range districts {
		sum += figure(t, all, "2023-12-31", "coops.registered", d.code, "2023-12-31").Num
	}
	require.Equal(t, old, sum)
}
