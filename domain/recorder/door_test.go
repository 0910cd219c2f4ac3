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

// keyed is a command of one line under the key that a function makes of it.
func keyed(t testing.TB, line string, key func(*ledger.Draft) string) *ledger.Draft {
	d := draft(t, "%s", line)
	d.Key = key(d)
	return d
}

// A derived key can be computed by anybody: it is taken for nothing but the command
// that it is made of, so that nobody holds the place of another's.
func TestADerivedKeyIsThatOfItsContent(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	const members = `{"key":"x","stream":"coop/first","kind":"coop.members-counted/1","valid":"2023-05-01","source":{"sha256":"` + sum + `","row":2},"data":{"official":31}}`
	row := func(form string, last ledger.ID) func(*ledger.Draft) string {
		return func(d *ledger.Draft) string {
			key, err := register.RowKey(form, d, last)
			require.NoError(t, err)
			return key
		}
	}
	right := keyed(t, members, row("coop-annual", ledger.ID{}))
	other := *right
	other.Data = []byte(`{"official":32}`)
	correction := draft(t, `{"key":"x","stream":"coop/first","kind":"ledger.restated/1","corrects":{"key":"%s","reason":"typo"},"data":{"official":33}}`, right.Key)
	for name, d := range map[string]*ledger.Draft{
		"another content":       &other,
		"no digest":             keyed(t, members, func(*ledger.Draft) string { return "csv/x" }),
		"what is not corrected": keyed(t, members, row("coop-annual", ledger.IDOf("o"))),
		"a receipt of nothing": keyed(t, members, func(*ledger.Draft) string {
			return register.Receipt{SHA256: sum, First: 3, Last: 3}.UndoKey(ledger.IDOf("o"))
		}),
		"no receipt":                keyed(t, members, func(*ledger.Draft) string { return "undo/x" }),
		"a request that is not one": keyed(t, members, func(*ledger.Draft) string { return "ask/tep-1" }),
		"a row's request": draft(t, `{"key":"q","stream":"request/tep-0123","kind":"request.made/1","valid":"2023-05-01",`+
			`"data":{"command":{"stream":"coop/first","kind":"coop.members-counted/1","valid":"2023-05-01","data":{"official":31}}}}`),
	} {
		_, err := r.Record(background, d)
		require.ErrorContains(t, err, "made", name)
		require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err), name)
		_, err = r.Through(recorder.Door{Actor: &ledger.Actor{ID: "o", Role: "admin"}}).Try(background, d)
		require.Error(t, err, name)
	}
	require.Len(t, read(t, log), 3)
	_, err := r.Record(background, right)
	require.NoError(t, err)

	correction.Key = row("coop-annual", ledger.ID{})(correction)
	_, err = r.Record(background, correction)
	require.ErrorIs(t, err, register.ErrDerivedKey, "it does not say after what")
	first := keyed(t, `{"key":"x","stream":"coop/first","kind":"ledger.restated/1","corrects":{"key":"`+right.Key+`","reason":"typo"},"data":{"official":34}}`, row("coop-annual", ledger.IDOf(right.Key)))
	correction.Key = row("coop-annual", ledger.IDOf(right.Key))(correction)
	_, err = r.Record(background, first)
	require.NoError(t, err)
	_, err = r.Record(background, correction)
	require.ErrorIs(t, err, register.ErrFactChanged, "another came first")
	correction.Key = row("coop-annual", ledger.IDOf(first.Key))(correction)
	_, err = r.Record(background, correction)
	require.NoError(t, err)

	receipt := register.Receipt{SHA256: sum, First: 3, Last: 3}
	back := keyed(t, `{"key":"x","stream":"coop/first","kind":"ledger.retracted/1","corrects":{"key":"`+right.Key+`","reason":"other"}}`,
		func(*ledger.Draft) string { return receipt.UndoKey(ledger.IDOf(right.Key)) })
	wrong := *back
	wrong.Key = register.Receipt{SHA256: sum, First: 4, Last: 9}.UndoKey(ledger.IDOf(right.Key))
	_, err = r.Record(background, &wrong)
	require.ErrorIs(t, err, register.ErrDerivedKey, "another import made it")
	_, err = r.Record(background, back)
	require.ErrorIs(t, err, register.ErrFactChanged, "others corrected what the import recorded")
	for _, key := range []string{correction.Key, first.Key} {
		_, err = r.Record(background, draft(t, `{"key":%q,"stream":"coop/first","kind":"ledger.retracted/1","corrects":{"key":%q,"reason":"other"}}`, "no-"+key, key))
		require.NoError(t, err)
	}
	_, err = r.Record(background, back)
	require.NoError(t, err, "nobody's correction stands")
}

const sum = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// A correction may be held to the size at which its sender looked.
func TestACorrectionOnlyIfUnchanged(t *testing.T) {
	log := ledgertest.NewMemory()
	r := begun(t, log, newClock())
	_, err := r.Record(background, count(t, "a"), count(t, "b"))
	require.NoError(t, err)
	correct := func(key, of string) *ledger.Draft {
		return draft(t, `{"key":%q,"stream":"coop/first","kind":"ledger.restated/1","corrects":{"key":%q,"reason":"typo"},"data":{"official":9}}`, key, of)
	}
	looked := ledger.Position(5)
	held := r.Through(recorder.Door{UnchangedSince: &looked})
	_, err = held.Record(background, correct("c1", "a"), correct("c2", "c1"), count(t, "d"))
	require.NoError(t, err, "what one sends at once is not what another did")
	_, err = held.Record(background, correct("c3", "a"))
	require.ErrorIs(t, err, register.ErrFactChanged)
	require.Equal(t, ledger.NotRecorded, ledger.OutcomeOf(err))
	again, err := held.Record(background, correct("c1", "a"), correct("c2", "c1"))
	require.NoError(t, err)
	require.True(t, again[0].Repeated)
	_, err = held.Record(background, correct("c4", "b"))
	require.NoError(t, err, "other facts may have changed")
	looked = 7
	_, err = held.Record(background, correct("c5", "a"))
	require.NoError(t, err)
}
