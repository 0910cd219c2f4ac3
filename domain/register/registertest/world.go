// Package registertest tells small stories to a ledger in memory, in tests.
//
// A World sends real commands (JSON drafts) through a recorder over a log in
// memory, and folds what the log holds. Its story is a text, one command a
// line, so that a reader can work out by hand what a figure must be:
//
//	@ 2023-12-05                                   the clock: all that follows is recorded then
//	coop/a coop.established/1 2020-03-01 {"place":"dak-mil"}
//	#n coop/a coop.members-counted/1 2023 {"official":21}
//	restate #n {"official":12}                     or with a day: restate #n 2022 {…}
//	#gone retract #n
//	refuse coop-ended coop/a coop.renamed/1 2023-01-01 {"name":"Mới"}
//	force retract #n                               undecided, as another version's rules might have left it
//
// What stands before coop/… after a # is the command's key, by which a later
// line may correct it. The lines of a founding may leave out name, form,
// place, agricultural and sector, and those of a rating product, name, stars
// and authority; Defaults says what is then meant.
package registertest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
)

// Map is the story of the places that New begins with: a province with three
// districts, one of which has two communes, and another province.
const Map = `
@ 2022-01-03
place/dak-nong  place.declared/1 2004-01-01 {"code":"dak-nong","level":"province","name":"Tỉnh Đắk Nông"}
place/lam-dong  place.declared/1 2004-01-01 {"code":"lam-dong","level":"province","name":"Tỉnh Lâm Đồng"}
place/dak-mil   place.declared/1 2004-01-01 {"code":"dak-mil","level":"district","name":"Huyện Đắk Mil","parent":"dak-nong"}
place/cu-jut    place.declared/1 2004-01-01 {"code":"cu-jut","level":"district","name":"Huyện Cư Jút","parent":"dak-nong"}
place/krong-no  place.declared/1 2004-01-01 {"code":"krong-no","level":"district","name":"Huyện Krông Nô","parent":"dak-nong"}
place/nam-da    place.declared/1 2004-01-01 {"code":"nam-da","level":"commune","name":"Xã Nam Đà","parent":"krong-no"}
place/dak-dro   place.declared/1 2004-01-01 {"code":"dak-dro","level":"commune","name":"Xã Đắk Drô","parent":"krong-no"}
place/da-lat    place.declared/1 2004-01-01 {"code":"da-lat","level":"district","name":"Thành phố Đà Lạt","parent":"lam-dong"}
`

// Districts are the districts of dak-nong in Map.
var Districts = []string{"dak-mil", "cu-jut", "krong-no"}

// Defaults are the members that a line may leave out, by kind.
var Defaults = map[ledger.Kind]map[string]any{
	"coop.established/1": {"name": "HTX thử", "form": "htx", "place": "dak-mil", "agricultural": true, "sector": "Trồng trọt"},
	"coop.resectored/1":  {"sector": "Ngành khác"},
	"coop.dissolved/1":   {"mode": "voluntary"},
	"coop.linked/1":      {"enterprise": "Doanh nghiệp thử"},
	"ocop.rated/1":       {"name": "Sản phẩm thử", "stars": 3, "authority": "province"},
	"training.held/1":    {"title": "Lớp thử", "programme": "plan", "attendances": 30},
}

// A World is a ledger in memory and a clock. It is not safe for concurrent use.
type World struct {
	TB       testing.TB
	Log      *ledgertest.Memory
	Recorder *recorder.Recorder

	clock calendar.Instant
	keys  int
}

// New is a World whose ledger is opened for dak-nong and knows Map.
func New(t testing.TB) *World {
	w := Empty(t)
	w.Tell(`@ 2022-01-03
ledger/main ledger.opened/1 2022-01-03 {"origin":"test.example/so","place":"dak-nong","title":"Sổ thử"}`)
	return w.Tell(Map)
}

// Empty is a World whose ledger is not even opened.
func Empty(t testing.TB) *World {
	w := &World{TB: t, Log: ledgertest.NewMemory()}
	var err error
	w.Recorder, err = recorder.Open(context.Background(), w.Log, func() calendar.Instant { return w.clock })
	require.NoError(t, err)
	t.Cleanup(w.Recorder.Close)
	return w
}

