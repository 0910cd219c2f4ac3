package audit_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/calendar"
	"htxledger/domain/ledger"
)

const noon = calendar.Instant(1_701_400_000_000_000)

func newWitness(t testing.TB, seed byte, logs ...string) (*audit.Witness, *keydir.Dir) {
	t.Helper()
	dir := openDir(t)
	_, err := audit.NewWitness(dir, random(seed), "test.example/w"+string(rune('0'+seed%10)))
	require.NoError(t, err)
	w, err := audit.OpenWitness(dir, logs...)
	require.NoError(t, err)
	return w, dir
}

// request asks a witness for a cosignature of a checkpoint, from a size on.
func (s *stage) request(from int64, signed audit.Signed) []byte {
	s.t.Helper()
	p, err := s.view.Consistency(ledger.Position(from), ledger.Position(signed.Size))
	require.NoError(s.t, err)
	return p.Text(signed.Note)
}

func TestWitnessesCosignGrowth(t *testing.T) {
	s := told(t)
	first := s.sign()
	w, _ := newWitness(t, 11, s.key.Verifier())
	line, err := w.Cosign(s.request(0, first), noon)
	require.NoError(t, err)
	again, err := w.Cosign(s.request(first.Size, first), noon+1_000_000)
	require.NoError(t, err)
	require.NotEqual(t, line, again, "a later time is another signature")
	s.world.Tell(later)
	next := s.sign()
	_, err = w.Cosign(s.request(first.Size, next), noon)
	require.NoError(t, err)
	memory, err := w.Memory()
	require.NoError(t, err)
	require.Equal(t, []audit.Seen{{Origin: origin, Size: next.Size, Root: next.Root}}, memory)

	p, err := audit.NewPolicy(1, w.Verifier())
	require.NoError(t, err)
	cosigned, err := audit.AddCosignatures(first.Note, append(line, again...), p)
	require.NoError(t, err)
	found, err := p.Check(cosigned)
	require.NoError(t, err)
	require.Equal(t, []audit.Cosignature{{Witness: "test.example/w1", At: noon}}, found)
	v, err := audit.ParseWitness(w.Verifier())
	require.NoError(t, err)
	_, err = note.Open(cosigned, note.VerifierList(v)) // x/mod parses it, our verifier judges
	require.NoError(t, err)
}

func TestWitnessesRefuse(t *testing.T) {
	s := told(t)
	first := s.sign()
	s.world.Tell(later)
	next := s.sign()
	fork := newStage(t)
	fork.world.Tell(strings.Replace(story, `"official":12`, `"official":21`, 1))
	fork.issue("s1", fork.ask())
	forked := fork.sign()
	require.Equal(t, first.Size, forked.Size)
	fork.world.Tell(later)
	forkedNext := fork.sign()

	w, dir := newWitness(t, 11, s.key.Verifier())
	_, err := w.Cosign(s.request(0, first), noon)
	require.NoError(t, err)
	state, _, err := dir.Read("witness-state")
	require.NoError(t, err)

	stranger, _ := newWitness(t, 12)
	_, err = stranger.Cosign(s.request(0, first), noon)
	require.ErrorIs(t, err, audit.ErrWitnessUnknown)
	otherKey, err := audit.NewKey(random(7), origin)
	require.NoError(t, err)
	distrustful, _ := newWitness(t, 13, otherKey.Verifier())
	_, err = distrustful.Cosign(s.request(0, first), noon)
	require.ErrorIs(t, err, audit.ErrWitnessUnsigned)

	for _, c := range []struct {
		name    string
		request []byte
		want    error
	}{
		{"a fork of the same size", fork.request(forked.Size, forked), audit.ErrWitnessFork},
		{"a fork that has grown", fork.request(first.Size, forkedNext), audit.ErrWitnessProof},
		{"a proof from elsewhere", s.request(7, next), audit.ErrWitnessOld},
		{"as if for the first time", s.request(0, next), audit.ErrWitnessOld},
		{"backwards", bytes.Replace(s.request(first.Size, first), []byte("old 24"), []byte("old 25"), 1), audit.ErrWitnessShrunk},
		{"no proof", []byte("old 24\n\n" + string(next.Note)), audit.ErrWitnessProof},
		{"nonsense", []byte("old\n"), audit.ErrProofForm},
		{"an unsigned checkpoint", s.request(first.Size, audit.Signed{Checkpoint: next.Checkpoint, Note: []byte(next.Body() + "\n")}), audit.ErrNote},
	} {
		_, err := w.Cosign(c.request, noon)
		require.ErrorIs(t, err, c.want, c.name)
		after, _, err := dir.Read("witness-state")
		require.NoError(t, err)
		require.Equal(t, state, after, c.name)
	}
	// Of two who are shown two histories, one refuses at the latest when they
	// are shown the same.
	second, _ := newWitness(t, 14, s.key.Verifier())
	_, err = second.Cosign(fork.request(0, forked), noon)
	require.NoError(t, err)
	_, err = second.Cosign(s.request(first.Size, next), noon)
	require.ErrorIs(t, err, audit.ErrWitnessProof)
}

func TestWitnessPolicy(t *testing.T) {
	s := told(t)
	first := s.sign()
	var public []string
	cosigned := first.Note
	for seed := byte(11); seed < 14; seed++ {
		w, _ := newWitness(t, seed, s.key.Verifier())
		public = append(public, w.Verifier())
		line, err := w.Cosign(s.request(0, first), noon)
		require.NoError(t, err)
		if seed == 13 { // spoil the last
			line = bytes.Replace(line, []byte("A"), []byte("B"), 1)
		}
		cosigned = append(bytes.Clone(cosigned), line...)
	}
	two, err := audit.NewPolicy(2, public...)
	require.NoError(t, err)
	three, err := audit.NewPolicy(3, public...)
	require.NoError(t, err)
	e := s.evidence("s1")
	e.Checkpoint = cosigned
	b := file(t, e)
	report := verify(t, b, audit.Options{Keys: []string{s.key.Verifier()}, Policy: two})
	require.True(t, report.OK, report.English)
	require.Len(t, report.Witnesses, 2)
	require.Contains(t, report.Passed, audit.StepWitnesses)
	report = verify(t, b, audit.Options{Keys: []string{s.key.Verifier()}, Policy: three})
	require.ErrorIs(t, report.Err, audit.ErrWitnesses)
}

func TestADamagedWitnessSignsNothing(t *testing.T) {
	s := told(t)
	first := s.sign()
	w, dir := newWitness(t, 11, s.key.Verifier())
	_, err := w.Cosign(s.request(0, first), noon)
	require.NoError(t, err)
	state, _, err := dir.Read("witness-state")
	require.NoError(t, err)
	for _, bad := range [][]byte{nil, state[:len(state)-1], append(bytes.Clone(state), "x\n"...), bytes.Replace(state, []byte("24"), []byte("024"), 1)} {
		require.NoError(t, dir.Replace("witness-state", bad))
		_, err = w.Cosign(s.request(first.Size, first), noon)
		require.ErrorIs(t, err, audit.ErrWitnessState)
	}
	_, err = audit.NewWitness(dir, random(11), "khac")
	require.ErrorIs(t, err, audit.ErrKeyExists)
	_, err = audit.OpenWitness(openDir(t))
	require.ErrorIs(t, err, audit.ErrNoKey)
}
