package audit_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/canonical"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

// A thief is somebody with a key of their own, of the ledger's name, in a
// folder of their own.
type thief struct {
	*stage
	key *audit.Key
}

func (s *stage) thief(seed byte) *thief {
	s.t.Helper()
	dir, err := keydir.Open(s.t.TempDir(), true)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, dir.Close()) })
	key, err := audit.CreateKey(dir, random(seed), origin)
	require.NoError(s.t, err)
	other := *s
	other.dir = dir
	return &thief{&other, key}
}

// note signs the first records of the ledger with a key, whatever the rules.
func (s *stage) note(size ledger.Position, k *audit.Key) audit.Signed {
	s.t.Helper()
	s.follow()
	root, err := s.view.Root(size)
	require.NoError(s.t, err)
	signer, err := note.NewSigner(s.secret(k))
	require.NoError(s.t, err)
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)}, signer)
	require.NoError(s.t, err)
	c, err := audit.ReadUnverified(signed)
	require.NoError(s.t, err)
	return audit.Signed{Checkpoint: c, Note: signed}
}

func (s *stage) voids(key, reason string) ledger.Position {
	s.t.Helper()
	data, err := canonical.Marshal(&ledger.KeyVoided{Key: key, Reason: reason, Second: "quan-tri-02"})
	require.NoError(s.t, err)
	return s.send(`{"key":"void-`+audit.KeyID(key)+`","stream":"ledger/keys","kind":"ledger.key-voided/1","valid":"2023-12-02","data":`+string(data)+`}`,
		&ledger.Actor{ID: "quan-tri-01", Role: "admin"}).Position
}

// handOver lets a key of the folder take over as key rotate does.
func (s *stage) handOver(k *audit.Key) ledger.Position {
	s.t.Helper()
	s.follow()
	_, err := s.journal.SignDue(s.view, s.view.Size())
	require.NoError(s.t, err)
	e, err := s.journal.Announce(s.view, k.Verifier())
	require.NoError(s.t, err)
	at := s.send(s.command(e), &ledger.Actor{ID: "quan-tri-01", Role: "admin"}).Position
	s.follow()
	_, err = s.journal.SignDue(s.view, s.view.Size())
	require.NoError(s.t, err)
	return at
}

func (s *stage) command(e *ledger.KeyAnnounced2) string {
	data, err := canonical.Marshal(e)
	require.NoError(s.t, err)
	return `{"key":"announce-` + audit.KeyID(e.Key) + `","stream":"ledger/keys","kind":"ledger.key-announced/2","valid":"2023-12-01","data":` + string(data) + `}`
}

func (s *stage) due() error {
	s.follow()
	_, err := s.journal.SignDue(s.view, s.view.Size())
	return err
}

// A stranger's announcement, however it came into the records, makes nothing be
// signed for the stranger's key; once it is voided the ledger is signed again,
// and its evidence is that of the key before.
func TestNothingIsSignedForAStranger(t *testing.T) {
	s := told(t)
	before, err := s.journal.Latest()
	require.NoError(t, err)
	th := s.thief(7)
	at := s.announce(th.key.Verifier(), 0)
	s.world.Tell(later)
	require.ErrorIs(t, s.due(), audit.ErrKeyStrange)
	for size := at + 1; size <= s.view.Size(); size++ {
		_, err := s.journal.Sign(s.view, size)
		require.ErrorIs(t, err, audit.ErrKeyStrange, "size %d", size)
	}
	last, err := s.journal.Latest()
	require.NoError(t, err)
	require.Equal(t, before, last)

	void := s.voids(th.key.Verifier(), "khóa không phải của liên minh")
	s.follow()
	_, err = s.journal.Sign(s.view, at+1)
	require.ErrorIs(t, err, audit.ErrVoidLater, "it would hand over all the same")
	require.NoError(t, s.due())
	last, err = s.journal.Latest()
	require.NoError(t, err)
	require.EqualValues(t, void+1, last.Size)
	s.issue("s2", s.ask())
	require.NoError(t, s.due())
	report := verify(t, file(t, s.evidence("s2")), s.trusting())
	require.True(t, report.OK, report.English)
	require.Len(t, report.Keys, 2)
	require.Equal(t, audit.KeyVoided, report.Keys[1].State)
	require.Equal(t, "quan-tri-02", report.Keys[1].Void.Second)
	require.Contains(t, report.Keys[1].English(), `voided by record 27 by quan-tri-01 (admin) + quan-tri-02: "khóa không phải`)

	// What the stranger signs is taken from nobody, and from the stranger only by
	// who trusts that key by hand.
	forged := th.forge(s, "s2")
	for _, o := range []audit.Options{s.trusting(), {Keys: []string{s.key.Verifier()}, Earlier: [][]byte{before.Note}}} {
		report := verify(t, forged, o)
		require.Equal(t, audit.StepSignature, report.Failed)
	}
}

