package audit

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"sync"

	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
)

// journalName is the journal's file, beside the keys.
const journalName = "checkpoints"

const journalTitle = "htxledger checkpoints 1\n"

// A Signed is a signed checkpoint.
type Signed struct {
	Checkpoint
	Note []byte // the signed text, to be passed on verbatim
}

// A Journal is every checkpoint that was ever signed, in an append-only file
// beside the keys. It is what keeps a signature from being given twice to two
// histories: it refuses a tree that is smaller than the last one signed or
// does not grow from it, and writes a checkpoint down, durably, before
// anybody sees it. Only a recovery that the ledger records (ledger.recovered/1)
// lets it sign what does not grow. Its methods may be called concurrently, by several
// processes too.
//
// The file is a title line and then, for each checkpoint, the line
// "checkpoint LENGTH SHA256" and the LENGTH bytes of its note. The first one
// after a recovery does not grow from those before; its line is "recovered
// AGREED LENGTH SHA256", and gives up the checkpoints above the size AGREED. An
// entry that is cut short at the file's end was never given out; it is written
// over.
type Journal struct {
	disk Disk

	mu     sync.Mutex
	text   []byte   // the file up to the end of its last whole entry, as read last
	parsed []Signed // its entries that no recovery gave up
	lost   []Signed // the others, in the order in which they were signed
}

// NewJournal is the journal of a folder.
func NewJournal(disk Disk) *Journal { return &Journal{disk: disk} }

// Entries are the checkpoints signed so far, smallest first, without those that
// a recovery gave up. They are not the caller's to change.
func (j *Journal) Entries() ([]Signed, error) {
	entries, _, err := j.read()
	return entries, err
}

// Lost are the checkpoints that recoveries gave up, in the order in which they
// were signed.
func (j *Journal) Lost() ([]Signed, error) {
	if _, _, err := j.read(); err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lost), nil
}

// read gives the entries and where the next one begins.
func (j *Journal) read() ([]Signed, int64, error) {
	b, _, err := j.disk.Read(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, ErrDisk.Because(err)
	}
	if len(b) < len(journalTitle) && bytes.HasPrefix([]byte(journalTitle), b) {
		return nil, 0, nil // cut short before anything was signed
	}
	if !bytes.HasPrefix(b, []byte(journalTitle)) {
		return nil, 0, errJournal.With(0, word{"title", "tiêu đề"})
	}
	return j.parse(b)
}

// parse reads the entries of a whole file, those that were read before only if
// their bytes are others now.
func (j *Journal) parse(b []byte) ([]Signed, int64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	// the journal only grows, so mostly the bytes read last are the beginning and their entries
	// need no second look
	entries, lost, rest, known := j.parsed, j.lost, b, bytes.HasPrefix(b, j.text) && len(j.text) > 0
	if known {
		rest = b[len(j.text):]
	} else {
		entries, lost, rest = nil, nil, b[len(journalTitle):]
	}
	for len(rest) > 0 {
		s, agreed, after, whole, err := readEntry(rest, entries)
		if err != nil {
			return nil, 0, errJournal.With(len(b)-len(rest), word{err.Error(), "một mục"})
		}
		if !whole {
			break
		}
		// an entry behind a recovery takes back every entry above the size that was agreed
		kept := upTo(entries, agreed)
		lost = append(lost, entries[len(kept):]...)
		entries, rest = append(kept, s), after
	}
	// an entry cut short is not counted: the next one is written over it
	end := len(b) - len(rest)
	j.text, j.parsed, j.lost = b[:end:end], slices.Clip(entries), slices.Clip(lost)
	return j.parsed, int64(end), nil
}

// upTo are the entries of at most a size.
func upTo(entries []Signed, size int64) []Signed {
	n := 0
	for n < len(entries) && entries[n].Size <= size {
		n++
	}
	return entries[:n:n]
}

// readEntry reads the first entry of b, and up to which size it goes on from
// those before. It is not whole if b ends within it.
func readEntry(b []byte, before []Signed) (s Signed, agreed int64, rest []byte, whole bool, err error) {
	head, body, ok := bytes.Cut(b, []byte("\n"))
	// no line end yet: cut short, unless the text is already longer than any head line
	if !ok && len(b) <= len("recovered 9223372036854775807 65536 ")+2*sha256.Size {
		return s, 0, nil, false, nil
	}
	length, agreed, sum, err := parseHead(string(head))
	if err != nil {
		return s, 0, nil, false, err
	}
	if len(body) < length {
		return s, 0, nil, false, nil
	}
	s.Note, rest = body[:length], body[length:]
	if sha256.Sum256(s.Note) != sum {
		return s, 0, nil, false, errors.New("hash of an entry")
	}
	if s.Checkpoint, err = ReadUnverified(s.Note); err != nil {
		return s, 0, nil, false, err
	}
	return s, agreed, rest, true, checkFollows(s, agreed, before)
}

