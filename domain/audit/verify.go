package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"htxledger/domain/fault"
	"htxledger/domain/indicator"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
	"htxledger/domain/statement"
)

// Why evidence is refused, beyond its form (evidence.go) and its keys
// (ring.go).
var (
	errNotOrigin = fault.Declare("verify-origin", fault.Unverified,
		"the evidence is about the ledger %q, but %s names %q", "bằng chứng nói về sổ cái %q, nhưng %v lại ghi %q")
	errRoot = fault.Declare("verify-root", fault.Unverified,
		"the %d records do not have the root of the checkpoint of size %d: a record was changed, left out, added or moved",
		"%d bản ghi không cho ra gốc Merkle của điểm kiểm tra cỡ %d: có bản ghi bị sửa, bị bỏ, bị thêm hoặc bị đổi chỗ")
	errRecords = fault.Declare("verify-records", fault.Unverified,
		"record %d cannot stand where it stands", "bản ghi %d không thể nằm ở vị trí đó")
	errNewerKind = fault.Declare("verify-newer", fault.NewerFormat,
		"record %d has a kind that this program does not know; verify with a newer version",
		"bản ghi %d thuộc loại mà chương trình này chưa biết; hãy xác minh bằng phiên bản mới hơn")
	errEarlier = fault.Declare("verify-earlier", fault.Unverified,
		"the checkpoint of size %d that you hold is of another history: the ledger was altered or forked",
		"điểm kiểm tra cỡ %d mà bạn giữ thuộc một lịch sử khác: sổ cái đã bị thay đổi hoặc rẽ nhánh")
	errEarlierBeyond = fault.Declare("verify-earlier-beyond", fault.Unverified,
		"the checkpoint of size %d that you hold cannot be compared: the file has the first %d records",
		"không thể so với điểm kiểm tra cỡ %d mà bạn giữ: tệp chỉ có %d bản ghi đầu")
	errNotStatement = fault.Declare("verify-statement", fault.Unverified,
		"no statement stands at position %d", "ở vị trí %d không có báo cáo xác nhận nào còn hiệu lực")
	errStatementSize = fault.Declare("verify-statement-size", fault.Unverified,
		"the statement speaks of %d records but stands at position %d itself", "báo cáo xác nhận nói về %d bản ghi nhưng chính nó nằm ở vị trí %d")
	ErrStatementRoot = fault.Declare("verify-statement-root", fault.Unverified,
		"the statement is about other records: its root is not that of the first %d of this ledger",
		"báo cáo xác nhận nói về những bản ghi khác: gốc Merkle của nó không phải của %d bản ghi đầu của sổ cái này")
	errListed = fault.Declare("verify-definitions", fault.Unverified,
		"the evidence lists other definitions than the statement", "tệp bằng chứng liệt kê định nghĩa khác với báo cáo xác nhận")
	ErrFigure = fault.Declare("verify-figure", fault.Unverified,
		"%s: the %s is stated as %s, but the records give %s", "%s: %v được nêu là %s, nhưng các bản ghi cho ra %s")
	ErrUndecided = fault.Declare("verify-undecided", fault.Unverified,
		"%s could not be counted", "không thể tính lại %s")
)

// Options are what a verifier brings along.
type Options struct {
	// Keys are public keys that the verifier trusts from elsewhere: the
	// ledger's first key, or any later one.
	Keys []string
	// OnlyKeys takes no hand-over: only the keys given may sign.
	OnlyKeys bool
	// Policy asks for cosignatures of witnesses; the zero Policy for none.
	Policy Policy
	// Earlier are signed checkpoints that the verifier kept from before. The
	// evidence must be of the same history.
	Earlier [][]byte
}

