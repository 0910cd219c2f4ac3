package keyring_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/canonical"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
)

const origin = "test.example/so"

// A pair is a key with its private half.
type pair struct {
	public string
	secret ed25519.PrivateKey
}

func newPair(name string, seed byte) pair {
	secret := ed25519.NewKeyFromSeed(append(make([]byte, 31), seed))
	material := append([]byte{1}, secret.Public().(ed25519.PublicKey)...)
	sum := sha256.Sum256(append([]byte(name+"\n"), material...))
	return pair{fmt.Sprintf("%s+%x+%s", name, sum[:4], base64.StdEncoding.EncodeToString(material)), secret}
}

func (p pair) sign(text []byte) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(p.secret, text))
}

// announce is the announcement by which next takes over from old at a position.
func announce(at int64, old, next pair) *ledger.KeyAnnounced2 {
	text := keyring.Text(origin, at, at+2, old.public, next.public)
	return &ledger.KeyAnnounced2{
		Key: next.public, From: at + 2, Proof: next.sign(text),
		Consent: ledger.Consent{Key: old.public, Signature: old.sign(text)},
	}
}

func record(t require.TestingT, at int64, e ledger.Event) *ledger.Record {
	data, err := canonical.Marshal(e)
	require.NoError(t, err)
	return &ledger.Record{Position: ledger.Position(at), Kind: e.EventKind(), Data: data}
}

func take(t require.TestingT, r *keyring.Ring, at int64, e ledger.Event) {
	require.NoError(t, r.Take(record(t, at, e)))
}

func TestParse(t *testing.T) {
	good := newPair(origin, 1).public
	name, key, ok := keyring.Parse(good)
	require.True(t, ok)
	require.Equal(t, origin, name)
	require.Len(t, key, ed25519.PublicKeySize)
	for _, bad := range []string{"", "x", "a+b+c", good + "=", good + "\n", good[:len(good)-1], "y" + good, "+" + good, " " + good, good + "+"} {
		_, _, ok := keyring.Parse(bad)
		require.False(t, ok, bad)
	}
}

// The text that both keys sign is fixed for ever, and is never the body of a
// checkpoint: its first line is no origin and its second no size.
func TestTheTextThatIsSigned(t *testing.T) {
	require.Equal(t, "htxledger key announcement 2\norigin test.example/so\nposition 22\nfrom 24\nold A\nnew B\n",
		string(keyring.Text(origin, 22, 24, "A", "B")))
}

func TestWhoSigns(t *testing.T) {
	first, second, third := newPair(origin, 1), newPair(origin, 2), newPair(origin, 3)
	r := keyring.New(origin)
	take(t, r, 10, announce(10, first, second))
	take(t, r, 20, announce(20, second, third))
	for size, want := range map[int64]string{0: "", 11: "", 12: second.public, 21: second.public, 22: third.public, 99: third.public} {
		got, _ := r.Signer(size)
		require.Equal(t, want, got, size)
	}
	require.True(t, r.Handover(11))
	require.False(t, r.Handover(12))
	require.Equal(t, []string{second.public}, r.Until(20).Keys())
	for _, a := range r.All() {
		require.NoError(t, a.Wrong)
		require.True(t, a.HasConsent())
	}
}

// Whatever is wrong with an announcement, it may not be recorded, and hands
// nothing over where it stands all the same.
func TestAnnouncementsThatAreNone(t *testing.T) {
	first, second, third, foreign := newPair(origin, 1), newPair(origin, 2), newPair(origin, 3), newPair("test.example/khac", 4)
	for name, c := range map[string]struct {
		change func(*ledger.KeyAnnounced2)
		want   error
	}{
		"no key":                          {func(e *ledger.KeyAnnounced2) { e.Key = "x" }, keyring.ErrNotKey},
		"a key of another ledger":         {func(e *ledger.KeyAnnounced2) { *e = *announce(20, second, foreign) }, keyring.ErrNotKey},
		"consent of another ledger's key": {func(e *ledger.KeyAnnounced2) { *e = *announce(20, foreign, third) }, keyring.ErrNotKey},
		"signed for another position":     {func(e *ledger.KeyAnnounced2) { *e = *announce(21, second, third) }, keyring.ErrElsewhere},
		"from moved":                      {func(e *ledger.KeyAnnounced2) { e.From++ }, keyring.ErrElsewhere},
		"announced before":                {func(e *ledger.KeyAnnounced2) { *e = *announce(20, second, second) }, keyring.ErrKnown},
		"not the key whose turn it is":    {func(e *ledger.KeyAnnounced2) { *e = *announce(20, first, third) }, keyring.ErrNotDue},
		"another proof":                   {func(e *ledger.KeyAnnounced2) { e.Proof = e.Consent.Signature }, keyring.ErrProof},
		"proof in other words":            {func(e *ledger.KeyAnnounced2) { e.Proof += "\n" }, keyring.ErrProof},
		"another consent":                 {func(e *ledger.KeyAnnounced2) { e.Consent.Signature = e.Proof }, keyring.ErrConsent},
		"no base64":                       {func(e *ledger.KeyAnnounced2) { e.Consent.Signature = "?" }, keyring.ErrConsent},
		"consent to another ledger": {func(e *ledger.KeyAnnounced2) {
			e.Consent.Signature = second.sign(keyring.Text("test.example/khac", 20, 22, second.public, third.public))
		}, keyring.ErrConsent},
	} {
		t.Run(name, func(t *testing.T) {
			r := keyring.New(origin)
			take(t, r, 10, announce(10, first, second))
			e := announce(20, second, third)
			require.NoError(t, r.Check(20, e))
			c.change(e)
			require.ErrorIs(t, r.Check(20, e), c.want)
			take(t, r, 20, e)
			due, _ := r.Signer(22)
			require.Equal(t, second.public, due)
			require.True(t, r.All()[1].False())
			require.False(t, r.Handover(21))
		})
	}
	r := keyring.New(origin)
	require.NoError(t, r.Check(10, announce(10, first, second)), "who the first key is, is for the verifier to know")
	require.ErrorIs(t, r.Check(10, announce(10, first, first)), keyring.ErrKnown)
}

