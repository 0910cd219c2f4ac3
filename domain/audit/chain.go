package audit

import (
	"fmt"
	"slices"

	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
)

// A ChainKey is one key of a ledger, and what the records and the verifier say
// of it.
type ChainKey struct {
	ID       string `json:"id"`
	Key      string `json:"key"` // as it was announced, even if it is none
	Given    bool   `json:"given"`
	From     int64  `json:"from"`               // the first size that it may sign
	Position *int64 `json:"position,omitempty"` // of the record that announces it; absent for the first key
	Version  int64  `json:"version,omitempty"`  // of that record's kind
	Recorded string `json:"recorded,omitempty"`
	Actor    string `json:"actor,omitempty"`  // the account that recorded it
	Role     string `json:"role,omitempty"`   // of the account
	Second   string `json:"second,omitempty"` // the account of the second person
	// Consent is "given" by the key before, "none" where version 1 asked for
	// none, or "false" where it does not hold; absent for the first key.
	Consent   string `json:"consent,omitempty"`
	ConsentBy string `json:"consent_by,omitempty"` // the id of that key
	Handover  int64  `json:"handover,omitempty"`   // size of the checkpoint that hands over, if one was found
	// State is "stands", "voided", "disputed", or "not-a-key" for a text that no
	// one can sign with and "false" for claims that do not hold.
	State string    `json:"state"`
	Void  *VoidNote `json:"void,omitempty"`
}

// A VoidNote is the record that ends an announcement.
type VoidNote struct {
	Position int64  `json:"position"`
	Recorded string `json:"recorded"`
	Actor    string `json:"actor,omitempty"`
	Role     string `json:"role,omitempty"`
	Second   string `json:"second,omitempty"`
	Reason   string `json:"reason"`
}

// The consents and states of a ChainKey.
const (
	ConsentGiven = "given"
	ConsentNone  = "none"
	ConsentFalse = "false"

	KeyStands   = "stands"
	KeyVoided   = "voided"
	KeyDisputed = "disputed"
	keyNone     = "not-a-key"
	KeyFalse    = "false"
)

// A chain is the keys of a ledger as a verifier follows them.
type chain struct {
	trust  *trust
	signer string // of the checkpoint of the evidence, or ""
	anchor int64  // position at which the key is announced that its trust begins with; -1 for the first key
}

// Chain lists the keys that a ledger announces among its records, with what the
// checkpoints signed for it show.
func Chain(view *View, signed []Signed, keys []string) []ChainKey {
	t := &trust{ring: view.keys(), anchors: keys, root: view.tree.Root, handed: signed}
	return (&chain{trust: t, anchor: -1}).keys()
}

// keys lists the first key, if it is known, and every key announced.
func (c *chain) keys() []ChainKey {
	var list []ChainKey
	if first := c.first(); first != "" {
		list = append(list, ChainKey{ID: KeyID(first), Key: first, Given: slices.Contains(c.trust.anchors, first), State: KeyStands})
	}
	for _, a := range c.trust.ring.All() {
		list = append(list, c.key(a))
	}
	return list
}

// first is the first key of the ledger: the one of the keys given that signed
// in its turn, or that the first consent names, or the only one given that is
// not announced.
func (c *chain) first() string {
	t := c.trust
	given := t.candidates(nil)
	for _, public := range given {
		for _, s := range append(t.shown, t.handed...) {
			if t.ring.Turn(s.Size) == nil && signedBy(s, public) {
				return public
			}
		}
	}
	// no key given signed in the first turn: the records may still name the first key
	for _, a := range t.ring.All() {
		if a.HasConsent() && t.ring.Before(a) == nil {
			return a.Old
		}
	}
	// nothing proves this key; with only one candidate there is no other choice
	if len(given) == 1 {
		return given[0]
	}
	return ""
}