// The steps of a verification, in order.
const (
	StepFile        = "file"        // the file is whole
	StepCheckpoint  = "checkpoint"  // the signed text is a checkpoint of the ledger named
	StepRoot        = "root"        // the records have the checkpoint's root
	StepRecords     = "records"     // the records follow one another
	StepSignature   = "signature"   // a trusted key signed, in its turn
	StepEarlier     = "earlier"     // the history is that of the checkpoints kept from before
	StepWitnesses   = "witnesses"   // enough witnesses cosigned
	StepStatement   = "statement"   // the statement stands in the ledger and is about it
	StepDefinitions = "definitions" // every definition is known in its version
	StepFigures     = "figures"     // every figure follows from the records
	StepIssuer      = "issuer"      // who issued it may
)

// stepNames are the steps as a Vietnamese reader sees them.
var stepNames = map[string]string{
	StepFile: "tệp nguyên vẹn", StepCheckpoint: "điểm kiểm tra", StepRoot: "gốc Merkle", StepRecords: "chuỗi bản ghi",
	StepSignature: "chữ ký", StepEarlier: "điểm kiểm tra đã giữ", StepWitnesses: "nhân chứng", StepStatement: "báo cáo xác nhận",
	StepDefinitions: "định nghĩa chỉ tiêu", StepFigures: "số liệu", StepIssuer: "người phát hành",
}

// StepName is a step as a Vietnamese reader sees it.
func StepName(code string) string { return stepNames[code] }

// A Line is one figure of the statement and its recount.
type Line struct {
	Indicator string            `json:"indicator"`
	Version   int64             `json:"version"`
	Stated    statement.Figure  `json:"stated"`
	Counted   *statement.Figure `json:"counted,omitempty"` // nil if it could not be counted
	Same      bool              `json:"same"`
}

// A Report is what a verification found. OK is true only if every step was
// taken and held.
type Report struct {
	OK         bool     `json:"ok"`
	Passed     []string `json:"passed"`           // the steps that held, in order
	Failed     string   `json:"failed,omitempty"` // the step that did not
	Code       string   `json:"code,omitempty"`   // of the fault
	English    string   `json:"english"`          // the verdict, one sentence
	Vietnamese string   `json:"vietnamese"`

	Origin     string        `json:"origin,omitempty"`
	Records    int           `json:"records"`         // in the file
	Size       int64         `json:"checkpoint_size"` // that is signed
	Root       string        `json:"root,omitempty"`
	Key        string        `json:"key,omitempty"`  // the public key that signed
	Keys       []ChainKey    `json:"keys,omitempty"` // every key that may sign by the records, in order
	Witnesses  []Cosignature `json:"witnesses,omitempty"`
	Statement  string        `json:"statement,omitempty"` // its key
	Position   int64         `json:"position"`            // of its record
	Title      string        `json:"title,omitempty"`
	StatedSize int64         `json:"size"` // the prefix that the figures follow from
	Valid      string        `json:"valid,omitempty"`
	Place      string        `json:"place,omitempty"`
	Issuer     string        `json:"issuer,omitempty"` // account and role
	Duties     int64         `json:"duties,omitempty"` // the rule of duties that the statement names; version 1 names none
	Withdrawn  bool          `json:"withdrawn"`        // by a record in the file
	Lines      []Line        `json:"lines,omitempty"`
	// Recovered are the losses after which the ledger went on, by its records.
	Recovered []Recovery `json:"recovered,omitempty"`
	// Lost are the checkpoints kept from before that a recovery names as lost.
	Lost []lostCheckpoint `json:"lost,omitempty"`
	// Unchecked is what this verification could not speak to, even if it held.
	Unchecked []Caveat `json:"unchecked"`

	// Err is the fault of the failing step.
	Err error `json:"-"`
}

// A LostCheckpoint is a checkpoint kept from before whose records are lost, as
// the record at a position says.
type lostCheckpoint struct {
	Size     int64  `json:"size"`
	Root     string `json:"root"`
	Position int64  `json:"position"`
}

// A Caveat is something that a verification did not look at.
type Caveat struct {
	Code       string `json:"code"`
	English    string `json:"english"`
	Vietnamese string `json:"vietnamese"`
}