// forge is evidence over the records as they are, signed by the thief.
func (th *thief) forge(s *stage, key string) []byte {
	e := *s.evidence(key)
	f := &forger{stage: th.stage}
	f.seal(&e, th.key)
	return file(th.t, &e)
}

// A text that is no key is shown as what it is, and stops nothing.
func TestATextThatIsNoKeyStopsNothing(t *testing.T) {
	s := told(t)
	s.announce("x", 0)
	s.world.Tell(later)
	require.NoError(t, s.due())
	s.issue("s2", s.ask())
	require.NoError(t, s.due())
	report := verify(t, file(t, s.evidence("s2")), s.trusting())
	require.True(t, report.OK, report.English)
	require.Equal(t, audit.KeyNone, report.Keys[1].State)
	require.Equal(t, "x", report.Keys[1].ID)
	require.Contains(t, report.Keys[1].Vietnamese(), "không phải là khóa")
	s.voids("x", "không phải là khóa")
	require.NoError(t, s.due())
}

// A hand-over by version 1 stays one, and is named as without consent.
func TestHandoverWithoutConsent(t *testing.T) {
	f := newForger(t)
	f.rotate(true)
	report := verify(t, file(t, f.evidence("s2")), f.trusting())
	require.True(t, report.OK, report.English)
	require.Len(t, report.Keys, 2)
	first, second := report.Keys[0], report.Keys[1]
	require.Nil(t, first.Position)
	require.True(t, first.Given)
	require.Equal(t, audit.ConsentNone, second.Consent)
	require.EqualValues(t, *second.Position+1, second.Handover)
	require.Contains(t, second.English(), "without consent")
	require.Contains(t, second.Vietnamese(), "không có chữ ký đồng ý của khóa trước")
}

// Both keys sign a hand-over of version 2, for one position, and the recorder
// takes it at no other.
func TestHandoverWithConsent(t *testing.T) {
	s := told(t)
	next, err := audit.CreateKey(s.dir, random(2), origin)
	require.NoError(t, err)
	e, err := s.journal.Announce(s.view, next.Verifier())
	require.NoError(t, err)
	s.world.Tell(later) // others are faster
	d, err := ledger.ParseDraft([]byte(s.command(e)))
	require.NoError(t, err)
	_, err = s.world.Send(d)
	require.ErrorIs(t, err, keyring.ErrElsewhere)

	at := s.handOver(next)
	s.issue("s2", s.ask())
	require.NoError(t, s.due())
	report := verify(t, file(t, s.evidence("s2")), s.trusting())
	require.True(t, report.OK, report.English)
	require.Equal(t, next.Verifier(), report.Key)
	k := report.Keys[1]
	require.Equal(t, []any{audit.ConsentGiven, audit.KeyID(s.key.Verifier()), int64(at), int64(at) + 1, int64(2)}, []any{k.Consent, k.ConsentBy, *k.Position, k.Handover, k.Version})
	require.Contains(t, k.English(), "with the consent of key "+audit.KeyID(s.key.Verifier()))

	only := s.trusting()
	only.OnlyKeys = true
	require.Equal(t, audit.ErrOnlyKeys.Code, verify(t, file(t, s.evidence("s2")), only).Code)
	only.Keys = append(only.Keys, next.Verifier())
	require.True(t, verify(t, file(t, s.evidence("s2")), only).OK)
	_, err = s.journal.Announce(s.view, next.Verifier())
	require.ErrorIs(t, err, audit.ErrKeyExists)

	third, err := audit.CreateKey(s.dir, random(3), origin)
	require.NoError(t, err)
	s.handOver(third)
	s.issue("s3", s.ask())
	require.NoError(t, s.due())
	report = verify(t, file(t, s.evidence("s3")), s.trusting())
	require.True(t, report.OK, report.English)
	require.Len(t, report.Keys, 3)
	require.Equal(t, audit.KeyID(next.Verifier()), report.Keys[2].ConsentBy)
}

