package ledger

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"unicode"
	"unicode/utf8"

	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/fault"
)

// Encode gives the canonical bytes of r: the bytes that are stored, hashed
// and exported.
func Encode(r *Record) ([]byte, error) {
	return canonical.Marshal(r)
}

// Decode reads the canonical bytes of one record, strictly: an unknown or
// missing member, another order, white space, or an empty optional member is
// a fault. It does not look into data.
func Decode(b []byte) (*Record, error) {
	r := new(Record)
	if err := canonical.Unmarshal(b, r); err != nil {
		return nil, err
	}
	r.Bytes = b
	if err := r.checkHeader(); err != nil {
		return nil, err
	}
	r.shareData()
	return r, nil
}

func (r *Record) checkHeader() error {
	if r.Position < 0 || r.Revision < 0 || r.ID.IsZero() || r.Recorded.IsZero() {
		return ErrCorrupt.With(r.Position, fault.Text{English: "its position, revision, id or instant cannot be", Vietnamese: "vị trí, số hiệu, mã hoặc thời điểm ghi không thể có"})
	}
	d := Draft{Key: "-", Stream: r.Stream, Kind: r.Kind, Valid: r.Valid, Actor: r.Actor, Source: r.Source, Data: r.Data}
	if r.Corrects != nil {
		d.Corrects = &Target{ID: r.Corrects.ID, Reason: r.Corrects.Reason, Note: r.Corrects.Note}
	}
	return d.Check()
}

// Read decodes the records of a log from a position on. Like Log.Entries it
// yields an error at most once, and last; a record that cannot be read or is
// not where it says it is gives ErrCorrupt with its position.
func Read(ctx context.Context, log Log, from Position) iter.Seq2[*Record, error] {
	return decodeEntries(log.Entries(ctx, from), from)
}

func decodeEntries(entries iter.Seq2[Entry, error], from Position) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		at := from
		for e, err := range entries {
			if err != nil {
				yield(nil, fmt.Errorf("read at %d: %w", at, err))
				return
			}
			r, err := Decode(e.Bytes)
			if err == nil && r.Position != at {
				err = ErrPositions.With(r.Position, at)
			}
			if err != nil {
				yield(nil, ErrCorrupt.With(at, Unreadable).Because(err))
				return
			}
			if !yield(r, nil) {
				return
			}
			at++
		}
	}
}

