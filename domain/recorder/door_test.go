package recorder_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
)

// announcement is a command of a kind that only `htxledger key rotate` records.
func announcement(t testing.TB, key string) *ledger.Draft {
	return draft(t, `{"key":%q,"stream":"ledger/keys","kind":"ledger.key-announced/1","valid":"2023-05-01","data":{"key":"x","from":9}}`, key)
}

func TestAReservedKindComesThroughItsOwnDoorOnly(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	_, err := r.Record(background, announcement(t, "a"))
	require.ErrorIs(t, err, register.ErrReserved)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	results, err := r.Record(background, count(t, "k"), announcement(t, "a"))
	require.ErrorIs(t, err, recorder.ErrRefused)
	require.ErrorIs(t, results[1].Err, register.ErrReserved)
	_, err = r.Try(background, announcement(t, "a"))
	require.ErrorIs(t, err, register.ErrReserved)
	imported, err := r.Import(background, []*ledger.Draft{count(t, "k"), announcement(t, "a")}, nil)
	require.Error(t, err)
	require.ErrorIs(t, imported.Results[1].Err, register.ErrReserved)
	_, err = r.TryImport(background, []*ledger.Draft{announcement(t, "a")})
	require.ErrorIs(t, err, register.ErrReserved)
	require.Len(t, read(t, log), 3)

	own := r.Through(recorder.Door{Writes: []ledger.Kind{ledger.KindKeyAnnounced}})
	_, err = own.Record(background, announcement(t, "a"))
	require.NoError(t, err)
	again, err := r.Record(background, announcement(t, "a"))
	require.NoError(t, err, "a command that was recorded before is only found")
	require.True(t, again[0].Repeated)
	for _, correction := range []string{
		`{"key":"c","stream":"ledger/keys","kind":"ledger.retracted/1","corrects":{"key":"a","reason":"typo"}}`,
		`{"key":"c","stream":"ledger/keys","kind":"ledger.restated/1","corrects":{"key":"a","reason":"typo"},"data":{"key":"y","from":9}}`,
	} {
		_, err = own.Record(background, draft(t, "%s", correction))
		require.ErrorIs(t, err, ledger.ErrUncorrectable)
	}
}

// Nobody takes the key of a command that the program will make: it would be
// refused for ever.
func TestKeysOfTheProgramsOwnCommands(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	for _, key := range []string{"key/void/3", "recover/1/2/x", "statement/dak-nong-2023-12-31-3"} {
		_, err := r.Record(background, count(t, key))
		require.ErrorIs(t, err, recorder.ErrReservedKey, key)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	}
	_, err := r.Record(background, count(t, "keys/1"))
	require.NoError(t, err)
}

var errNotPermitted = errors.New("not permitted")

// A permit is asked in the state that the commands before make, and a record
// that it refuses afterwards is in nobody's way.
func TestAPermitSeesWhatTheUnitWouldRecord(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	var before, later []int
	facts := func(b *register.Book) int { return len(b.Facts(ledger.StreamOf("coop", "first"))) }
	most := 3
	door := recorder.Door{Permit: func(b *register.Book, d *ledger.Draft) (func(*register.Book, *ledger.Record) error, error) {
		before = append(before, facts(b))
		if d.Key == "never" {
			return nil, errNotPermitted
		}
		return func(b *register.Book, r *ledger.Record) error {
			later = append(later, facts(b))
			if facts(b) > most {
				return errNotPermitted
			}
			return nil
		}, nil
	}}
	w := r.Through(door)
	results, err := w.Record(background, count(t, "a"), count(t, "b"), count(t, "c"))
	require.ErrorIs(t, err, recorder.ErrRefused)
	require.ErrorIs(t, results[2].Err, errNotPermitted)
	require.NoError(t, results[1].Err)
	require.Equal(t, []int{1, 2, 3}, before)
	require.Equal(t, []int{2, 3, 4}, later)
	require.Len(t, read(t, log), 3)

	_, err = w.Record(background, count(t, "never"))
	require.ErrorIs(t, err, errNotPermitted)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(ledger.NotWritten(err)))

	_, err = w.Record(background, count(t, "a"), count(t, "b"))
	require.NoError(t, err)
	_, err = w.Record(background, count(t, "c"))
	require.ErrorIs(t, err, errNotPermitted)
	_, err = r.Record(background, count(t, "c"))
	require.NoError(t, err, "the refused record left nothing behind")
	require.Len(t, read(t, log), 6)
	before, later = nil, nil
	again, err := w.Record(background, count(t, "c"))
	require.NoError(t, err)
	require.True(t, again[0].Repeated)
	require.Empty(t, before, "what is recorded already needs no permission")
	require.Empty(t, later)
}

// An import is judged as one, and each part once more.
func TestAPermitJudgesAnImport(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	door := recorder.Door{Permit: func(_ *register.Book, d *ledger.Draft) (func(*register.Book, *ledger.Record) error, error) {
		if d.Key == "b" {
			return nil, errNotPermitted
		}
		return nil, nil
	}}
	res, err := r.Through(door).Import(background, []*ledger.Draft{count(t, "a"), count(t, "b")}, nil)
	require.ErrorIs(t, err, recorder.ErrRefused)
	require.ErrorIs(t, res.Results[1].Err, errNotPermitted)
	require.Equal(t, recorder.ImportNotRecorded, res.Outcome)
	require.Len(t, read(t, log), 3)
	res, err = r.Through(door).Import(background, []*ledger.Draft{count(t, "a"), count(t, "c")}, nil)
	require.NoError(t, err)
	require.Equal(t, 2, res.Recorded)
}

func TestADoorNamesItsActor(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	w := r.Through(recorder.Door{Actor: &ledger.Actor{ID: "o", Role: "officer", Place: "dak-mil"}})
	mine := count(t, "a")
	results, err := w.Record(background, mine)
	require.NoError(t, err)
	require.Equal(t, "o", results[0].Record.Actor.ID)
	require.Nil(t, mine.Actor, "the sender's command is not changed")
	other := count(t, "b")
	other.Actor = &ledger.Actor{ID: "o", Role: "admin"}
	_, err = w.Record(background, other)
	require.ErrorIs(t, err, recorder.ErrOtherActor)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	results, err = w.Try(background, count(t, "c"), other)
	require.ErrorIs(t, err, recorder.ErrRefused)
	require.ErrorIs(t, results[1].Err, recorder.ErrOtherActor)
	res, err := w.Import(background, []*ledger.Draft{other}, nil)
	require.ErrorIs(t, err, recorder.ErrOtherActor)
	require.Len(t, res.Results, 1)
	require.Len(t, read(t, log), 4)
}