// Where the first key hands over the ledger cannot know who it is, so a key of
// somebody's own can consent; the verifier knows, and a checkpoint of the true
// key does not stand for the consent of another.
func TestConsentOfSomebodyElse(t *testing.T) {
	s := told(t)
	other, err := keydir.Open(t.TempDir(), true)
	require.NoError(t, err)
	defer other.Close()
	first, err := audit.CreateKey(other, random(7), origin)
	require.NoError(t, err)
	foreign := audit.NewJournal(other)
	_, err = foreign.Sign(s.view, s.view.Size())
	require.NoError(t, err)
	next, err := audit.CreateKey(other, random(8), origin)
	require.NoError(t, err)
	e, err := foreign.Announce(s.view, next.Verifier())
	require.NoError(t, err)
	require.Equal(t, first.Verifier(), e.Consent.Key)
	s.send(s.command(e), nil)
	require.ErrorIs(t, s.due(), audit.ErrKeyStrange)

	handed := s.note(s.size(), s.key) // by mistake, or by a released program
	s.issue("s2", s.ask())
	th := *s
	th.dir = other
	ev, err := audit.Gather(t.Context(), s.world.Log, "s2", []audit.Signed{handed, th.note(s.size(), next)})
	require.NoError(t, err)
	report := verify(t, written(t, ev), s.trusting())
	require.Equal(t, audit.ErrHandover.Code, report.Code, report.English)
	require.True(t, verify(t, written(t, ev), audit.Options{Keys: []string{next.Verifier()}}).OK, "but for who was given that key")
}

// A version 2 whose signatures do not hold is no hand-over: nothing is signed
// after it and no evidence that holds it verifies, until it is voided.
func TestAFalseHandover(t *testing.T) {
	for name, change := range map[string]func(*ledger.KeyAnnounced2){
		"proof":    func(e *ledger.KeyAnnounced2) { e.Proof = e.Consent.Signature },
		"consent":  func(e *ledger.KeyAnnounced2) { e.Consent.Signature = e.Proof },
		"position": func(e *ledger.KeyAnnounced2) { e.From++ },
	} {
		t.Run(name, func(t *testing.T) {
			s := told(t)
			next, err := audit.CreateKey(s.dir, random(2), origin)
			require.NoError(t, err)
			e, err := s.journal.Announce(s.view, next.Verifier())
			require.NoError(t, err)
			change(e)
			d, err := ledger.ParseDraft([]byte(s.command(e)))
			require.NoError(t, err)
			_, err = s.world.Send(d)
			require.Error(t, err)
			s.world.Force(d)
			s.issue("s2", s.ask())
			require.ErrorIs(t, s.due(), audit.ErrKeyFalse)

			insider := &forger{stage: s}
			b := func() []byte {
				signed := []audit.Signed{s.note(s.size(), s.key)}
				e, err := audit.Gather(t.Context(), s.world.Log, "s2", signed)
				require.NoError(t, err)
				return written(insider.t, e)
			}
			report := verify(t, b(), s.trusting(next.Verifier()))
			require.Equal(t, audit.StepSignature, report.Failed)
			require.Equal(t, audit.ErrKeyFalse.Code, report.Code)
			require.Equal(t, audit.KeyFalse, report.Keys[1].State)
			require.Contains(t, report.Keys[1].English(), "its signatures do not hold")

			s.voids(next.Verifier(), "chữ ký không đúng")
			s.issue("s4", s.ask())
			require.NoError(t, s.due())
			report = verify(t, file(t, s.evidence("s4")), s.trusting())
			require.True(t, report.OK, report.English)
			require.Equal(t, audit.KeyVoided, report.Keys[1].State)
		})
	}
}