// checkFollows is nil if an entry may stand behind others: it is of the same ledger,
// and larger than those that it goes on from.
func checkFollows(s Signed, agreed int64, before []Signed) error {
	n := len(before)
	if n > 0 && before[n-1].Origin != s.Origin {
		return errors.New("an entry of another ledger")
	}
	if agreed < math.MaxInt64 && (n == 0 || agreed >= before[n-1].Size) {
		return errors.New("a recovery from nothing")
	}
	if kept := upTo(before, agreed); len(kept) > 0 && kept[len(kept)-1].Size >= s.Size || agreed < math.MaxInt64 && s.Size <= agreed {
		return errors.New("an entry that does not follow the one before")
	}
	return nil
}

// parseHead reads the head line of an entry: its length, up to which size it
// goes on from those before, which is all of them but after a recovery, and its
// hash.
func parseHead(head string) (length int, agreed int64, sum [sha256.Size]byte, err error) {
	wrong := errors.New("head of an entry")
	var digits []byte
	if _, err := fmt.Sscanf(head, "recovered %d %d %x", &agreed, &length, &digits); err != nil {
		agreed = math.MaxInt64
		if _, err := fmt.Sscanf(head, "checkpoint %d %x", &length, &digits); err != nil {
			return 0, 0, sum, wrong
		}
	}
	if length < 0 || length > maxNote || agreed < 0 || len(digits) != sha256.Size {
		return 0, 0, sum, wrong
	}
	sum = [sha256.Size]byte(digits)
	if entryHead(length, agreed, sum) != head+"\n" {
		return 0, 0, sum, wrong
	}
	return length, agreed, sum, nil
}

func entryHead(length int, agreed int64, sum [sha256.Size]byte) string {
	if agreed < math.MaxInt64 {
		return fmt.Sprintf("recovered %d %d %x\n", agreed, length, sum)
	}
	return fmt.Sprintf("checkpoint %d %x\n", length, sum)
}

// Latest is the last checkpoint signed; ErrNoCheckpoint if there is none.
func (j *Journal) Latest() (Signed, error) {
	entries, err := j.Entries()
	if err != nil {
		return Signed{}, err
	}
	if len(entries) == 0 {
		return Signed{}, ErrNoCheckpoint.With(1)
	}
	return entries[len(entries)-1], nil
}

// FindCovering is the smallest checkpoint of at least n records.
func (j *Journal) FindCovering(n ledger.Position) (Signed, error) {
	entries, err := j.Entries()
	if err != nil {
		return Signed{}, err
	}
	i := slices.IndexFunc(entries, func(s Signed) bool { return s.Size >= int64(n) })
	if i < 0 {
		return Signed{}, ErrNoCheckpoint.With(n)
	}
	return entries[i], nil
}

// Sign signs the checkpoint of the first size records of a ledger that was
// read back, with the key of the folder whose turn it is. The size that was
// signed last gives that checkpoint again. Nothing is signed that is smaller
// than what was signed before, or that does not grow from it, unless it holds a
// recovery that names the last checkpoint signed.
func (j *Journal) Sign(view *View, size ledger.Position) (Signed, error) {
	c, err := view.Checkpoint(size)
	switch {
	case err != nil:
		return Signed{}, err
	case size == 0:
		return Signed{}, ErrNothingToSign
	case !nameable(c.Origin):
		return Signed{}, errOriginForm.With(c.Origin)
	}
	release, err := j.disk.Lock()
	if err != nil {
		return Signed{}, err
	}
	defer release()
	entries, end, err := j.read()
	if err != nil {
		return Signed{}, err
	}
	agreed := int64(math.MaxInt64)
	// with the lock held: between two signers of two processes the second sees what the first wrote
	if n := len(entries); n > 0 {
		last := entries[n-1]
		if err := checkGrowth(view, last.Checkpoint, c); err != nil {
			if agreed, err = checkRecovery(view, entries, c, err); err != nil {
				return Signed{}, err
			}
		} else if last.Size == c.Size {
			return last, nil
		}
	}
	return j.write(view, c, entries, agreed, end)
}

