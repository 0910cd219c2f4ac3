package answers_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/audit"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
	"htxledger/projections/answers"
	"htxledger/projections/answers/answerstest"
	"htxledger/projections/asof"
)

// serviceOver answers from the records of a world.
func serviceOver(t *testing.T, w *registertest.World) (answerstest.Asker, *audit.Notary) {
	p := asof.New()
	all, err := register.ReadAll(context.Background(), w.Log, -1)
	require.NoError(t, err)
	for _, r := range all {
		require.NoError(t, p.Apply(r))
	}
	now := calendar.EndOf(registertest.Day(t, "2023-12-31"))
	return answerstest.New(p, func() calendar.Instant { return now }), audit.NewNotary(w.Log, nil)
}

func told(t *testing.T, story string) *registertest.World {
	w := registertest.New(t)
	w.Tell(story)
	return w
}

func replayed(t *testing.T, s answerstest.Asker, n *audit.Notary, q answers.Query) *answers.Replay {
	r, err := s.Replay(context.Background(), n.Log, q, nil)
	require.NoError(t, err)
	return r
}

// replayedAt replays at the point of a digest.
func replayedAt(t *testing.T, s answerstest.Asker, n *audit.Notary, d *answers.Digest) *answers.Replay {
	p, err := d.Point(s.Head())
	require.NoError(t, err)
	r, err := s.Service.Replay(context.Background(), n.Log, p, nil)
	require.NoError(t, err)
	return r
}

func TestADigestIsKeptAndComparedWith(t *testing.T) {
	w := told(t, november)
	s, n := serviceOver(t, w)
	r := replayed(t, s, n, answers.Query{AsOf: "30/11/2023"})
	d, err := s.Digest(r, n)
	require.NoError(t, err)
	b, err := d.Encode()
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(b), "\n"))
	back, err := answers.ParseDigest(b)
	require.NoError(t, err)
	require.Equal(t, d, back)

	// The same records and later ones give the same again, at its own point.
	w.Tell("@ 2023-12-05\ncoop/c coop.established/1 2023-11-26 {\"place\":\"cu-jut\"}")
	s, n = serviceOver(t, w)
	r = replayedAt(t, s, n, back)
	diff, err := s.Compare(back, r, n)
	require.NoError(t, err)
	require.True(t, diff.Same(), "%+v", diff)

	// Another history of the same length and origin is told, with the place
	// where it begins and the figures that it moves.
	other := told(t, strings.Replace(november, `{"official":12}`, `{"official":13}`, 1))
	s, n = serviceOver(t, other)
	diff, err = s.Compare(back, replayedAt(t, s, n, back), n)
	require.NoError(t, err)
	require.False(t, diff.Same())
	at := d.Size - 1 // the last record of the story is the one that differs
	require.Equal(t, [2]int64{at, at + 1}, [2]int64{diff.After, diff.UpTo})
	require.Equal(t, answers.DigestFigure{Code: "members.official", Member: "value", Was: "33", Is: "34"}, find(diff.Figures, "members.official"))
	require.Zero(t, find(diff.Figures, "coops.registered"))

	// A definition that has another version now is no match.
	back.Definitions["coops.registered"]++
	s, n = serviceOver(t, w)
	diff, err = s.Compare(back, r, n)
	require.NoError(t, err)
	require.Equal(t, []answers.DigestFigure{{Code: "coops.registered", Member: "definition", Was: "2", Is: "1"}}, diff.Figures)

	back.Origin = "elsewhere"
	_, err = s.Compare(back, r, n)
	require.ErrorIs(t, err, answers.ErrDigestOrigin)
}

func find(list []answers.DigestFigure, code string) (x answers.DigestFigure) {
	for _, f := range list {
		if f.Code == code {
			return f
		}
	}
	return x
}