// disputedStage is a ledger whose honest key handed over to a stranger, as
// released programs did, before the announcement was voided, and a statement
// after that.
func disputedStage(t *testing.T) (s *stage, th *thief, signed []audit.Signed, void ledger.Position) {
	s = told(t)
	th = s.thief(7)
	at := s.announce(th.key.Verifier(), 0)
	handed := s.note(at+1, s.key)
	s.world.Tell(later)
	stolen := th.note(s.size(), th.key)
	void = s.voids(th.key.Verifier(), "khóa không phải của liên minh")
	s.issue("s2", s.ask())
	entries, err := s.journal.Entries()
	require.NoError(t, err)
	return s, th, append(entries[:len(entries):len(entries)], handed, stolen), void
}

func TestDisputedHandover(t *testing.T) {
	s, th, signed, void := disputedStage(t)
	next, err := audit.CreateKey(s.dir, random(2), origin)
	require.NoError(t, err)
	honest, stranger := s.key.Verifier(), th.key.Verifier()
	gather := func(head audit.Signed) []byte {
		e, err := audit.Gather(t.Context(), s.world.Log, "s2", append(signed[:len(signed):len(signed)], head))
		require.NoError(t, err)
		return written(t, e)
	}
	byOld, byStranger := gather(s.note(s.size(), s.key)), gather(th.note(s.size(), th.key))

	check := func(b []byte, only bool, keys ...string) *audit.Report {
		return verify(t, b, audit.Options{Keys: keys, OnlyKeys: only})
	}
	for name, report := range map[string]*audit.Report{
		"the key before, which said both": check(byOld, false, honest),
		"the stranger's signature":        check(byStranger, false, honest),
	} {
		require.Equal(t, audit.ErrDisputed.Code, report.Code, name)
		require.Equal(t, audit.StepSignature, report.Failed, name)
		require.Contains(t, report.English, "disputed", name)
		require.Contains(t, report.Vietnamese, "có tranh chấp", name)
		require.Equal(t, audit.KeyDisputed, report.Keys[1].State, name)
	}
	// Somebody decides, by hand.
	report := check(byOld, true, honest)
	require.True(t, report.OK, report.English)
	require.Equal(t, audit.KeyVoided, report.Keys[1].State)
	require.True(t, check(byStranger, false, stranger).OK)
	require.True(t, check(byStranger, false, honest, stranger).OK, "the key given by hand is not voided")
	require.False(t, check(byOld, false, stranger).OK)
	require.False(t, check(byStranger, true, honest).OK)

	// A key that is announced after the void, with the consent of the key before,
	// is given by hand.
	s.follow()
	announced, err := s.journal.Announce(s.view, next.Verifier())
	require.NoError(t, err)
	s.send(s.command(announced), nil)
	signed = append(signed, s.note(s.size(), s.key))
	s.issue("s3", s.ask())
	e, err := audit.Gather(t.Context(), s.world.Log, "s3", append(signed[:len(signed):len(signed)], s.note(s.size(), next)))
	require.NoError(t, err)
	b := written(t, e)
	require.Equal(t, audit.ErrDisputed.Code, check(b, false, honest).Code)
	require.True(t, check(b, false, next.Verifier()).OK)
	require.True(t, check(b, false, honest, next.Verifier()).OK)
	require.True(t, check(b, false, honest, stranger, next.Verifier()).OK)

	// A checkpoint kept from before shows the dispute where the file hides it.
	read, err := audit.ReadEvidence(bytes.NewReader(b))
	require.NoError(t, err)
	hidden := *read
	hidden.Handovers = nil
	f := &forger{stage: s}
	f.seal(&hidden, next)
	hidden.Handovers = [][]byte{signed[len(signed)-1].Note}
	text := file(t, &hidden)
	require.True(t, check(text, false, honest).OK, "nothing in the file shows a hand-over to the stranger")
	for _, kept := range []audit.Signed{signed[len(signed)-3], signed[len(signed)-2]} {
		report = verify(t, text, audit.Options{Keys: []string{honest}, Earlier: [][]byte{kept.Note}})
		require.Equal(t, audit.ErrDisputed.Code, report.Code, kept.Size)
	}

	// The journal's own checkpoints: the key of the folder decides, a key given does not.
	all := append(signed[:len(signed):len(signed)], s.note(void+1, s.key))
	for _, c := range audit.CheckSigned(s.view, all, []string{honest}, true) {
		require.NoError(t, c.Err, c.Size)
	}
	for _, c := range audit.CheckSigned(s.view, all, []string{honest}, false) {
		if c.Size > int64(void) {
			require.ErrorIs(t, c.Err, audit.ErrDisputed)
		} else {
			require.NoError(t, c.Err, c.Size)
		}
	}
}