// checkRecovery gives the size up to which a checkpoint that does not grow from the
// last one signed goes on from those before, if the records that it is of hold
// a recovery that names the last; otherwise why it does not grow.
func checkRecovery(view *View, entries []Signed, c Checkpoint, why error) (agreed int64, err error) {
	r, err := view.recovery(entries[len(entries)-1].Checkpoint)
	if err != nil || r == nil || c.Size <= r.Position {
		return 0, cmp.Or(err, why)
	}
	for _, s := range upTo(entries, r.AgreedSize) {
		if root, err := view.tree.Root(s.Size); err != nil || root != s.Root {
			return 0, ErrFork.With(s.Size)
		}
	}
	return r.AgreedSize, nil
}

// SignHead signs the checkpoint of all that a view has read.
func (j *Journal) SignHead(view *View) (Signed, error) { return j.Sign(view, view.Size()) }

// checkGrowth is nil if the checkpoint c of a view grows from the last one signed:
// proven by the view's own tree, and the proof checked again.
func checkGrowth(view *View, last, c Checkpoint) error {
	if last.Origin != c.Origin {
		return errOtherOrigin.With(last.Origin, c.Origin)
	}
	if int64(view.Size()) < last.Size {
		return errShrunk.With(last.Size, view.Size())
	}
	if c.Size < last.Size {
		return errSmaller.With(c.Size, last.Size)
	}
	// the proof is checked against the root that was signed, not against the tree that gave it
	proof, err := view.Consistency(ledger.Position(last.Size), ledger.Position(c.Size))
	if err != nil {
		return err
	}
	proof.OldRoot, proof.NewRoot = last.Root, c.Root
	if err := proof.Check(); err != nil {
		return ErrFork.With(last.Size).Because(err)
	}
	return nil
}

// write signs a checkpoint with the key whose turn it is and appends the entry at end, durably.
// entries are those signed so far, agreed the size up to which the new one goes on from them.
// Nothing is written where a key is missing or void.
func (j *Journal) write(view *View, c Checkpoint, entries []Signed, agreed, end int64) (Signed, error) {
	keys, err := j.keys(c.Origin)
	if err != nil {
		return Signed{}, err
	}
	ring := view.keys()
	if err := refuseVoided(ring, c.Size); err != nil {
		return Signed{}, err
	}
	key, err := chooseKey(ring.Until(c.Size), keys, c.Size, entries)
	if err != nil {
		return Signed{}, explainNoKey(ring, keys, c.Size, err)
	}
	if err := refuseHandover(ring, keys, c.Size); err != nil {
		return Signed{}, err
	}
	signed, err := key.sign(c)
	if err != nil {
		return Signed{}, fmt.Errorf("sign size %d: %w", c.Size, err)
	}
	entry := []byte(entryHead(len(signed), agreed, sha256.Sum256(signed)) + string(signed))
	// the first entry also brings the title line of the file
	if end == 0 {
		entry = append([]byte(journalTitle), entry...)
	}
	// written down before it is returned: what was signed and is not in the journal could be signed
	// a second time
	if err := j.disk.Append(journalName, end, entry); err != nil {
		return Signed{}, ErrDisk.Because(err)
	}
	return Signed{c, signed}, nil
}

// keys are the keys of the folder, which must all be of one ledger.
func (j *Journal) keys(origin string) ([]*Key, error) {
	keys, err := Keys(j.disk)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, ErrNoKey
	}
	for _, k := range keys {
		if k.Name() != origin {
			return nil, errOtherOrigin.With(k.Name(), origin)
		}
	}
	return keys, nil
}

// refuseVoided refuses to sign a size that holds an announcement without the
// void of it, which is known by now: the signature would hand over to its key.
func refuseVoided(ring *keyring.Ring, size int64) error {
	for _, a := range ring.All() {
		if a.Voided != nil && a.At < size && size <= int64(a.Voided.Position) {
			return errVoidLater.With(size, KeyID(a.Key), a.Voided.Position, a.Voided.Position+1)
		}
	}
	return nil
}

