package audit

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/statement"
)

// What an evidence file can be wrong about before anything in it is believed.
var (
	errEvidence = fault.Declare("evidence-form", fault.Unverified,
		"line %d of the evidence is not what must stand there: %s", "dòng %d của tệp bằng chứng không đúng quy cách: %v")
	errEvidenceCut = fault.Declare("evidence-cut", fault.Unverified,
		"the evidence ends within line %d, before its end line", "tệp bằng chứng bị cụt ở dòng %d, chưa tới dòng kết thúc")
	errEvidenceHash = fault.Declare("evidence-hash", fault.Unverified,
		"the evidence is damaged: its bytes do not have the hash of its end line", "tệp bằng chứng bị hỏng: nội dung không khớp mã băm ở dòng kết thúc")
	errEvidenceJunk = fault.Declare("evidence-junk", fault.Unverified,
		"the evidence goes on after its end line", "tệp bằng chứng còn nội dung sau dòng kết thúc")
	errEvidenceNewer = fault.Declare("evidence-newer", fault.NewerFormat,
		"the evidence has version %s, this program reads version 1", "tệp bằng chứng có phiên bản %s, chương trình này chỉ đọc phiên bản 1")
	ErrNoStatement = fault.Declare("evidence-no-statement", fault.NotFound,
		"there is no statement %s in this ledger", "trong sổ cái này không có báo cáo xác nhận %s")
)

// A DefinitionRef names a definition and its version.
type DefinitionRef struct {
	Code    string
	Version int64
}

// String is code@version.
func (d DefinitionRef) String() string { return d.Code + "@" + strconv.FormatInt(d.Version, 10) }

// Evidence is what an auditor receives: the records from 0 up to at least the
// one that states the figures, and a signed checkpoint that covers them.
type Evidence struct {
	Origin      string
	Statement   int64           // the position of the record that states the figures
	Definitions []DefinitionRef // in order of code, as the statement has them
	Handovers   [][]byte        // signed checkpoints by which one key vouches for the next
	Consistency []Hash          // from the records in the file to the checkpoint's size
	Checkpoint  []byte          // signed
	Records     [][]byte        // canonical bytes, by position
}

const (
	evidenceTitle   = "htxledger evidence "
	evidenceVersion = "1"

	maxShortLine   = 8 << 10
	maxDefinitions = 4096
	maxHandovers   = 1024
	maxNoteLines   = 256
	maxRecords     = 1 << 40

	// minRecordLine is less than the shortest record has: what the ledger itself
	// puts into each takes more. It bounds what a file of many short lines costs.
	minRecordLine = 128
)

// WriteEvidence writes a file that ReadEvidence reads.
func WriteEvidence(w io.Writer, e *Evidence) error {
	return writeEvidence(w, e, len(e.Records), func(yield func([]byte, error) bool) {
		for _, r := range e.Records {
			if !yield(r, nil) {
				return
			}
		}
	})
}

// writeEvidence writes evidence whose records, so many, come one by one. What was
// written before an error has no end line, so that nobody takes it for whole.
func writeEvidence(w io.Writer, e *Evidence, n int, records iter.Seq2[[]byte, error]) error {
	sum := sha256.New()
	b := bufio.NewWriterSize(w, 64<<10)
	out := io.MultiWriter(b, sum)
	line := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) } // b keeps the first error
	line("%s%s", evidenceTitle, evidenceVersion)
	line("origin %s", e.Origin)
	line("statement %d", e.Statement)
	line("definitions %d", len(e.Definitions))
	for _, d := range e.Definitions {
		line("%s", d)
	}
	line("handovers %d", len(e.Handovers))
	for _, n := range e.Handovers {
		line("note %d\n%s", bytes.Count(n, []byte("\n")), bytes.TrimSuffix(n, []byte("\n")))
	}
	line("consistency %d", len(e.Consistency))
	for _, h := range e.Consistency {
		line("%s", h)
	}
	line("checkpoint %d\n%s", bytes.Count(e.Checkpoint, []byte("\n")), bytes.TrimSuffix(e.Checkpoint, []byte("\n")))
	line("records %d", n)
	for r, err := range records {
		if err != nil {
			return err
		}
		if _, err := out.Write(r); err != nil {
			return err // the reader has left: the rest of a long ledger need not be fetched
		}
		line("")
	}
	fmt.Fprintf(b, "end %d %x\n", n, sum.Sum(nil))
	return b.Flush()
}