// caveats says what was not looked at: never the papers, and witnesses and
// earlier checkpoints only if the verifier brings them.
func (v *verification) caveats() []Caveat {
	list := []Caveat{{"truth", "whether what was recorded is true, and whether all that happened was recorded", "những gì đã ghi có đúng sự thật không, và mọi việc xảy ra có được ghi đủ không"}}
	if v.o.Policy.Need == 0 {
		list = append(list, Caveat{"witnesses", "whether others were shown another history: no witness was asked for", "người khác có được xem một lịch sử khác không: không yêu cầu nhân chứng nào"})
	}
	if len(v.o.Earlier) == 0 {
		list = append(list, Caveat{"earlier", "whether history was rewritten before this signature: no earlier checkpoint was given", "lịch sử có bị viết lại trước chữ ký này không: không có điểm kiểm tra nào được giữ từ trước"})
	}
	if n := int64(len(v.e.Records)); v.head.Size > n {
		list = append(list, Caveat{"later",
			fmt.Sprintf("records %d to %d, which are signed but not in the file", n, v.head.Size-1),
			fmt.Sprintf("các bản ghi từ %d đến %d: đã được ký nhưng không có trong tệp", n, v.head.Size-1)})
	}
	return list
}

// VerifyFile reads an evidence file and verifies it. An error of the reader
// itself, which is not the file's fault, comes back as an error; everything
// else is in the report.
func VerifyFile(r io.Reader, o Options) (*Report, error) {
	e, err := ReadEvidence(r)
	if err != nil {
		if _, ok := fault.Of(err); !ok {
			return nil, err
		}
		return RefusedReport(err), nil
	}
	return Verify(e, o), nil
}

// RefusedReport is the report on a file that ReadEvidence refused.
func RefusedReport(err error) *Report { return new(Report).conclude(StepFile, err) }

// Verify checks evidence from its bytes up, and recounts every figure of its
// statement by the slow road. It looks at nothing but the evidence and the
// options.
func Verify(e *Evidence, o Options) *Report {
	v := &verification{e: e, o: o, report: &Report{Origin: e.Origin, Records: len(e.Records), Passed: []string{StepFile}}}
	for _, step := range []struct {
		code string
		take func() error
		skip bool
	}{
		{StepCheckpoint, v.checkpoint, false},
		{StepRoot, v.root, false},
		{StepRecords, v.records, false},
		{StepSignature, v.signature, false},
		{StepEarlier, v.earlier, len(o.Earlier) == 0},
		{StepWitnesses, v.witnesses, o.Policy.Need == 0},
		{StepStatement, v.statement, false},
		{StepDefinitions, v.definitions, false},
		{StepFigures, v.figures, false},
		{StepIssuer, v.issuer, false},
	} {
		if step.skip {
			continue
		}
		err := step.take()
		// also after a refusal: the list of keys shows the reader which one was expected
		if step.code == StepSignature && v.chain != nil {
			v.report.Keys = v.chain.keys()
		}
		if err != nil {
			return v.report.conclude(step.code, err)
		}
		v.report.Passed = append(v.report.Passed, step.code)
	}
	v.report.Unchecked = v.caveats()
	return v.report.conclude("", nil)
}

// A verification is one run of Verify; each step leaves what later ones need.
type verification struct {
	e      *Evidence
	o      Options
	report *Report

	head     Checkpoint
	view     View
	decoded  []*ledger.Record
	fact     *ledger.Fact
	issued   *statement.Issued
	defs     []*indicator.Definition
	question indicator.Question
	register *register.Register
	chain    *chain // nil before the step of the signature
}

func (v *verification) checkpoint() error {
	c, err := ReadUnverified(v.e.Checkpoint)
	if err != nil {
		return err
	}
	v.head, v.report.Size, v.report.Root = c, c.Size, c.Root.String()
	if c.Origin != v.e.Origin {
		return errNotOrigin.With(v.e.Origin, word{"the checkpoint", "điểm kiểm tra"}, c.Origin)
	}
	return nil
}