// Tell plays a story and gives the World back. A line that is refused, or one
// to be refused that is not, fails the test.
func (w *World) Tell(story string) *World {
	w.TB.Helper()
	for line := range strings.Lines(story) {
		if line = strings.TrimSpace(line); line != "" {
			w.line(line)
		}
	}
	return w
}

func (w *World) line(line string) {
	w.TB.Helper()
	if at, ok := strings.CutPrefix(line, "@ "); ok {
		w.Clock(at)
		return
	}
	if undecided, ok := strings.CutPrefix(line, "force "); ok {
		w.Force(w.Draft(undecided))
		return
	}
	rest, refused := strings.CutPrefix(line, "refuse ")
	code := ""
	if refused {
		code, rest = word(rest)
	}
	_, err := w.Send(w.Draft(rest))
	if !refused {
		require.NoError(w.TB, err, line)
		return
	}
	require.Error(w.TB, err, line)
	f, ok := fault.Of(err)
	require.True(w.TB, ok, "%s: %v", line, err)
	require.Equal(w.TB, code, f.Code, "%s: %v", line, err)
}

// Clock sets the clock: to 02:00 UTC (09:00 in Việt Nam) of a day, or to an
// instant.
func (w *World) Clock(at string) {
	w.TB.Helper()
	if len(at) == len("2023-12-05") {
		at += "T02:00:00Z"
	}
	now, err := calendar.ParseInstant(at)
	require.NoError(w.TB, err)
	w.clock = now
}

// Send records one command, of any kind; the clock goes on by a second.
func (w *World) Send(d *ledger.Draft) (recorder.Result, error) {
	door := recorder.Door{Writes: []ledger.Kind{d.Kind}}
	results, err := w.Recorder.Through(door).Record(context.Background(), d)
	w.clock += 1_000_000
	if err != nil {
		return recorder.Result{}, err
	}
	return results[0], nil
}

// Force appends one command that nobody decided; the clock goes on by a second.
func (w *World) Force(d *ledger.Draft) {
	w.TB.Helper()
	all, revision := w.Records(), int64(0)
	for _, r := range all {
		if r.Stream == d.Stream {
			revision++
		}
	}
	r, err := d.Record(ledger.Position(len(all)), w.clock, revision)
	require.NoError(w.TB, err)
	require.NoError(w.TB, w.Log.Append(context.Background(), r.Position, register.EntryOf(r)))
	w.clock += 1_000_000
}

// Draft reads the command of a line.
func (w *World) Draft(line string) *ledger.Draft {
	w.TB.Helper()
	first, rest := word(line)
	key := ""
	if strings.HasPrefix(first, "#") {
		key = first[1:]
		first, rest = word(rest)
	}
	if key == "" {
		w.keys++
		key = fmt.Sprintf("line-%d", w.keys)
	}
	command := map[string]any{"key": key}
	switch first {
	case "restate", "retract":
		w.correction(command, first, rest)
	default:
		w.fact(command, first, rest)
	}
	b, err := json.Marshal(command)
	require.NoError(w.TB, err)
	d, err := ledger.ParseDraft(b)
	require.NoError(w.TB, err, line)
	return d
}

func (w *World) fact(command map[string]any, stream, rest string) {
	w.TB.Helper()
	kind, rest := word(rest)
	valid, data := word(rest)
	members := map[string]any{}
	for k, v := range Defaults[ledger.Kind(kind)] {
		members[k] = v
	}
	if kind == "ocop.rated/1" {
		members["product"] = strings.TrimPrefix(stream, "ocop/")
	}
	if data != "" {
		require.NoError(w.TB, json.Unmarshal([]byte(data), &members), rest)
	}
	command["stream"], command["kind"], command["valid"], command["data"] = stream, kind, valid, members
}