// ReadOn is Read for a reader that goes on in a log that has just said how many
// records it holds: the first seen of them were read before, and last are the
// bytes of the last of those, nil where they are not known. A log that is
// shorter now is ErrStoreBehind; one that has grown and holds another record in
// that place is ErrStoreChanged. Of a log that has not grown nothing is read.
//
// Records that a DecodedLog in the log holds come first, with their Event; they
// are shared, and only the others are read. A reader that has decoded one of
// those hands it to DecodedLog.Keep.
func ReadOn(ctx context.Context, log Log, size, seen Position, last []byte) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		switch {
		case size < seen:
			yield(nil, ErrStoreBehind.With(size, seen))
			return
		case size == seen:
			return
		}
		for _, r := range DecodedLogOf(log).from(seen) {
			if !yield(r, nil) {
				return
			}
			seen, last = r.Position+1, r.Bytes
		}
		if seen >= size {
			return
		}
		// The last record is read once more, in the request that brings the next:
		// what follows it may be taken only where it is still the same.
		from := max(seen-1, 0)
		for r, err := range decodeEntries(EntriesUpTo(ctx, log, from, size), from) {
			if err == nil && r.Position < seen {
				if last == nil || bytes.Equal(r.Bytes, last) {
					continue
				}
				err = ErrStoreChanged.With(r.Position)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// EntriesUpTo is Log.Entries for a reader to whom the log has just said its size,
// and is not asked for it again where it need not be. A log may give more.
func EntriesUpTo(ctx context.Context, log Log, from, size Position) iter.Seq2[Entry, error] {
	if ranger, ok := AbilityOf[Ranger](log); ok {
		return ranger.Range(ctx, from, size)
	}
	return log.Entries(ctx, from)
}

// ParseDraft reads one command as people and programs write it: strict JSON,
// members in any order. Members that only the ledger sets are refused by name.
func ParseDraft(b []byte) (*Draft, error) {
	c, err := canonical.Transform(b, MaxEntryBytes)
	if err != nil {
		return nil, err
	}
	if len(c) > 0 && c[0] == '{' {
		for name := range canonical.Members(c) {
			if slices.Contains([]string{"position", "recorded", "revision", "id"}, name) {
				return nil, ErrReadOnlyField.With(name).At("/" + name)
			}
		}
	}
	d := new(Draft)
	if err := canonical.Unmarshal(c, d); err != nil {
		return nil, err
	}
	return d, d.Check()
}

// MaxKey is the longest key of a command, in bytes.
const MaxKey = 200

// Check reports what is wrong with a command by itself: its names, its source
// and the form of its correction. It does not look into data.
func (d *Draft) Check() error {
	switch {
	case !printable(d.Key):
		return ErrKey.At("/key")
	case !IsKey(d.Stream.Key) || d.Stream.Family == "":
		return ErrStream.With(d.Stream.String()).At("/stream")
	case d.Kind.Family() == "":
		return errKind.With(string(d.Kind)).At("/kind")
	case d.Actor != nil && !slices.Contains(Roles, d.Actor.Role):
		return errRole.With(d.Actor.Role).At("/actor/role")
	}
	if err := d.Source.check(); err != nil {
		return err
	}
	return d.checkCorrects()
}

func printable(key string) bool {
	if key == "" || len(key) > MaxKey || !utf8.ValidString(key) {
		return false
	}
	for _, r := range key {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

func (s *Source) check() error {
	switch {
	case s == nil:
		return nil
	case *s == Source{}:
		return errSource.With(fault.Text{English: "it says nothing", Vietnamese: "không nêu gì"}).At("/source")
	case s.Row < 0:
		return errSource.With(fault.Text{English: "a row is a number from 1 on", Vietnamese: "số dòng phải là số nguyên dương"}).At("/source/row")
	case s.SHA256 != "" && !isSHA256(s.SHA256):
		return errSource.With(fault.Text{English: "sha256 has 64 digits, 0 to 9 and a to f", Vietnamese: "sha256 gồm 64 ký tự 0–9, a–f"}).At("/source/sha256")
	}
	return nil
}

func isSHA256(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(s) == 64
}

func (d *Draft) checkCorrects() error {
	corrects := d.Kind == KindRestated || d.Kind == KindRetracted
	switch {
	case !corrects && d.Corrects != nil:
		return errNotCorrection.At("/corrects")
	case !corrects && d.Valid.IsZero():
		return errValidMissing.At("/valid")
	case !corrects && len(d.Data) == 0:
		return errDataMissing.At("/data")
	case !corrects:
		return nil
	case d.Corrects == nil || (d.Corrects.Key == "") == d.Corrects.ID.IsZero():
		return errCorrectsMissing.At("/corrects")
	case !slices.Contains(Reasons, d.Corrects.Reason):
		return errReason.With(d.Corrects.Reason).At("/corrects/reason")
	case d.Kind == KindRetracted && (!d.Valid.IsZero() || (len(d.Data) != 0 && string(d.Data) != "{}")):
		return errRetractionData.At("/data")
	case d.Kind == KindRestated && len(d.Data) == 0:
		return errDataMissing.At("/data")
	}
	return nil
}

// Record makes the record of a command: what the ledger adds to it. The record
// shares what the command points to, which must not change any more.
func (d *Draft) Record(at Position, recorded calendar.Instant, revision int64) (*Record, error) {
	r := &Record{
		Position: at, Recorded: recorded, ID: IDOf(d.Key), Stream: d.Stream, Revision: revision,
		Kind: d.Kind, Valid: d.Valid, Actor: d.Actor, Source: d.Source, Data: d.Data,
	}
	if len(r.Data) == 0 {
		r.Data = canonical.Raw("{}")
	}
	if t := d.Corrects; t != nil {
		r.Corrects = &Corrects{ID: t.Ident(), Reason: t.Reason, Note: t.Note}
	}
	if err := r.restateDays(); err != nil {
		return nil, err
	}
	var err error
	if r.Bytes, err = Encode(r); err != nil {
		return nil, err
	}
	r.shareData()
	return r, nil
}

// restateDays makes the days of a record those that its bytes will say. A program
// can make a month that is not stated by its last day, or a day that no record
// may name; the codec writes both, and only a reader would tell.
func (r *Record) restateDays() (err error) {
	if r.Valid, err = parseStated(r.Valid, "/valid"); err != nil || r.Source == nil {
		return err
	}
	issued, err := parseStated(r.Source.Issued, "/source/issued")
	if err == nil && issued != r.Source.Issued {
		r.Source = clonePointer(r.Source)
		r.Source.Issued = issued
	}
	return err
}

// parseStated is a day as its text states it.
func parseStated(s calendar.Stated, pointer string) (calendar.Stated, error) {
	if s.IsZero() {
		return calendar.Stated{}, nil
	}
	again, err := calendar.ParseStated(s.String())
	return again, fault.PrefixField(err, pointer)
}

var dataMember = []byte(`"data":`)

// shareData makes Data the part of Bytes that they are, so that a record holds
// them once. No text of an earlier member can hold the name in quotation marks,
// which stand escaped in a text, and no earlier member has one of this name.
func (r *Record) shareData() {
	if at := bytes.Index(r.Bytes, dataMember); at >= 0 {
		at += len(dataMember)
		r.Data = r.Bytes[at : at+len(r.Data) : at+len(r.Data)]
	}
}

// Repeats reports whether d says just what r already records: the same
// command sent again. An actor that d does not name is not compared.
func (d *Draft) Repeats(r *Record) bool {
	actor := d.Actor
	if actor == nil {
		actor = r.Actor
	}
	same := *d
	same.Actor = actor
	again, err := same.Record(r.Position, r.Recorded, r.Revision)
	return err == nil && string(again.Bytes) == string(r.Bytes)
}
