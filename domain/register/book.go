package register

import (
	"slices"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
	"htxledger/domain/place"
	"htxledger/domain/request"
	"htxledger/domain/spelling"
)

// Why a command's kind cannot be recorded.
var (
	errNoSuchKind = fault.Declare("kind-not-known", fault.Malformed,
		"there is no kind %s%s", "không có loại sự kiện %s%s")
	ErrOnlyFirst = fault.Declare("ledger-opened", fault.Conflict,
		"a ledger is opened once, by its record 0", "sổ cái chỉ được mở một lần, bởi bản ghi số 0")
	ErrRetracted = fault.Declare("correction-retracted", fault.Conflict,
		"the record was taken back already, by record @%d", "bản ghi này đã được rút lại rồi, bởi bản ghi @%d")
	ErrReserved = fault.Declare("kind-reserved", fault.Forbidden,
		"%s is recorded by %s alone", "loại sự kiện %s chỉ do lệnh %s ghi vào sổ")
)

// A Book holds every record of a prefix in memory, by stream, and decides
// whether a further command may follow. It is the state of the only writer
// and is not safe for concurrent use.
//
// A command about a long stream costs no more than one about a short one, as
// long as facts come nearly in the order of their days; one that comes late has
// the facts between its day and the next day asked folded again.
type Book struct {
	decoder *Decoder
	records []*ledger.Record
	streams map[ledger.Stream]*stream
	codes   taxCodes
	keys    []*ledger.Record // of keyring.Kinds, in order
	atlas   *place.Atlas     // of all records about places; nil until somebody asks
}

// NewBook is the book of the empty prefix.
func NewBook() *Book {
	return &Book{decoder: NewDecoder(), streams: map[ledger.Stream]*stream{}, codes: newTaxCodes()}
}

// Index is the index of the prefix.
func (b *Book) Index() *ledger.Index { return b.decoder.Index }

// Size is the number of records.
func (b *Book) Size() ledger.Position { return b.decoder.Index.Size() }

// Records are the records of the prefix. The list does not change when the book
// goes on, and stays true as long as none of them is taken back.
func (b *Book) Records() []*ledger.Record { return slices.Clip(b.records) }

// At is the record at a position below Size.
func (b *Book) At(p ledger.Position) *ledger.Record { return b.records[p] }

// Add extends the book by its next record, which it checks, and decodes if that
// is not done yet.
func (b *Book) Add(r *ledger.Record) error {
	if err := b.decoder.Next(r); err != nil {
		return err
	}
	b.records = append(b.records, r)
	b.forgetMap(r)
	s := b.streams[r.Stream]
	if s == nil {
		s = &stream{}
		b.streams[r.Stream] = s
	}
	s.add(r, b.Root(r))
	b.codes.count(r, 1)
	if slices.Contains(keyring.Kinds, r.Kind) {
		b.keys = append(b.keys, r)
	}
	return nil
}

// Back takes back the records from a size on.
func (b *Book) Back(size ledger.Position) {
	for b.Size() > size {
		r := b.records[len(b.records)-1]
		b.decoder.Back(r)
		b.records = b.records[:len(b.records)-1]
		b.forgetMap(r)
		b.streams[r.Stream].drop()
		b.codes.count(r, -1)
		if n := len(b.keys) - 1; n >= 0 && b.keys[n] == r {
			b.keys = b.keys[:n]
		}
	}
}

func (b *Book) forgetMap(changed *ledger.Record) {
	if changed.Stream.Family == "place" {
		b.atlas = nil
	}
}

// Facts are the facts of one stream as known at the head, in order.
func (b *Book) Facts(s ledger.Stream) []*ledger.Fact {
	if s := b.streams[s]; s != nil {
		return s.resolve(b.Find).Facts()
	}
	return nil
}

// keyRing is the key ring of the prefix.
func (b *Book) keyRing() (*keyring.Ring, error) {
	ring := keyring.New(b.records[0].Event.(*ledger.Opened).Origin)
	for _, r := range b.keys {
		if err := ring.Take(r); err != nil {
			return nil, err
		}
	}
	return ring, nil
}

// Verdict is what Decide found: a record ready to be added, or the record
// that the same command made before.
type Verdict struct {
	Record   *ledger.Record
	Repeated bool
}

// Decide tells what a command, taken at an instant, would record after the
// head: it is pure but for caches. The same command again gives the record it
// made; the same key with another content is ledger.ErrKeyReused. Everything
// else that the families refuse comes back as their fault.
func (b *Book) Decide(d *ledger.Draft, taken calendar.Instant) (Verdict, error) {
	if made, err := b.Made(d); made != nil || err != nil {
		return Verdict{made, true}, err
	}
	if b.Size() == 0 && d.Kind != ledger.KindOpened {
		return Verdict{}, ledger.ErrEmpty
	}
	if err := request.Approval(&world{Book: b}, d); err != nil {
		return Verdict{}, err
	}
	r, err := b.decideNew(d, taken)
	return Verdict{Record: r}, err
}

// decideNew is the record of a command that was not recorded before, or why it
// cannot be.
func (b *Book) decideNew(d *ledger.Draft, taken calendar.Instant) (*ledger.Record, error) {
	r, err := b.draw(d, taken)
	if err != nil {
		return nil, err
	}
	if err := b.admit(d, r); err != nil {
		return nil, err
	}
	if err := ledger.CheckAppend(r.Position, []ledger.Entry{EntryOf(r)}); err != nil {
		return nil, err
	}
	return r, nil
}