func (w *World) correction(command map[string]any, verb, rest string) {
	w.TB.Helper()
	target, rest := word(rest)
	require.True(w.TB, strings.HasPrefix(target, "#"), "a correction names a #key")
	command["corrects"] = map[string]any{"key": target[1:], "reason": "typo"}
	command["stream"] = w.streamOf(target[1:])
	command["kind"] = ledger.KindRetracted
	if verb == "retract" {
		return
	}
	command["kind"] = ledger.KindRestated
	if !strings.HasPrefix(rest, "{") {
		command["valid"], rest = word(rest)
	}
	command["data"] = json.RawMessage(rest)
}

func (w *World) streamOf(key string) string {
	for _, r := range w.Records() {
		if r.ID == ledger.IDOf(key) {
			return r.Stream.String()
		}
	}
	w.TB.Fatalf("no command #%s", key)
	return ""
}

func word(s string) (first, rest string) {
	first, rest, _ = strings.Cut(strings.TrimSpace(s), " ")
	return first, strings.TrimSpace(rest)
}

// Records reads the whole log, strictly.
func (w *World) Records() []*ledger.Record {
	w.TB.Helper()
	all, err := register.ReadAll(context.Background(), w.Log, -1)
	require.NoError(w.TB, err)
	return all
}

// KnownAt are the records that a typed known-at means: a day, an instant, a
// size "@N", or "" for all.
func (w *World) KnownAt(typed string) []*ledger.Record {
	w.TB.Helper()
	all := w.Records()
	if typed == "" {
		return all
	}
	x := ledger.NewIndex()
	for _, r := range all {
		require.NoError(w.TB, x.Add(r))
	}
	k, err := ledger.ParseKnown(typed)
	require.NoError(w.TB, err)
	p, err := k.Resolve(x, calendar.EndOf(calendar.MaxDay))
	require.NoError(w.TB, err)
	return all[:p.Size]
}

// An Ask is a question as a test writes it. Absent members mean what they
// mean at the doors: the calendar year, all that is known, the map of the
// day, the ledger's own place, tt09-2017.
type Ask struct {
	On, Known, Place, Map, Period, Scheme string
}

// Question is the question of an Ask.
func (a Ask) Question(t testing.TB) indicator.Question {
	t.Helper()
	var err error
	q := indicator.Question{Place: a.Place}
	q.Valid, q.Scheme = Day(t, a.On), a.Scheme
	if q.Scheme == "" {
		q.Scheme = "tt09-2017"
	}
	q.Period, err = calendar.PeriodEnding(a.Period, q.Valid)
	require.NoError(t, err)
	if a.Map != "" {
		q.Map = Day(t, a.Map)
	}
	return q
}

// Day reads an ISO day.
func Day(t testing.TB, s string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(s)
	require.NoError(t, err)
	return d
}

// Fold is the register of an Ask.
func (w *World) Fold(a Ask) *register.Register {
	w.TB.Helper()
	return register.Fold(w.KnownAt(a.Known), Day(w.TB, a.On))
}

// Try counts a figure, which a place that is not on the map can prevent.
func (w *World) Try(code string, a Ask) (*indicator.Figure, error) {
	w.TB.Helper()
	d, err := indicator.Find(code)
	require.NoError(w.TB, err)
	return indicator.Count(d, w.Fold(a), a.Question(w.TB))
}

// Count counts a figure.
func (w *World) Count(code string, a Ask) *indicator.Figure {
	w.TB.Helper()
	f, err := w.Try(code, a)
	require.NoError(w.TB, err)
	return f
}

// Print is a figure in short: "7", "10/4", or "no data"; of one that rests on
// reports also how many came, as in "46 [2 of 3]".
func Print(f *indicator.Figure) string {
	s := fmt.Sprint(f.Num)
	switch {
	case f.NoData:
		s = "no data"
	case f.Definition.Ratio:
		s = fmt.Sprintf("%d/%d", f.Num, f.Den)
	}
	if f.Definition.Covered {
		s += fmt.Sprintf(" [%d of %d]", f.Reported, f.Expected)
	}
	if f.Carried > 0 {
		s += fmt.Sprintf(" (%d carried)", f.Carried)
	}
	return s
}

// Says is Print of Count.
func (w *World) Says(code string, a Ask) string {
	w.TB.Helper()
	return Print(w.Count(code, a))
}
