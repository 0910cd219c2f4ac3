package register_test

import (
	"cmp"
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/api/access"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/imports"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/eventtest"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
	"htxledger/projections/asof"
)

// Planted is toy.planted/1: trees that a co-operative planted. Everything that
// the program knows of it is here.
type Planted struct {
	Coop  string        `json:"coop" text:"key" names:"subject" vi:"Mã HTX"`
	Kind  string        `json:"kind" text:"key" vi:"Loại cây"`
	Trees int64         `json:"trees" most:"1000000" vi:"Số cây" unit:"cây"`
	Cost  *int64        `json:"cost,omitempty" most:"1000000000" as:"money" vi:"Chi phí"`
	Until *calendar.Day `json:"until,omitempty" as:"until" vi:"Có hiệu lực đến"`
}

func (Planted) EventKind() ledger.Kind { return "toy.planted/1" }

func (e Planted) Check() error {
	return cmp.Or(ledger.RequireKey("/coop", e.Coop), trees.Check("/kind", e.Kind), ledger.NotNegative("/trees", e.Trees))
}

var trees = ledger.Words{{Value: "durian", Word: "sầu riêng"}, {Value: "coffee", Word: "cà phê"}}

func plantedSpec() ledger.Spec {
	return ledger.Specify(ledger.Row[Planted]{
		Name:     fault.Text{English: "trees planted", Vietnamese: "trồng cây"},
		Sentence: "{coop} trồng {trees} cây {kind}[, hết {cost}][, đến hết ngày {until}]",
		Words:    map[string]ledger.Words{"kind": trees},
		Separate: true,
		Same:     func(e *Planted, day calendar.Day) ledger.Sameness { return ledger.Anywhere(e.Coop, e.Kind, day) },
		Ends:     func(e *Planted, _ calendar.Day, add func(calendar.Day)) { ledger.AddUntil(e.Until, add) },
		Form: &ledger.Form{
			Name: "toy-plantings", Title: "Trồng cây", Day: []string{"Ngày trồng"}, Stream: ledger.FormColumn{Name: "planting", Heading: "Mã lần trồng"},
			Prefix: "tc-", Distinct: []string{"coop", "kind"},
		},
	})
}

// A kind that is declared here alone is recorded, folded, indexed, permitted,
// shown in a form and documented: no other folder knows of it.
func TestAKindIsOneRow(t *testing.T) {
	spec := plantedSpec()
	register.Enlist(t, "toy", "cây trồng", spec)
	until := eventtest.Day("2024-06-01")
	eventtest.Golden(t, []ledger.Spec{spec}, &Planted{Coop: "a", Kind: "durian", Trees: 300, Cost: new(int64), Until: &until})

	log, now := ledgertest.NewMemory(), calendar.EndOf(calendar.DayOf(2023, 12, 1))
	rec, err := recorder.Open(t.Context(), log, func() calendar.Instant { return now })
	require.NoError(t, err)
	t.Cleanup(rec.Close)
	for _, line := range []string{
		`{"key":"o","stream":"ledger/p","kind":"ledger.opened/1","valid":"2020-01-01","data":{"origin":"test.example/p","place":"p","title":"Sổ thử"}}`,
		`{"key":"p","stream":"place/p","kind":"place.declared/1","valid":"2000-01-01","data":{"code":"p","name":"Tỉnh P","level":"province"}}`,
		`{"key":"q","stream":"place/q","kind":"place.declared/1","valid":"2000-01-01","data":{"code":"q","name":"Xã Q","level":"commune","parent":"p"}}`,
		`{"key":"r","stream":"place/r","kind":"place.declared/1","valid":"2000-01-01","data":{"code":"r","name":"Xã R","level":"commune","parent":"p"}}`,
		`{"key":"a","stream":"coop/a","kind":"coop.established/1","valid":"2020-05-01","data":{"name":"HTX A","form":"htx","place":"q","agricultural":true,"sector":"lúa"}}`,
	} {
		record(t, rec, line)
	}

	// In a form, which makes a command of a row.
	form, err := imports.FindForm("toy-plantings")
	require.NoError(t, err)
	sheet, err := imports.CSV(context.Background(), "cây.csv", []byte("Mã HTX,Loại cây,Số cây,Chi phí (triệu đồng),Ngày trồng,Có hiệu lực đến\na,sầu riêng,300,12,1/3/2023,31/5/2024\n"), form, imports.Options{})
	require.NoError(t, err)
	require.Empty(t, sheet.Problems())
	command := sheet.Drafts()[0]
	require.Equal(t, `{"coop":"a","cost":12000000,"kind":"durian","trees":300,"until":"2024-06-01"}`, string(command.Data))

	// Permitted to an officer of the co-operative's seat, and to no other.
	store, err := access.Open(filepath.Join(t.TempDir(), "tokens.json"))
	require.NoError(t, err)
	_, err = store.Add(now, "x", "officer", "q", time.Hour)
	require.NoError(t, err)
	gate := access.NewGate(store, ledger.Actor{ID: "local", Role: "admin"})
	of := func(place string) *recorder.Writer {
		door, err := gate.Door(ledger.Actor{ID: "x", Role: "officer", Place: place})
		require.NoError(t, err)
		return rec.Through(door)
	}
	_, err = of("r").Record(t.Context(), command)
	require.ErrorIs(t, err, access.ErrOutside)
	made, err := of("q").Record(t.Context(), command)
	require.NoError(t, err)

	// Folded and indexed: it is about the co-operative.
	p := asof.New()
	for r, err := range ledger.Read(t.Context(), log, 0) {
		require.NoError(t, err)
		require.NoError(t, p.Apply(r))
	}
	subject := register.SubjectID{Kind: register.CoopSubject, Key: "a"}
	about := p.About(subject, p.Size())
	require.Equal(t, made[0].Record.Position, about[len(about)-1].Position)
	require.NotNil(t, p.Subject(subject, p.Size()))
	records, err := register.ReadAll(t.Context(), log, -1)
	require.NoError(t, err)
	require.Len(t, register.Fold(records, calendar.DayOf(2023, 12, 1)).Subjects, 1)
	var ends []calendar.Day
	register.SpecOf(about[len(about)-1].Event).Ends(about[len(about)-1].Event, about[len(about)-1].Valid.Day, func(d calendar.Day) { ends = append(ends, d) })
	require.Equal(t, []calendar.Day{until}, ends)

	// In words, and in the reference of kinds.
	require.Equal(t, "HTX A trồng 300 cây sầu riêng, hết 12 triệu đồng, đến hết ngày 31/05/2024",
		vi.Said(about[len(about)-1], vi.Names{Coop: func(string) string { return "HTX A" }}))
	require.Equal(t, "trồng cây", vi.Kind("toy.planted/1"))
	require.Equal(t, "cây trồng", vi.Family("toy"))
	require.Contains(t, spec.Document(string(command.Data)), "| `trees` | Số cây (cây) | 0 to 1000000 |")
	require.Contains(t, register.Kinds(), ledger.Kind("toy.planted/1"))
}

func record(t *testing.T, rec *recorder.Recorder, line string) {
	d, err := ledger.ParseDraft([]byte(line))
	require.NoError(t, err, line)
	_, err = rec.Record(t.Context(), d)
	require.NoError(t, err, line)
}