func TestWhatIsNoDigest(t *testing.T) {
	for text, want := range map[string]error{
		"": answers.ErrDigest, "{}": answers.ErrDigest, `{"format":"x"}`: answers.ErrDigest, `{"format":1}`: answers.ErrDigest,
		`{"format":"htxledger digest 2"}`:             answers.ErrDigestNewer,
		`{"format":"htxledger digest 1","surplus":1}`: answers.ErrDigest,
	} {
		_, err := answers.ParseDigest([]byte(text))
		require.ErrorIs(t, err, want, text)
	}
}

// A projection that was fed another record than the log holds is found out, at
// that record.
func TestFirstApartFindsTheRecord(t *testing.T) {
	story := november + `
coop/c coop.established/1 2023-06-01 {"place":"cu-jut"}
coop/d coop.established/1 2023-07-01 {"place":"cu-jut"}
coop/e coop.established/1 2023-08-01 {"place":"cu-jut"}
`
	w := told(t, story)
	fast, _ := serviceOver(t, told(t, strings.Replace(story, `coop/d coop.established/1 2023-07-01 {"place":"cu-jut"}`,
		`coop/d coop.established/1 2022-07-01 {"place":"cu-jut"}`, 1)))
	_, n := serviceOver(t, w)
	r := replayed(t, fast, n, answers.Query{AsOf: "30/11/2023"})
	require.NotEmpty(t, r.Differences)
	apart, err := fast.FirstApart(context.Background(), n.Log, r)
	require.NoError(t, err)
	require.Equal(t, ledger.StreamOf("coop", "d"), apart.Record.Stream)
	require.Equal(t, "coops.established", apart.Definition.Code)
	require.False(t, apart.Slow.Same(apart.Fast))

	honest, _ := serviceOver(t, w)
	r = replayed(t, honest, n, answers.Query{AsOf: "30/11/2023"})
	require.Empty(t, r.Differences)
	apart, err = honest.FirstApart(context.Background(), n.Log, r)
	require.NoError(t, err)
	require.Nil(t, apart)
}

// A point names the smallest checkpoint that covers it, and only one of its own
// ledger.
func TestPointsNameTheirCheckpoint(t *testing.T) {
	w := told(t, november)
	s, _ := serviceOver(t, w)
	size := int64(len(w.Records()))
	q := answers.Query{AsOf: "30/11/2023", Known: "@5"}
	p, err := s.Resolve(q)
	require.NoError(t, err)
	require.Nil(t, p.Checkpoint)

	for _, c := range []struct {
		signed audit.Checkpoint
		named  bool
	}{
		{audit.Checkpoint{Origin: s.Origin(), Size: 5}, true},
		{audit.Checkpoint{Origin: s.Origin(), Size: size}, true},
		{audit.Checkpoint{Origin: s.Origin(), Size: size + 1}, false},
		{audit.Checkpoint{Origin: "elsewhere", Size: 5}, false},
	} {
		p, err := s.WithCheckpoints(one(c.signed)).Head().Resolve(q)
		require.NoError(t, err)
		require.Equal(t, c.named, p.Checkpoint != nil, c.signed)
	}
}

type one audit.Checkpoint

func (o one) FindCovering(ledger.Position) (audit.Signed, bool) {
	return audit.Signed{Checkpoint: audit.Checkpoint(o)}, true
}

func TestQueryWithPoint(t *testing.T) {
	base := answers.Query{Known: "31/12/2023", Place: "dak-mil"}
	for typed, want := range map[string][2]string{
		"30/11/2023": {"30/11/2023", "31/12/2023"}, "30/11/2023@1204": {"30/11/2023", "@1204"},
		"30/11/2023@30/11/2023": {"30/11/2023", "30/11/2023"}, "@7": {"", "@7"}, "30/11/2023@": {"30/11/2023", "@"},
	} {
		q := base.WithPoint(typed)
		require.Equal(t, want, [2]string{q.AsOf, q.Known}, typed)
		require.Equal(t, "dak-mil", q.Place)
	}
}