// root hashes the records before anything in them is read.
func (v *verification) root() error {
	tree := &v.view.tree
	for _, b := range v.e.Records {
		tree.Append(b)
	}
	n := int64(len(v.e.Records))
	// one fault for every cause: a damaged list of records cannot say which record is wrong
	wrong := errRoot.With(n, v.head.Size)
	root, err := tree.Root(n)
	if err != nil || n > v.head.Size || n == 0 {
		return wrong
	}
	proof := Consistency{From: n, To: v.head.Size, OldRoot: root, NewRoot: v.head.Root, Hashes: v.e.Consistency}
	if err := proof.Check(); err != nil {
		return wrong.Because(err)
	}
	return nil
}

// records reads the records and holds each to those before it.
func (v *verification) records() error {
	d := register.NewDecoder()
	var fresh View
	for i, b := range v.e.Records {
		r, err := ledger.Decode(b)
		if err == nil {
			err = d.Next(r)
		}
		if err == nil {
			err = fresh.takeRecord(b, int64(i))
		}
		// not a forgery: a newer program may have recorded this
		if errors.Is(err, register.ErrKindUnknown) {
			return errNewerKind.With(i).Because(err)
		}
		if err != nil {
			return errRecords.With(i).Because(err)
		}
		v.decoded = append(v.decoded, r)
	}
	// the view's own tree was filled in the step before; only what the records say is taken over
	v.view.origin, v.view.ring, v.view.recovered = fresh.origin, fresh.ring, fresh.recovered
	v.report.Recovered = fresh.recovered
	for _, r := range fresh.recovered {
		if root, err := v.view.tree.Root(r.FoundSize); err != nil || root.String() != r.FoundRoot {
			return errRecovered.With(r.Position, r.FoundSize)
		}
	}
	if v.view.origin != v.e.Origin {
		return errNotOrigin.With(v.e.Origin, word{"record 0", "bản ghi 0"}, v.view.origin)
	}
	return nil
}

// signature decides which keys are trusted and holds the checkpoint's signature to them. A key that
// was given by hand and voided later is tried second: its word counts only where the ring with all
// voids refuses.
func (v *verification) signature() error {
	var handed []Signed
	for _, n := range v.e.Handovers {
		c, err := ReadUnverified(n)
		if err != nil {
			return err
		}
		if root, err := v.view.tree.Root(c.Size); err != nil || root != c.Root || c.Origin != v.e.Origin {
			return errHandoverOther.With(c.Size)
		}
		handed = append(handed, Signed{c, n})
	}
	v.chain = &chain{trust: v.trustOf(v.view.keys(), handed), anchor: -1}
	if err := v.ownKey(); err != nil {
		return err
	}
	err := v.accept(v.chain)
	if voided := v.givenVoided(); err != nil && len(voided) > 0 {
		kept := &chain{trust: v.trustOf(v.view.keys().WithoutVoidsOf(voided...), handed), anchor: -1}
		if v.accept(kept) == nil {
			v.chain, err = kept, nil
		}
	}
	v.report.Key = v.chain.signer
	return err
}

// trustOf is the trust of a ring in the hands of this verifier.
func (v *verification) trustOf(ring *keyring.Ring, handed []Signed) *trust {
	t := &trust{ring: ring, anchors: v.o.Keys, only: v.o.OnlyKeys, root: v.view.tree.Root, handed: handed}
	t.shown = append(t.shown, Signed{v.head, v.e.Checkpoint})
	for _, n := range v.o.Earlier {
		if c, err := ReadUnverified(n); err == nil && (c.Size == v.head.Size || t.ours(Signed{Checkpoint: c})) {
			t.shown = append(t.shown, Signed{c, n}) // one of another history is refused in its own step
		}
	}
	return t
}

// accept holds the signature of the evidence to a chain of keys.
func (v *verification) accept(c *chain) error {
	if err := findFalsehood(c.trust.ring); err != nil {
		return err
	}
	signer, anchor, err := c.trust.accept(Signed{v.head, v.e.Checkpoint})
	c.signer = signer
	if err != nil {
		return cmp.Or(c.trust.dispute(-1), err)
	}
	c.anchor = anchor
	return c.trust.dispute(anchor)
}