// refuseHandover refuses to sign a size that would hand over to a key which is
// not in the folder, and every size that holds an announcement with false
// signatures: no verifier would take what was signed after it.
func refuseHandover(ring *keyring.Ring, keys []*Key, size int64) error {
	for _, a := range ring.All() {
		switch {
		case a.At >= size || a.Voided != nil:
		case a.False():
			return keyFalse(a)
		case a.HandedBy(size) && !hasKey(keys, a.Key):
			return errKeyStrange.With(a.At, KeyID(a.Key), a.Key)
		}
	}
	return nil
}

// explainNoKey says of a size that cannot be signed, because it is the turn of a key
// which is not in the folder, where that key comes from, if the key before it is
// here; any other fault stays.
func explainNoKey(ring *keyring.Ring, keys []*Key, size int64, err error) error {
	a := ring.Turn(size)
	if !errors.Is(err, errKeyNotHere) || a == nil || !oldIsHere(ring, keys, a) {
		return err
	}
	return errKeyStrange.With(a.At, KeyID(a.Key), a.Key).Because(err)
}

// oldIsHere reports whether the folder has the key before an announcement: the
// ledger's own, if it is one of the announced, and else any that never was.
func oldIsHere(ring *keyring.Ring, keys []*Key, a *keyring.Announcement) bool {
	if before := ring.Before(a); before != nil {
		return hasKey(keys, before.Key)
	}
	return slices.ContainsFunc(keys, func(k *Key) bool { return !ring.HasAnnounced(k.public) })
}

func hasKey(keys []*Key, public string) bool {
	return slices.ContainsFunc(keys, func(k *Key) bool { return k.public == public })
}

// Announce is the announcement by which a key of the folder takes over, for the
// position behind what a view has read: signed by that key, and by the one
// whose turn it is. The key that signed last signs once more after it, so that
// its signature under the records vouches for the new one: call Sign for the
// size that holds the announcement.
func (j *Journal) Announce(view *View, public string) (*ledger.KeyAnnounced2, error) {
	v, err := ParseVerifier(public)
	if err != nil {
		return nil, err
	}
	if v.Name() != view.Origin() {
		return nil, errOtherOrigin.With(v.Name(), view.Origin())
	}
	entries, err := j.Entries()
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, ErrNoCheckpoint.With(1)
	}
	last, ring, at := entries[len(entries)-1], view.keys(), int64(view.Size())
	// a key that signed already, announced or not, cannot take over from itself
	if ring.HasAnnounced(public) || signedBy(last, public) {
		return nil, errKeyExists.With(KeyID(public))
	}
	keys, err := j.keys(view.Origin())
	if err != nil {
		return nil, err
	}
	// at+1 is the size that holds the announcement, which the old key still signs; the new key
	// begins one size later
	old, err := chooseKey(ring, keys, at+1, entries)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(keys, func(k *Key) bool { return k.public == public })
	if i < 0 {
		return nil, errKeyNotHere.With(at+2, KeyID(public))
	}
	text := keyring.Text(view.Origin(), at, at+2, old.public, public)
	e := &ledger.KeyAnnounced2{Key: public, From: at + 2, Consent: ledger.Consent{Key: old.public}}
	if e.Proof, err = keys[i].seal(text); err == nil {
		e.Consent.Signature, err = old.seal(text)
	}
	if err != nil {
		return nil, fmt.Errorf("sign the announcement of key %s: %w", KeyID(public), err)
	}
	// checked by the rule that readers of the record will apply
	return e, ring.Check(at, e)
}

// chooseKey finds the key whose turn it is. The first key is the only one that was
// never announced, or of several the one that signed first.
func chooseKey(ring *keyring.Ring, keys []*Key, size int64, entries []Signed) (*Key, error) {
	due, _ := ring.Signer(size)
	var fits []*Key
	for _, k := range keys {
		switch {
		case k.public == due:
			return k, nil
		case due == "" && !ring.HasAnnounced(k.public):
			fits = append(fits, k)
		}
	}
	if len(fits) > 1 {
		key := signedFirst(entries, fits)
		if key == nil {
			return nil, errKeyMany.With(len(fits), size)
		}
		return key, nil
	}
	if len(fits) == 0 {
		return nil, errKeyNotHere.With(size, cmp.Or(KeyID(due), "1"))
	}
	return fits[0], nil
}

// signedFirst is the one of some keys that signed first, or nil if none ever
// did: a further key signs only after it, even one whose announcement was lost.
func signedFirst(entries []Signed, keys []*Key) *Key {
	for _, s := range entries {
		for _, k := range keys {
			if signedBy(s, k.public) {
				return k
			}
		}
	}
	return nil
}