// ReadEvidence reads an evidence file strictly and to its end. It checks the
// form and the hash of the whole file, which finds every accident, and nothing
// that anybody signed: that is Verify.
func ReadEvidence(r io.Reader) (*Evidence, error) {
	in := &lineReader{in: bufio.NewReaderSize(r, 64<<10), sum: sha256.New()}
	e := &Evidence{}
	for _, part := range []func(*lineReader) error{
		readTitle, e.readHead, e.readDefinitions, e.readHandovers, e.readConsistency, e.readCheckpoint, e.readRecords, e.readEnd,
	} {
		if err := part(in); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// A lineReader reads lines and hashes all but the last one read.
type lineReader struct {
	in     *bufio.Reader
	sum    hash.Hash
	last   []byte
	number int
}

// line reads one line without its end. It is valid until the next call.
func (l *lineReader) line(max int) ([]byte, error) {
	// the line before is hashed only now: the end line, read last, is not part of its own hash
	l.sum.Write(l.last)
	l.last = l.last[:0]
	l.number++
	for {
		piece, err := l.in.ReadSlice('\n')
		l.last = append(l.last, piece...)
		switch {
		// one more than max for the line feed
		case err == nil && len(l.last) <= max+1:
			return l.last[:len(l.last)-1], nil
		case len(l.last) > max+1:
			return nil, l.wrong(word{"too long", "dòng quá dài"})
		case errors.Is(err, io.EOF):
			return nil, errEvidenceCut.With(l.number)
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("read line %d: %w", l.number, err)
		}
	}
}

func (l *lineReader) wrong(what word) error { return errEvidence.With(l.number, what) }

// lineWanted says what should stand on a line.
func lineWanted(name string) word { return word{"want " + name, "phải là " + name} }

// word reads a line that begins with a word and a space, and gives the rest.
func (l *lineReader) word(name string) (string, error) {
	b, err := l.line(maxShortLine)
	if err != nil {
		return "", err
	}
	rest, ok := strings.CutPrefix(string(b), name+" ")
	if !ok {
		return "", l.wrong(lineWanted(name))
	}
	return rest, nil
}

// count reads a word and a number up to a limit.
func (l *lineReader) count(name string, limit int64) (int64, error) {
	rest, err := l.word(name)
	if err != nil {
		return 0, err
	}
	n, err := parseSize(rest)
	if err != nil || n > limit {
		return 0, l.wrong(lineWanted(name))
	}
	return n, nil
}

// readTitle reads the first line; a newer version than this program reads is errEvidenceNewer, any
// other text a wrong form.
func readTitle(in *lineReader) error {
	b, err := in.line(maxShortLine)
	if err != nil {
		return err
	}
	version, ok := strings.CutPrefix(string(b), evidenceTitle)
	if !ok {
		return in.wrong(lineWanted("title"))
	}
	// only a number is a version; other text is no evidence file at all
	if _, err := parseSize(version); err == nil && version != evidenceVersion {
		return errEvidenceNewer.With(version)
	}
	if version != evidenceVersion {
		return in.wrong(lineWanted("title"))
	}
	return nil
}

func (e *Evidence) readHead(in *lineReader) (err error) {
	if e.Origin, err = in.word("origin"); err != nil {
		return err
	}
	e.Statement, err = in.count("statement", maxRecords)
	return err
}

// readDefinitions reads the code@version lines, which stand in strict order of code so that no
// definition is named twice.
func (e *Evidence) readDefinitions(in *lineReader) error {
	n, err := in.count("definitions", maxDefinitions)
	for range n {
		var b []byte
		if b, err = in.line(maxShortLine); err != nil {
			return err
		}
		code, digits, _ := strings.Cut(string(b), "@")
		version, bad := parseSize(digits)
		if last := len(e.Definitions) - 1; bad != nil || code == "" || last >= 0 && e.Definitions[last].Code >= code {
			return in.wrong(lineWanted("definition"))
		}
		e.Definitions = append(e.Definitions, DefinitionRef{code, version})
	}
	return err
}

func (e *Evidence) readHandovers(in *lineReader) error {
	n, err := in.count("handovers", maxHandovers)
	for range n {
		note, err := in.note("note")
		if err != nil {
			return err
		}
		e.Handovers = append(e.Handovers, note)
	}
	return err
}

// note reads a word with a number of lines, and those lines.
func (l *lineReader) note(name string) ([]byte, error) {
	n, err := l.count(name, maxNoteLines)
	if err != nil {
		return nil, err
	}
	var text []byte
	for range n {
		b, err := l.line(maxShortLine)
		if err != nil {
			return nil, err
		}
		text = append(append(text, b...), '\n')
	}
	return text, nil
}

// readConsistency reads the hashes of the proof from the records in the file to the checkpoint's
// size; none where the two sizes are equal.
func (e *Evidence) readConsistency(in *lineReader) error {
	n, err := in.count("consistency", maxProof)
	for range n {
		var b []byte
		if b, err = in.line(maxShortLine); err != nil {
			return err
		}
		h, bad := parseHash(string(b))
		if bad != nil {
			return in.wrong(lineWanted("hash"))
		}
		e.Consistency = append(e.Consistency, h)
	}
	return err
}

func (e *Evidence) readCheckpoint(in *lineReader) (err error) {
	e.Checkpoint, err = in.note("checkpoint")
	return err
}

// readRecords reads the records. More than the checkpoint covers prove nothing
// and are refused before any is read; what the checkpoint itself is wrong about,
// Verify tells.
func (e *Evidence) readRecords(in *lineReader) error {
	n, err := in.count("records", maxRecords)
	if c, bad := ReadUnverified(e.Checkpoint); bad == nil && n > c.Size {
		return in.wrong(word{"more records than the checkpoint covers", "nhiều bản ghi hơn số mà điểm kiểm tra bao gồm"})
	}
	for range n {
		var b []byte
		if b, err = in.line(ledger.MaxEntryBytes); err != nil {
			return err
		}
		// a record is a JSON object: this is the end line, which came too early
		if bytes.HasPrefix(b, []byte("end ")) {
			return errEvidenceCut.With(in.number)
		}
		if len(b) < minRecordLine {
			return in.wrong(word{"too short for a record", "dòng quá ngắn, không thể là một bản ghi"})
		}
		// cloned because the reader's buffer is used for the next line
		e.Records = append(e.Records, bytes.Clone(b))
	}
	return err
}

// readEnd reads the end line and holds the number of records and the hash of all lines before to
// the file; then nothing may follow.
func (e *Evidence) readEnd(in *lineReader) error {
	rest, err := in.word("end")
	if err != nil {
		return err
	}
	count, digits, _ := strings.Cut(rest, " ")
	sum, bad := hex.DecodeString(digits)
	if bad != nil || hex.EncodeToString(sum) != digits || len(sum) != sha256.Size || count != strconv.Itoa(len(e.Records)) {
		return in.wrong(lineWanted("end"))
	}
	if !bytes.Equal(sum, in.sum.Sum(nil)) {
		return errEvidenceHash
	}
	if _, err := in.in.ReadByte(); err == nil {
		return errEvidenceJunk
	} else if !errors.Is(err, io.EOF) {
		return fmt.Errorf("read after the end line: %w", err)
	}
	return nil
}

// An EvidenceSource is evidence whose records are still in their store: however
// many they are, Write holds a few at a time.
type EvidenceSource struct {
	Evidence                 // without Records
	Size     ledger.Position // how many records the file has
	log      ledger.Log
}

// Write writes the file, reading the records from the store.
func (s *EvidenceSource) Write(ctx context.Context, w io.Writer) error {
	return writeEvidence(w, &s.Evidence, int(s.Size), func(yield func([]byte, error) bool) {
		at := ledger.Position(0)
		for e, err := range s.log.Entries(ctx, 0) {
			if err != nil || at == s.Size || !yield(e.Bytes, nil) {
				if err != nil {
					yield(nil, fmt.Errorf("read record %d for evidence: %w", at, err))
				}
				return
			}
			at++
		}
		if at < s.Size {
			yield(nil, errShrunk.With(s.Size, at))
		}
	})
}

// Gather collects the evidence for a statement, by its key, from a ledger and
// the checkpoints signed for it. It takes the smallest checkpoint that covers
// the statement and what became of it, and the records up to there; those
// between the statement and the checkpoint are left out, with a consistency
// proof in their place, unless they announce its key, void one or recover from a loss. ErrNoCheckpoint says that
// one must be signed first.
func Gather(ctx context.Context, log ledger.Log, key string, signed []Signed) (*EvidenceSource, error) {
	return gather(ctx, log, &View{}, key, signed)
}

// gather is Gather with a view of the log, which is read on to the log's end.
func gather(ctx context.Context, log ledger.Log, view *View, key string, signed []Signed) (*EvidenceSource, error) {
	if err := view.Follow(ctx, log); err != nil {
		return nil, fmt.Errorf("gather evidence: %w", err)
	}
	f, _, until, err := readStatement(ctx, log, view.Size(), key)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(signed, func(s Signed) bool { return s.Size >= int64(until) })
	if i < 0 {
		return nil, ErrNoCheckpoint.With(until)
	}
	cover := signed[i]
	if cover.Size > int64(view.Size()) {
		return nil, errShrunk.With(cover.Size, view.Size())
	}
	size := ledger.Position(cover.Size)
	// records behind the statement that matter to the signature must be in the file, and no proof
	// can stand in their place: all records up to the checkpoint go in
	if keyChanged(view.Ring(until), view.Ring(size), cover.Size) || len(view.RecoveriesBefore(until)) != len(view.RecoveriesBefore(size)) {
		until = size
	}
	e, err := headOf(view, f, until, cover, signed)
	return &EvidenceSource{Evidence: e, Size: until, log: log}, err
}

// keyChanged reports whether the records between two rings give a size to another
// key, or void one.
func keyChanged(before, after *keyring.Ring, size int64) bool {
	was, _ := before.Signer(size)
	is, _ := after.Signer(size)
	return was != is || before.Voids() != after.Voids()
}

// headOf is the evidence of a statement without its records, of which it has so
// many.
func headOf(view *View, f *ledger.Fact, until ledger.Position, cover Signed, signed []Signed) (e Evidence, err error) {
	// a ledger that was exchanged since would give evidence that no verifier accepts
	if root, err := view.Root(ledger.Position(cover.Size)); err != nil || root != cover.Root {
		return e, ErrFork.With(cover.Size)
	}
	proof, err := view.Consistency(until, ledger.Position(cover.Size))
	if err != nil {
		return e, err
	}
	e = Evidence{
		Origin: view.Origin(), Statement: int64(f.By.Position), Consistency: proof.Hashes, Checkpoint: cover.Note,
		Definitions: definitionsOf(f.Event.(*statement.Issued)),
	}
	for _, a := range view.Ring(until).All() {
		for _, s := range signed {
			if a.HandedBy(s.Size) && s.Size <= int64(until) {
				e.Handovers = append(e.Handovers, s.Note)
				break
			}
		}
	}
	return e, nil
}

// readStatement reads a standing statement by its key from the first n records
// of a log, of which it keeps those of the statement's stream alone.
func readStatement(ctx context.Context, log ledger.Log, n ledger.Position, key string) (f *ledger.Fact, withdrawn bool, until ledger.Position, err error) {
	stream := ledger.StreamOf("statement", key)
	named := []byte(`"stream":"` + stream.String() + `"`) // cannot stand unescaped inside a text
	var records []*ledger.Record
	specs := map[ledger.ID]*ledger.Spec{} // by record, the kind whose data it carries
	at := ledger.Position(0)
	for e, err := range log.Entries(ctx, 0) {
		if err != nil {
			return nil, false, 0, fmt.Errorf("gather evidence at %d: %w", at, err)
		}
		// the log may have grown since the view was read; evidence is about the view
		if at == n {
			break
		}
		if at++; !bytes.Contains(e.Bytes, named) {
			continue
		}
		r, err := readSpecified(e.Bytes, specs)
		if err != nil {
			return nil, false, 0, ledger.ErrCorrupt.With(at-1, ledger.Unreadable).Because(err)
		}
		if r.Stream == stream {
			records = append(records, r)
		}
	}
	return findStatement(records, key)
}

// readSpecified decodes a record with its data. The records that it corrects must
// have been read with the same specs before.
func readSpecified(b []byte, specs map[ledger.ID]*ledger.Spec) (*ledger.Record, error) {
	r, err := ledger.Decode(b)
	if err != nil {
		return nil, err
	}
	var spec *ledger.Spec
	if r.Corrects == nil {
		if spec, err = register.Spec(r.Kind); err != nil {
			return nil, err
		}
		// a correction carries data of the kind that it corrects
	} else if spec = specs[r.Corrects.ID]; spec == nil {
		return nil, ledger.ErrNoTarget.With(r.Corrects.ID.String())
	}
	specs[r.ID] = spec
	if r.Kind != ledger.KindRetracted {
		r.Event, err = spec.Decode(r.Data)
	}
	return r, err
}

// findStatement finds a standing statement by its key, tells whether a
// withdrawal of it stands too, and how many records hold all that was ever
// said of it.
func findStatement(records []*ledger.Record, key string) (f *ledger.Fact, withdrawn bool, until ledger.Position, err error) {
	var stream []*ledger.Record
	for _, r := range records {
		if r.Stream == ledger.StreamOf("statement", key) {
			stream = append(stream, r)
		}
	}
	for _, fact := range ledger.Effective(stream) {
		switch fact.Event.(type) {
		case *statement.Issued:
			if f == nil {
				f = fact
			}
		case *statement.Withdrawn:
			withdrawn = true
		}
	}
	if f == nil {
		return nil, false, 0, ErrNoStatement.With(key)
	}
	return f, withdrawn, stream[len(stream)-1].Position + 1, nil
}

func definitionsOf(s *statement.Issued) []DefinitionRef {
	var list []DefinitionRef
	for _, code := range slices.Sorted(maps.Keys(s.Definitions)) {
		list = append(list, DefinitionRef{code, s.Definitions[code]})
	}
	return list
}