// givenVoided are those of the keys given that the ledger voids. What they
// signed is taken if nothing else is: who gives a key by hand stands for it.
func (v *verification) givenVoided() []string {
	var list []string
	for _, a := range v.view.keys().All() {
		if a.Voided != nil && slices.Contains(v.o.Keys, a.Key) {
			list = append(list, a.Key)
		}
	}
	return list
}

// ownKey wants at least one of the keys given to be of the ledger: somebody may
// keep those of several.
func (v *verification) ownKey() error {
	other := ""
	for _, public := range v.o.Keys {
		k, err := ParseVerifier(public)
		if err != nil {
			return err
		}
		if other = k.Name(); other == v.e.Origin {
			return nil
		}
	}
	if other == "" {
		return errSignature.With(v.head.Size)
	}
	return errNotOrigin.With(v.e.Origin, word{"the key", "khóa"}, other)
}

// earlier holds the evidence to checkpoints that the verifier kept.
func (v *verification) earlier() error {
	for _, n := range v.o.Earlier {
		c, err := ReadUnverified(n)
		if err != nil {
			return err
		}
		if c.Origin != v.e.Origin {
			return errNotOrigin.With(v.e.Origin, word{"the checkpoint kept", "điểm kiểm tra đã giữ"}, c.Origin)
		}
		// of the checkpoint's own size the root is known even where the records stop before
		want, err := v.view.tree.Root(c.Size)
		if c.Size == v.head.Size {
			want, err = v.head.Root, nil
		}
		if (err != nil || want != c.Root) && v.lost(c) {
			continue
		}
		if err != nil {
			return errEarlierBeyond.With(c.Size, len(v.e.Records))
		}
		if want != c.Root {
			return errEarlier.With(c.Size)
		}
	}
	return nil
}

// lost reports whether a recovery names a checkpoint kept from before, by its
// size and root, as what was lost.
func (v *verification) lost(c Checkpoint) bool {
	for _, r := range v.report.Recovered {
		if r.names(c) {
			v.report.Lost = append(v.report.Lost, lostCheckpoint{c.Size, c.Root.String(), r.Position})
			return true
		}
	}
	return false
}

func (v *verification) witnesses() (err error) {
	v.report.Witnesses, err = v.o.Policy.Check(v.e.Checkpoint)
	return err
}

// statement finds the statement at the position that the file names and holds its size and root to
// the records before it.
func (v *verification) statement() error {
	at := v.e.Statement
	if at >= int64(len(v.decoded)) {
		return errNotStatement.With(at)
	}
	stream := v.decoded[at].Stream
	if stream.Family != "statement" {
		return errNotStatement.With(at)
	}
	f, withdrawn, _, err := findStatement(v.decoded, stream.Key)
	// the position must be that of the record which decides now, not of one corrected since
	if err != nil || int64(f.By.Position) != at {
		return errNotStatement.With(at)
	}
	v.fact, v.issued = f, f.Event.(*statement.Issued)
	v.report.Withdrawn = withdrawn
	v.describe(stream)
	if v.issued.Size > int64(f.Root.Position) {
		return errStatementSize.With(v.issued.Size, f.Root.Position)
	}
	if root, err := v.view.tree.Root(v.issued.Size); err != nil || root.String() != v.issued.Root {
		return ErrStatementRoot.With(v.issued.Size)
	}
	return nil
}

func (v *verification) describe(stream ledger.Stream) {
	r := v.report
	r.Statement, r.Position, r.Title, r.StatedSize = stream.Key, v.e.Statement, v.issued.Title, v.issued.Size
	r.Valid, r.Place, r.Duties = v.issued.Valid.String(), v.issued.Place, v.issued.Duties
	if a := v.fact.By.Actor; a != nil {
		r.Issuer = a.ID + " (" + a.Role + ")"
	}
}

// definitions holds the file's list to the statement's and finds each definition in its version.
func (v *verification) definitions() error {
	if !slices.Equal(v.e.Definitions, definitionsOf(v.issued)) {
		return errListed
	}
	for _, f := range v.issued.Figures {
		d, err := DefinitionOf(f.Indicator, v.issued.Definitions[f.Indicator])
		if err != nil {
			return err
		}
		v.defs = append(v.defs, d)
	}
	return nil
}