// A version 1 that announces no key of the ledger gives nobody a turn.
func TestWhatIsNoKeyTakesNoTurn(t *testing.T) {
	r := keyring.New(origin)
	for at, key := range []string{"x", newPair("test.example/khac", 4).public} {
		take(t, r, int64(10+at), &ledger.KeyAnnounced{Key: key})
		require.ErrorIs(t, r.All()[at].Wrong, keyring.ErrNotKey)
		require.False(t, r.All()[at].False(), "it claims no signature")
	}
	due, _ := r.Signer(99)
	require.Empty(t, due)
	require.Empty(t, r.Keys())
}

func TestVoids(t *testing.T) {
	first, second, third := newPair(origin, 1), newPair(origin, 2), newPair(origin, 3)
	r := keyring.New(origin)
	take(t, r, 10, &ledger.KeyAnnounced{Key: second.public, From: 15})
	void := &ledger.KeyVoided{Key: second.public, Reason: "không phải của mình"}
	require.ErrorIs(t, r.CheckVoid(&ledger.KeyVoided{Key: third.public}), keyring.ErrNotAnnounced)
	require.NoError(t, r.CheckVoid(void))
	before := r.Until(99)
	take(t, r, 30, void)
	require.ErrorIs(t, r.CheckVoid(void), keyring.ErrNotAnnounced, "once is enough")
	due, _ := before.Signer(99)
	require.Equal(t, second.public, due, "a ring that was made before stays as it is")

	due, _ = r.Signer(31)
	require.Empty(t, due, "the turn is back with the first key")
	due, _ = r.BeforeVoids(30).Signer(30)
	require.Equal(t, second.public, due)
	due, _ = r.WithoutVoidsOf(second.public).Signer(99)
	require.Equal(t, second.public, due)
	require.True(t, r.HasAnnounced(second.public))
	require.ErrorIs(t, r.Check(31, announce(31, first, second)), keyring.ErrKnown, "and is not announced again")
	require.NoError(t, r.Check(31, announce(31, first, third)))
	require.Equal(t, 1, r.Voids())

	other := int64(11)
	take(t, r, 31, &ledger.KeyAnnounced{Key: third.public})
	require.ErrorIs(t, r.CheckVoid(&ledger.KeyVoided{Key: third.public, Announcement: &other}), keyring.ErrNotAnnounced)
	other = 31
	require.NoError(t, r.CheckVoid(&ledger.KeyVoided{Key: third.public, Announcement: &other}))
}

// Whatever the records, a size has one signer: that of the last announcement
// below it that stands and is in effect; and a ring cut at a size is the ring
// of the records below it.
func TestARingIsItsRecords(t *testing.T) {
	pairs := []pair{newPair(origin, 1), newPair(origin, 2), newPair(origin, 3), newPair(origin, 4)}
	rapid.Check(t, func(rt *rapid.T) {
		r, at := keyring.New(origin), int64(1)
		var made []*ledger.Record
		for range rapid.IntRange(0, 8).Draw(rt, "records") {
			at += rapid.Int64Range(1, 4).Draw(rt, "gap")
			p, q := rapid.SampledFrom(pairs).Draw(rt, "p"), rapid.SampledFrom(pairs).Draw(rt, "q")
			var e ledger.Event
			switch rapid.IntRange(0, 2).Draw(rt, "what") {
			case 0:
				e = &ledger.KeyAnnounced{Key: p.public, From: rapid.Int64Range(0, 30).Draw(rt, "from")}
			case 1:
				e = announce(at, p, q)
			default:
				e = &ledger.KeyVoided{Key: p.public, Reason: "r"}
			}
			made = append(made, record(rt, at, e))
			require.NoError(rt, r.Take(made[len(made)-1]))
		}
		size := rapid.Int64Range(0, 40).Draw(rt, "size")
		part := keyring.New(origin)
		for _, rec := range made {
			if int64(rec.Position) < size {
				require.NoError(rt, part.Take(rec))
			}
		}
		cut := r.Until(size)
		require.Equal(rt, part.All(), cut.All())
		due, from := cut.Signer(size)
		want, since := "", int64(0)
		for _, a := range part.All() {
			if a.Stands() && a.From <= size {
				want, since = a.Key, a.From
			}
		}
		require.Equal(rt, want, due)
		require.Equal(rt, since, from)
		for _, a := range r.All() {
			require.GreaterOrEqual(rt, a.From, a.At+2)
		}
	})
}

// A checkpoint signed just before a void was recorded does not hold the void: it
// still hands over. The next one does hold it.
func TestAHandoverEndsWithTheVoid(t *testing.T) {
	first, second := newPair(origin, 1), newPair(origin, 2)
	r := keyring.New(origin)
	e := announce(10, first, second)
	take(t, r, 10, e)
	a := r.All()[0]
	a.From = 20 // a longer turn than key rotate announces, to have sizes on both sides
	take(t, r, 15, &ledger.KeyVoided{Key: second.public, Reason: "nhầm"})
	a = r.All()[0]
	for size, hands := range map[int64]bool{10: false, 11: true, 14: true, 15: true, 16: false, 19: false} {
		require.Equal(t, hands, a.HandedBy(size), size)
	}
}