// Made is the record that the same command made before, or nil. The same key
// with another content is ledger.ErrKeyReused.
func (b *Book) Made(d *ledger.Draft) (*ledger.Record, error) {
	made := b.Find(ledger.IDOf(d.Key))
	if made != nil && !d.Repeats(made) {
		return nil, ledger.ErrKeyReused.With(d.Key).At("/key")
	}
	return made, nil
}

// draw makes the record of a command, without its event. What Encode takes a
// reader can read back, which TestWhatIsDrawnReadsBack holds; so nothing is
// decoded from its own encoding here.
func (b *Book) draw(d *ledger.Draft, taken calendar.Instant) (*ledger.Record, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if err := ledger.CheckKeyText(d.Key); err != nil {
		return nil, err
	}
	return d.Record(b.Size(), taken, b.decoder.Index.Length(d.Stream))
}

// EntryOf is a record as a store takes it.
func EntryOf(r *ledger.Record) ledger.Entry {
	return ledger.Entry{Position: r.Position, Bytes: r.Bytes, ID: r.ID, Kind: r.Kind, Stream: r.Stream, Record: r}
}

// admit gives the record of a command its event and lets its family decide it.
func (b *Book) admit(d *ledger.Draft, r *ledger.Record) error {
	fact := &ledger.Fact{Root: r, By: r, Valid: r.Valid}
	w := &world{Book: b}
	if r.IsCorrection() {
		target, root, err := b.target(r)
		if err != nil {
			return err
		}
		fact.Root, w.hidden = root, root
		for fact.Valid.IsZero() && target != nil {
			fact.Valid = target.Valid
			target = b.Find(correctedID(target))
		}
	}
	spec, err := commandSpec(fact.Root.Kind, r.Stream.Family)
	if err != nil {
		return err
	}
	if r.Kind != ledger.KindRetracted {
		if r.Event, err = d.EventOf(spec); err != nil {
			return err
		}
	}
	if err := checkPosition(r); err != nil {
		return err
	}
	if err := ledger.CheckBounds(r); err != nil { // a rule of the door: a record that exists is never asked
		return err
	}
	// A family that has no retractions decides them too, and refuses them.
	if r.Kind != ledger.KindRetracted || fact.Root.Kind.Family() == "statement" {
		fact.Event = r.Event
		if err := w.decide(r.Stream, fact); err != nil {
			return err
		}
	}
	return b.keepsTaxCodes(r, fact.Root)
}

func commandSpec(k ledger.Kind, family string) (*ledger.Spec, error) {
	s := kinds[k]
	if s == nil {
		return nil, errNoSuchKind.With(string(k), nearestKind(k)).At("/kind")
	}
	if !isOfFamily(k, family) {
		return nil, errFamily.With(string(k), family).At("/stream")
	}
	return s, nil
}

// target finds what a correction is about: the record it names and the first
// record behind that.
func (b *Book) target(r *ledger.Record) (target, root *ledger.Record, err error) {
	target = b.Find(r.Corrects.ID)
	switch {
	case target == nil:
		return nil, nil, ledger.ErrNoTarget.With(r.Corrects.ID.String()).At("/corrects")
	case target.Stream != r.Stream:
		return nil, nil, ledger.ErrOtherStream.With(target.Stream.String()).At("/stream")
	case target.Kind == ledger.KindRetracted && r.Kind == ledger.KindRestated:
		return nil, nil, ledger.ErrRestateRetraction.At("/corrects")
	}
	root = ledger.RootOf(target, b.Find)
	if spec := kinds[root.Kind]; spec != nil && spec.Uncorrectable {
		return nil, nil, ledger.ErrUncorrectable.With(string(root.Kind)).At("/corrects")
	}
	if r.Kind == ledger.KindRetracted {
		if by := b.RetractionOf(target); by != nil {
			return nil, nil, ErrRetracted.With(int64(by.Position)).At("/corrects")
		}
	}
	return target, root, nil
}

// RetractionOf is the retraction by which a record does not stand; nil if it stands.
func (b *Book) RetractionOf(rec *ledger.Record) *ledger.Record {
	return ledger.RetractionOf(rec, b.streams[rec.Stream].resolve(b.Find).Records(b.Size()))
}

func correctedID(r *ledger.Record) ledger.ID {
	if r.Corrects == nil {
		return ledger.ID{}
	}
	return r.Corrects.ID
}

// Find is the record with an id, or nil.
func (b *Book) Find(id ledger.ID) *ledger.Record {
	if at, ok := b.decoder.Index.Find(id); ok {
		return b.records[at]
	}
	return nil
}

// nearestKind is, as the end of a sentence, the known kind that a person may have
// meant by k: "; coop.established/1?", or "" where none is alike, which is one
// that differs in no more than a quarter of its letters.
func nearestKind(k ledger.Kind) string {
	best, least := ledger.Kind(""), len(k)/4+1
	for _, known := range Kinds() {
		if n := spelling.Distance(string(k), string(known)); n < least {
			best, least = known, n
		}
	}
	if best == "" {
		return ""
	}
	return "; " + string(best) + "?"
}