// figures counts every figure again, and tells the first that differs.
func (v *verification) figures() error {
	var err error
	if v.question, err = QuestionOf(v.issued); err != nil {
		return ErrUndecided.With(v.issued.Title).Because(err)
	}
	v.register = register.Fold(v.decoded[:v.issued.Size], v.issued.Valid)
	// every line is counted even after a fault, so that the report shows all figures
	var first error
	for i, stated := range v.issued.Figures {
		line := Line{Indicator: stated.Indicator, Version: int64(v.defs[i].Version), Stated: stated}
		err := line.recount(v.defs[i], v.register, v.question)
		v.report.Lines = append(v.report.Lines, line)
		if first == nil {
			first = err
		}
	}
	return first
}

// recount counts one figure by the slow road, keeps it beside the stated one, and is ErrFigure at
// the first member that differs.
func (l *Line) recount(d *indicator.Definition, r *register.Register, q indicator.Question) error {
	f, err := indicator.Count(d, r, q)
	if err != nil {
		return ErrUndecided.With(l.Indicator).Because(err)
	}
	counted := State(f)
	l.Counted = &counted
	member, was, is, ok := Unequal(l.Stated, counted)
	if l.Same = ok; !ok {
		return ErrFigure.With(l.Indicator, Member(member), was, is)
	}
	return nil
}

func (v *verification) issuer() error {
	return CheckDuties(context.Background(), v.decoded, v.issued, v.fact.By.Actor)
}

// memberNames are the members of a figure as a Vietnamese reader sees them.
var memberNames = map[string]string{
	"value": "giá trị", "numerator": "tử số", "denominator": "mẫu số", "expected": "số phải báo cáo", "reported": "số đã báo cáo",
	"carried": "số lấy theo năm trước", "unit": "đơn vị tính", "parts": "các thành phần", "definition": "phiên bản định nghĩa",
}

// Member is the name of a member of a figure, for ErrFigure.
func Member(name string) any { return word{name, memberNames[name]} }

// conclude puts the verdict into words.
func (r *Report) conclude(step string, err error) *Report {
	if err == nil {
		r.OK = true
		verified, right := "VERIFIED", "ĐÚNG"
		if len(r.Recovered) > 0 { // it is not the whole of what was once signed
			verified = "RECOVERED after a loss of " + lostWords(r.Recovered) + "; of what is left"
			right = "KHÔI PHỤC sau khi mất " + lostWords(r.Recovered) + "; với những gì còn lại"
		}
		r.English = fmt.Sprintf(verified+": all %d figures of the statement %q follow from the first %d records of the ledger %s, signed by key %s at size %d%s.",
			len(r.Lines), r.Title, r.StatedSize, r.Origin, KeyID(r.Key), r.Size, r.addCaveat("; the statement was withdrawn later"))
		r.Vietnamese = fmt.Sprintf(right+": cả %d số liệu của báo cáo xác nhận %q được tính đúng từ %d bản ghi đầu của sổ cái %s, do khóa %s ký ở cỡ sổ %d%s.",
			len(r.Lines), r.Title, r.StatedSize, r.Origin, KeyID(r.Key), r.Size, r.addCaveat("; báo cáo này về sau đã bị thu hồi"))
		return r
	}
	r.Failed, r.Err = step, err
	english, vietnamese := err.Error(), err.Error()
	if f, ok := fault.Of(err); ok {
		r.Code, english, vietnamese = f.Code, f.Error(), f.Vi()
	}
	r.English = fmt.Sprintf("NOT VERIFIED, step %s: %s.", step, oneLine(english))
	r.Vietnamese = fmt.Sprintf("KHÔNG XÁC MINH ĐƯỢC ở bước %s: %s.", StepName(step), oneLine(vietnamese))
	return r
}

// oneLine keeps what a file says from looking like a verdict of its own.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

func (r *Report) addCaveat(withdrawn string) string {
	if r.Withdrawn {
		return withdrawn
	}
	return ""
}