// key is what the records and the trust show of one announced key: its claims first, then the
// state, of which the last to apply counts.
func (c *chain) key(a *keyring.Announcement) ChainKey {
	k := ChainKey{
		ID: KeyID(a.Key), Key: a.Key, Given: slices.Contains(c.trust.anchors, a.Key), From: a.From, Position: new(a.At),
		Version: 1, Recorded: a.Record.Recorded.String(), Consent: ConsentNone, State: KeyStands,
	}
	k.Actor, k.Role = actorOf(a.Record)
	if a.Old != "" {
		// only version 2 of the announcement names the key before
		k.Version, k.ConsentBy, k.Consent = 2, KeyID(a.Old), ConsentGiven
		k.Second = secondOf(a.Record)
	}
	switch {
	case a.False():
		k.Consent, k.State = ConsentFalse, KeyFalse
	case a.Wrong != nil:
		k.State = keyNone
	}
	k.Handover = c.handover(a)
	if a.Voided != nil {
		// a void outweighs every earlier state, and a dispute outweighs the void
		k.State = KeyVoided
		if c.trust.isDisputed(a, c.anchor) {
			k.State = KeyDisputed
		}
		k.Void = voidNote(a.Voided)
	}
	return k
}

// handover is the size of the checkpoint that hands over to the key of an
// announcement, 0 where none was found.
func (c *chain) handover(a *keyring.Announcement) int64 {
	before := c.first()
	if b := c.trust.ring.Before(a); b != nil {
		before = b.Key
	}
	for _, h := range c.trust.handed {
		if a.HandedBy(h.Size) && c.trust.ours(h) && signedBy(h, before) {
			return h.Size
		}
	}
	return 0
}

func voidNote(r *ledger.Record) *VoidNote {
	n := &VoidNote{Position: int64(r.Position), Recorded: r.Recorded.String()}
	n.Actor, n.Role = actorOf(r)
	if e, err := keyring.Event(r); err == nil {
		v := e.(*ledger.KeyVoided)
		n.Reason, n.Second = v.Reason, v.Second
	}
	return n
}

func actorOf(r *ledger.Record) (id, role string) {
	if r.Actor == nil {
		return "", ""
	}
	return r.Actor.ID, r.Actor.Role
}

func secondOf(r *ledger.Record) string {
	if e, err := keyring.Event(r); err == nil {
		if e, ok := e.(*ledger.KeyAnnounced2); ok {
			return e.Second
		}
	}
	return ""
}

// English says what is known of the key, in one line.
func (k ChainKey) English() string {
	return k.describe(func(english, _ string) string { return english }, "an unnamed account")
}

// Vietnamese says what is known of the key, in one line.
func (k ChainKey) Vietnamese() string {
	return k.describe(func(_, vietnamese string) string { return vietnamese }, "một tài khoản không nêu tên")
}

// describe is what is known of the key, in the language that say picks; nobody
// stands for an account without a name.
func (k ChainKey) describe(say func(english, vietnamese string) string, nobody string) string {
	if k.Position == nil {
		return say("given by hand; these records do not announce it", "khóa được trao tay, các bản ghi này không công bố")
	}
	consent := map[string]string{
		ConsentGiven: say("with the consent of key ", "có chữ ký đồng ý của khóa ") + k.ConsentBy,
		ConsentNone:  say("without consent", "không có chữ ký đồng ý của khóa trước"),
		ConsentFalse: say("its signatures do not hold", "chữ ký trong bản ghi không đúng"),
	}[k.Consent]
	s := fmt.Sprintf(say("record %d by %s, signs from size %d on; %s", "bản ghi @%d do %s ghi, ký từ cỡ sổ %d; %s"),
		*k.Position, describePeople(k.Actor, k.Role, k.Second, nobody), k.From, consent)
	if k.State == keyNone {
		s += say("; not a key: nobody can sign with it", "; không phải là khóa: không ai ký được bằng khóa này")
	}
	if k.Handover > 0 {
		s += fmt.Sprintf(say("; handed over to at size %d", "; được bàn giao ở cỡ sổ %d"), k.Handover)
	}
	if v := k.Void; v != nil {
		s += fmt.Sprintf(say("; voided by record %d by %s: %q", "; bị hủy bởi bản ghi @%d do %s ghi: %q"),
			v.Position, describePeople(v.Actor, v.Role, v.Second, nobody), v.Reason)
	}
	if k.State == KeyDisputed {
		s += say("; disputed", "; có tranh chấp")
	}
	return oneLine(s)
}

func describePeople(actor, role, second, nobody string) string {
	if actor == "" {
		return nobody
	}
	s := actor + " (" + role + ")"
	if second != "" {
		s += " + " + second
	}
	return s
}
