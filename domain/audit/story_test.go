package audit_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/canonical"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
	"htxledger/domain/statement"
)

// story is a synthetic district or two: enough that another place, day, map,
// size, period or scheme gives another number.
const story = `
@ 2023-02-01
coop/a coop.established/1 2020-03-01 {"place":"dak-mil"}
coop/b coop.established/1 2021-05-01 {"place":"dak-mil"}
coop/c coop.established/1 2023-01-10 {"place":"cu-jut"}
coop/a coop.members-counted/1 2023-01-31 {"official":21}
coop/b coop.members-counted/1 2023-01-31 {"official":12}
coop/a coop.classed/1 2022-12-31 {"year":2022,"class":"good","scheme":"tt09-2017","decided_by":"UBND huyện"}
coop/b coop.classed/1 2022-12-31 {"year":2022,"class":"average","scheme":"tt09-2017"}
coop/a coop.year-reported/1 2022-12-31 {"year":2022,"basis":"actual","revenue":1000000000,"pay":300000000,"workers":7}
@ 2023-11-20
coop/d coop.established/1 2023-10-02 {"place":"krong-no"}
coop/c coop.members-counted/1 2023-11-15 {"official":9}
coop/a coop.linked/1 2023-06-01 {"contract":"hd-1"}
coop/b coop.year-reported/1 2023-11-18 {"year":2023,"basis":"estimate","revenue":700000000,"pay":200000000,"workers":3}
coop/c coop.year-reported/1 2023-11-18 {"year":2023,"basis":"estimate","revenue":900000001,"pay":200000000,"workers":3}
place/krong-no place.merged/1 2024-01-01 {"into":"cu-jut"}
`

// later is what becomes known after the statement.
const later = `
@ 2023-12-05
coop/e coop.established/1 2023-11-26 {"place":"dak-mil"}
coop/d coop.members-counted/1 2023-11-30 {"official":8}
`

var codes = []string{"coops.registered", "coops.established", "members.total", "quality.good-fair.share", "revenue.mean", "coops.movement", "linked.share"}

// seeded is a source of random bytes that is the same in every run.
type seeded struct{ r *rand.ChaCha8 }

func (s seeded) Read(b []byte) (int, error) { return s.r.Read(b) }

func random(seed byte) seeded { return seeded{rand.NewChaCha8([32]byte{seed})} }

const origin = "test.example/so"

var alliance = &ledger.Actor{ID: "lmhtx", Role: "alliance", Place: "dak-nong"}

// A stage is a ledger with keys and a journal beside it.
type stage struct {
	t       testing.TB
	world   *registertest.World
	dir     *keydir.Dir
	journal *audit.Journal
	view    *audit.View
	key     *audit.Key
}

func newStage(t testing.TB) *stage {
	t.Helper()
	dir, err := keydir.Open(t.TempDir(), true)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dir.Close()) })
	key, err := audit.CreateKey(dir, random(1), origin)
	require.NoError(t, err)
	return &stage{t, registertest.New(t), dir, audit.NewJournal(dir), &audit.View{}, key}
}

// told is a stage with the story and its statement "s1", signed.
func told(t testing.TB) *stage {
	s := newStage(t)
	s.world.Tell(story)
	s.issue("s1", s.ask())
	s.sign()
	return s
}

func (s *stage) follow() {
	s.t.Helper()
	require.NoError(s.t, s.view.Follow(context.Background(), s.world.Log))
}

func (s *stage) sign() audit.Signed {
	s.t.Helper()
	s.follow()
	signed, err := s.journal.SignHead(s.view)
	require.NoError(s.t, err)
	return signed
}

func (s *stage) size() ledger.Position { return ledger.Position(len(s.world.Records())) }

// An ask is what a statement is about.
type ask struct {
	codes  []string
	size   ledger.Position
	valid  string
	onMap  string
	place  string
	period string
	scheme string
}

func (s *stage) ask() ask {
	return ask{codes, s.size(), "2023-11-30", "2023-11-30", "dak-nong", "year", "tt09-2017"}
}

// state counts the figures of a statement by the slow road.
func (s *stage) state(a ask) *statement.Issued {
	s.t.Helper()
	s.follow()
	e := &statement.Issued{
		Title: "Báo cáo tháng 11 (thử)", Size: int64(a.size), Valid: registertest.Day(s.t, a.valid), Map: registertest.Day(s.t, a.onMap),
		Place: a.place, Period: a.period, Scheme: a.scheme, Definitions: map[string]int64{},
	}
	root, err := s.view.Root(a.size)
	require.NoError(s.t, err)
	e.Root = root.String()
	q, err := audit.QuestionOf(e)
	require.NoError(s.t, err)
	r := register.Fold(s.world.Records()[:a.size], e.Valid)
	for _, code := range a.codes {
		d, err := indicator.Find(code)
		require.NoError(s.t, err)
		f, err := indicator.Count(d, r, q)
		require.NoError(s.t, err)
		e.Figures = append(e.Figures, audit.State(f))
		e.Definitions[code] = int64(d.Version)
	}
	return e
}

func (s *stage) issue(key string, a ask) *ledger.Record {
	s.t.Helper()
	return s.record(key, s.state(a), alliance)
}

func (s *stage) record(key string, e *statement.Issued, by *ledger.Actor) *ledger.Record {
	s.t.Helper()
	data, err := canonical.Marshal(e)
	require.NoError(s.t, err)
	return s.send(`{"key":"statement-`+key+`","stream":"statement/`+key+`","kind":"`+string(e.EventKind())+`","valid":"2023-12-01","data":`+string(data)+`}`, by)
}

func (s *stage) send(command string, by *ledger.Actor) *ledger.Record {
	s.t.Helper()
	d, err := ledger.ParseDraft([]byte(command))
	require.NoError(s.t, err)
	d.Actor = by
	result, err := s.world.Send(d)
	require.NoError(s.t, err)
	return result.Record
}

// announce records a key announcement and gives its position.
func (s *stage) announce(public string, from int64) ledger.Position {
	s.t.Helper()
	data, err := json.Marshal(map[string]any{"key": public, "from": from})
	require.NoError(s.t, err)
	return s.send(`{"key":"announce-`+audit.KeyID(public)+`","stream":"ledger/keys","kind":"ledger.key-announced/1","valid":"2023-12-01","data":`+string(data)+`}`, nil).Position
}

func (s *stage) evidence(key string) *audit.Evidence {
	s.t.Helper()
	signed, err := s.journal.Entries()
	require.NoError(s.t, err)
	source, err := audit.Gather(context.Background(), s.world.Log, key, signed)
	require.NoError(s.t, err)
	e, err := audit.ReadEvidence(bytes.NewReader(written(s.t, source)))
	require.NoError(s.t, err)
	return e
}

func written(t testing.TB, e *audit.EvidenceSource) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, e.Write(context.Background(), &b))
	return b.Bytes()
}

func file(t testing.TB, e *audit.Evidence) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, audit.WriteEvidence(&b, e))
	return b.Bytes()
}

func verify(t testing.TB, b []byte, o audit.Options) *audit.Report {
	t.Helper()
	report, err := audit.VerifyFile(bytes.NewReader(b), o)
	require.NoError(t, err)
	require.Equal(t, report.Failed == "", report.OK)
	require.Equal(t, report.Err == nil, report.OK)
	require.NotEmpty(t, report.English)
	require.NotEmpty(t, report.Vietnamese)
	return report
}

func (s *stage) trusting(keys ...string) audit.Options {
	return audit.Options{Keys: append([]string{s.key.Verifier()}, keys...)}
}