// A ledger that announces keys in every way, for the chain's words.
func TestTheChainInWords(t *testing.T) {
	s, _, signed, _ := disputedStage(t)
	s.announce("x", 0)
	s.follow()
	var b bytes.Buffer
	for _, k := range audit.Chain(s.view, signed, []string{s.key.Verifier()}) {
		fmt.Fprintf(&b, "%s\n  %s\n  %s\n", k.ID, k.Vietnamese(), k.English())
	}
	require.Equal(t, `2282aa92
  khóa được trao tay, các bản ghi này không công bố
  given by hand; these records do not announce it
4a0c0f60
  bản ghi @24 do một tài khoản không nêu tên ghi, ký từ cỡ sổ 26; không có chữ ký đồng ý của khóa trước; được bàn giao ở cỡ sổ 25; bị hủy bởi bản ghi @27 do quan-tri-01 (admin) + quan-tri-02 ghi: "khóa không phải của liên minh"; có tranh chấp
  record 24 by an unnamed account, signs from size 26 on; without consent; handed over to at size 25; voided by record 27 by quan-tri-01 (admin) + quan-tri-02: "khóa không phải của liên minh"; disputed
x
  bản ghi @29 do một tài khoản không nêu tên ghi, ký từ cỡ sổ 31; không có chữ ký đồng ý của khóa trước; không phải là khóa: không ai ký được bằng khóa này
  record 29 by an unnamed account, signs from size 31 on; without consent; not a key: nobody can sign with it
`, b.String())
}

// A hand-over whose size fits and whose root is another is of another history, and
// the verifier says so itself, before it asks whose signature it bears.
func TestAHandoverOfAnotherRoot(t *testing.T) {
	f := newForger(t)
	f.rotate(true)
	e := f.evidence("s2")
	require.Len(t, e.Handovers, 1)
	lines := bytes.Split(e.Handovers[0], []byte("\n"))
	lines[2] = []byte(merkle.RootOf(nil).String())
	e.Handovers = [][]byte{bytes.Join(lines, []byte("\n"))}
	report := verify(t, file(t, e), f.trusting())
	require.False(t, report.OK)
	require.Equal(t, audit.ErrHandoverOther.Code, report.Code, report.English)
}
