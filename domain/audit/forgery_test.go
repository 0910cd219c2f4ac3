package audit_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/audit"
	"htxledger/domain/audit/keydir"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
	"htxledger/domain/register/registertest"
	"htxledger/domain/statement"
)

var update = flag.Bool("update", false, "write the files of testdata anew")

// A forgery is a file that must be refused, at a step and for a reason.
type forgery struct {
	name string
	make func(f *forger) []byte
	step string
	code string
	with func(f *forger) audit.Options // nil: the ledger's first key
}

// A forger has a stage with an honest ledger, and whatever an attacker may
// have: the disk, and, as an insider, the key.
type forger struct {
	*stage
	honest *audit.Evidence
	before audit.Signed // a checkpoint from before the statement
	next   *audit.Key   // of a rotation
}

func newForger(t testing.TB) *forger {
	s := newStage(t)
	s.world.Tell(story)
	before := s.sign()
	s.issue("s1", s.ask())
	s.sign()
	return &forger{stage: s, honest: s.evidence("s1"), before: before}
}

// copy is the honest evidence, to be changed.
func (f *forger) copy() *audit.Evidence {
	e := *f.honest
	e.Records = slices.Clone(e.Records)
	e.Definitions = slices.Clone(e.Definitions)
	return &e
}

// secret is the text of a key file.
func (s *stage) secret(k *audit.Key) string {
	b, private, err := s.dir.Read(audit.KeyID(k.Verifier()) + ".key")
	require.NoError(s.t, err)
	require.True(s.t, private)
	return strings.TrimSpace(string(b))
}

// seal signs the records of evidence as they now are, as an insider can, with
// nothing but other people's code.
func (f *forger) seal(e *audit.Evidence, k *audit.Key) {
	f.t.Helper()
	root := merkle.RootOf(e.Records)
	signer, err := note.NewSigner(f.secret(k))
	require.NoError(f.t, err)
	e.Checkpoint, err = note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", e.Origin, len(e.Records), root)}, signer)
	require.NoError(f.t, err)
	e.Consistency = nil
}

// edit changes a record's text.
func edit(t testing.TB, b []byte, old, new string) []byte {
	require.Contains(t, string(b), old)
	return bytes.Replace(b, []byte(old), []byte(new), 1)
}

// find is the position of the first record with a text.
func (f *forger) find(text string) int {
	i := slices.IndexFunc(f.honest.Records, func(b []byte) bool { return bytes.Contains(b, []byte(text)) })
	require.GreaterOrEqual(f.t, i, 0, text)
	return i
}

// restate is the honest evidence with another statement in place of the last
// record, sealed with the ledger's own key: a lie that was really signed.
func (f *forger) restate(change func(*statement.Issued, *ledger.Record)) []byte {
	e := f.copy()
	r, err := ledger.Decode(e.Records[e.Statement])
	require.NoError(f.t, err)
	issued := new(statement.Issued)
	require.NoError(f.t, canonical.Unmarshal(r.Data, issued))
	change(issued, r)
	r.Data, err = canonical.Marshal(issued)
	require.NoError(f.t, err)
	r.Bytes = nil
	e.Records[e.Statement], err = ledger.Encode(r)
	require.NoError(f.t, err)
	e.Definitions = nil
	for code, version := range issued.Definitions {
		e.Definitions = append(e.Definitions, audit.DefinitionRef{Code: code, Version: version})
	}
	slices.SortFunc(e.Definitions, func(a, b audit.DefinitionRef) int { return strings.Compare(a.Code, b.Code) })
	f.seal(e, f.key)
	return file(f.t, e)
}

func (f *forger) lie(change func(*statement.Issued)) []byte {
	return f.restate(func(e *statement.Issued, _ *ledger.Record) { change(e) })
}

func figureOf(e *statement.Issued, code string) *statement.Figure {
	return &e.Figures[slices.IndexFunc(e.Figures, func(f statement.Figure) bool { return f.Indicator == code })]
}

// rotate announces a second key after the story, has the first key vouch for
// it unless told not to, and issues the statement "s2" under it.
func (f *forger) rotate(vouch bool) *audit.Key {
	next, err := audit.CreateKey(f.dir, random(2), origin)
	require.NoError(f.t, err)
	f.next = next
	f.announce(next.Verifier(), 0)
	if vouch {
		f.sign()
	}
	f.world.Tell(later)
	f.issue("s2", f.ask())
	f.sign()
	return next
}

// repaired closes a text with the hash that its end line must have.
func repaired(body []byte, records int) []byte {
	return fmt.Appendf(bytes.Clone(body), "end %d %x\n", records, sha256.Sum256(body))
}

// another is an honest ledger of another origin, with the same story.
func another(t testing.TB, name string) *forger {
	s := newStage(t)
	s.world = registertest.Empty(t).Tell(`@ 2022-01-03
ledger/main ledger.opened/1 2022-01-03 {"origin":"` + name + `","place":"dak-nong","title":"Sổ khác"}`)
	s.world.Tell(registertest.Map)
	var err error
	s.dir, err = keydir.Open(t.TempDir(), true)
	require.NoError(t, err)
	s.journal = audit.NewJournal(s.dir)
	s.key, err = audit.CreateKey(s.dir, random(9), name)
	require.NoError(t, err)
	return &forger{stage: s}
}

var forgeries = []forgery{
	{"dropped-record", func(f *forger) []byte {
		e := f.copy()
		e.Records = slices.Delete(e.Records, 10, 11)
		e.Statement--
		return file(f.t, e)
	}, "root", "verify-root", nil},
	{"edited-record", func(f *forger) []byte {
		e, at := f.copy(), f.find(`"official":21`)
		e.Records[at] = edit(f.t, e.Records[at], `"official":21`, `"official":91`)
		return file(f.t, e)
	}, "root", "verify-root", nil},
	{"edited-actor", func(f *forger) []byte {
		e := f.copy()
		e.Records[e.Statement] = edit(f.t, e.Records[e.Statement], `"id":"lmhtx"`, `"id":"khac"`)
		return file(f.t, e)
	}, "root", "verify-root", nil},
	{"reordered-records", func(f *forger) []byte {
		e := f.copy()
		e.Records[10], e.Records[11] = e.Records[11], e.Records[10]
		return file(f.t, e)
	}, "root", "verify-root", nil},
	{"duplicated-record", func(f *forger) []byte {
		e := f.copy()
		e.Records = slices.Insert(e.Records, 11, e.Records[10])
		e.Statement++
		return file(f.t, e)
	}, "file", "evidence-form", nil},
	{"added-record", func(f *forger) []byte {
		e := f.copy()
		e.Records = append(e.Records, edit(f.t, e.Records[10], `"position":10`, fmt.Sprintf(`"position":%d`, len(e.Records))))
		return file(f.t, e)
	}, "file", "evidence-form", nil},
	{"insider-dropped-record", func(f *forger) []byte {
		e := f.copy()
		e.Records = slices.Delete(e.Records, 10, 11)
		e.Statement--
		f.seal(e, f.key)
		return file(f.t, e)
	}, "records", "verify-records", nil},
	{"insider-duplicated-record", func(f *forger) []byte {
		e := f.copy()
		n := len(e.Records)
		e.Records = append(e.Records, edit(f.t, e.Records[n-1], fmt.Sprintf(`"position":%d`, n-1), fmt.Sprintf(`"position":%d`, n)))
		f.seal(e, f.key)
		return file(f.t, e)
	}, "records", "verify-records", nil},
	{"insider-clock-turned-back", func(f *forger) []byte {
		e := f.copy()
		e.Records[12] = edit(f.t, e.Records[12], `"recorded":"20`, `"recorded":"19`)
		f.seal(e, f.key)
		return file(f.t, e)
	}, "records", "verify-records", nil},
	{"unknown-kind", func(f *forger) []byte {
		e, at := f.copy(), f.find("coop.linked/1")
		e.Records[at] = edit(f.t, e.Records[at], "coop.linked/1", "coop.linked/7")
		f.seal(e, f.key)
		return file(f.t, e)
	}, "records", "verify-newer", nil},
	{"forked-log", func(f *forger) []byte {
		fork := newStage(f.t)
		fork.world.Tell(strings.Replace(story, `"official":12`, `"official":21`, 1))
		fork.issue("s1", fork.ask())
		fork.sign() // with the same key: nothing within the file can tell
		b := file(f.t, fork.evidence("s1"))
		require.True(f.t, verify(f.t, b, f.trusting()).OK)
		return b
	}, "earlier", "verify-earlier", func(f *forger) audit.Options {
		return audit.Options{Keys: []string{f.key.Verifier()}, Earlier: [][]byte{f.before.Note}}
	}},
	{"forged-by-outsider", func(f *forger) []byte {
		e, at := f.copy(), f.find(`"official":12`)
		e.Records[at] = edit(f.t, e.Records[at], `"official":12`, `"official":21`)
		thief, err := audit.CreateKey(f.dir, random(3), origin)
		require.NoError(f.t, err)
		f.seal(e, thief)
		return file(f.t, e)
	}, "signature", "audit-signature", nil},
	{"shortened-log", func(f *forger) []byte {
		e := f.copy()
		e.Records, e.Checkpoint, e.Consistency = e.Records[:f.before.Size], f.before.Note, nil
		return file(f.t, e)
	}, "statement", "verify-statement", nil},
	{"rolled-back-log", func(f *forger) []byte {
		e := f.copy()
		e.Records = e.Records[:f.before.Size-3]
		return file(f.t, e)
	}, "root", "verify-root", nil},
	{"swapped-checkpoint", func(f *forger) []byte {
		e := f.copy()
		e.Checkpoint = f.before.Note
		return file(f.t, e)
	}, "file", "evidence-form", nil},
	{"checkpoint-of-another-ledger", func(f *forger) []byte {
		other := another(f.t, "test.example/khac")
		other.world.Tell(story)
		e := f.copy()
		e.Checkpoint = other.sign().Note
		return file(f.t, e)
	}, "file", "evidence-form", nil},
	{"unsigned-checkpoint", func(f *forger) []byte {
		e := f.copy()
		body, _, _ := bytes.Cut(e.Checkpoint, []byte("\n\n"))
		e.Checkpoint = append(body, "\n\n"...)
		return file(f.t, e)
	}, "checkpoint", "audit-note", nil},
	{"signature-of-another-size", func(f *forger) []byte {
		e := f.copy()
		body, _, _ := bytes.Cut(e.Checkpoint, []byte("\n\n"))
		_, line, _ := bytes.Cut(f.before.Note, []byte("\n\n"))
		e.Checkpoint = append(append(body, "\n\n"...), line...)
		return file(f.t, e)
	}, "signature", "audit-signature", nil},
	{"wrong-key", func(f *forger) []byte { return file(f.t, f.honest) },
		"signature", "audit-signature", func(f *forger) audit.Options {
			k, err := audit.NewKey(random(4), origin)
			require.NoError(f.t, err)
			return audit.Options{Keys: []string{k.Verifier()}}
		}},
	{"old-key-after-rotation", func(f *forger) []byte {
		f.rotate(true)
		e := f.evidence("s2")
		f.seal(e, f.key)
		return file(f.t, e)
	}, "signature", "audit-key-range", nil},
	{"new-key-before-its-turn", func(f *forger) []byte {
		next := f.rotate(true)
		e := f.copy()
		all := f.world.Records()
		at := slices.IndexFunc(all, func(r *ledger.Record) bool { return r.Kind == ledger.KindKeyAnnounced })
		e.Records = nil
		for _, r := range all[:at+1] {
			e.Records = append(e.Records, r.Bytes)
		}
		f.seal(e, next)
		return file(f.t, e)
	}, "signature", "audit-key-early", func(f *forger) audit.Options { return f.trusting(f.next.Verifier()) }},
	{"new-key-without-handover", func(f *forger) []byte {
		f.rotate(false)
		return file(f.t, f.evidence("s2"))
	}, "signature", "audit-handover", nil},
	{"handover-of-another-history", func(f *forger) []byte {
		f.rotate(true)
		e := f.evidence("s2")
		e.Handovers = [][]byte{bytes.Replace(e.Handovers[0], []byte("\n"), []byte("\n1"), 1)}
		return file(f.t, e)
	}, "signature", "audit-handover-other", nil},
	{"rounded-figure", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) {
			mean := figureOf(e, "revenue.mean")
			mean.Value, *mean.Numerator, *mean.Denominator = "800000001", 800000001, 1
		})
	}, "figures", "verify-figure", nil},
	{"inflated-figure", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) {
			total := figureOf(e, "members.total")
			total.Value, *total.Numerator = "43", 43
		})
	}, "figures", "verify-figure", nil},
	{"reduced-ratio", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) {
			share := figureOf(e, "linked.share")
			*share.Numerator, *share.Denominator = 2, 8
		})
	}, "figures", "verify-figure", nil},
	{"no-data-as-zero", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) {
			zero, one := int64(0), int64(1)
			e.Figures = append(e.Figures, statement.Figure{Indicator: "workers.total", Unit: "người", Value: "0", Numerator: &zero, Denominator: &one})
			e.Definitions["workers.total"] = 1
		})
	}, "figures", "verify-figure", nil},
	{"coverage-hidden", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { *figureOf(e, "members.total").Reported = 4 })
	}, "figures", "verify-figure", nil},
	{"changed-definition-version", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Definitions["members.total"] = 2 })
	}, "definitions", "statement-definition-unknown", nil},
	{"unknown-indicator", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) {
			figureOf(e, "members.total").Indicator = "members.dreamt"
			delete(e.Definitions, "members.total")
			e.Definitions["members.dreamt"] = 1
		})
	}, "definitions", "statement-definition-unknown", nil},
	{"definitions-list-edited", func(f *forger) []byte {
		e := f.copy()
		e.Definitions[0].Version = 2
		return file(f.t, e)
	}, "definitions", "verify-definitions", nil},
	{"other-place", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Place = "dak-mil" })
	}, "figures", "verify-figure", nil},
	{"place-off-the-map", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Place = "khong-co" })
	}, "figures", "verify-undecided", nil},
	{"other-map", func(f *forger) []byte {
		a := f.ask()
		a.place, a.codes, a.size = "cu-jut", []string{"coops.registered"}, a.size-1
		honest := f.state(a)
		return f.lie(func(e *statement.Issued) {
			*e = *honest
			e.Map += 60 // beyond the merger of 1/1/2024
		})
	}, "figures", "verify-figure", nil},
	{"other-valid-day", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Valid -= 60 })
	}, "figures", "verify-figure", nil},
	{"other-size", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) {
			e.Size -= 7
			e.Root = merkle.RootOf(f.honest.Records[:e.Size]).String()
		})
	}, "figures", "verify-figure", nil},
	{"size-without-its-root", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Size-- })
	}, "statement", "verify-statement-root", nil},
	{"size-beyond-itself", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Size += 2 })
	}, "statement", "verify-statement-size", nil},
	{"other-period", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Period = "2023-02-01" })
	}, "figures", "verify-figure", nil},
	{"other-scheme", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Scheme = "tt01-2020" })
	}, "figures", "verify-figure", nil},
	{"unknown-scheme", func(f *forger) []byte {
		return f.lie(func(e *statement.Issued) { e.Scheme = "tt99-2099" })
	}, "figures", "verify-undecided", nil},
	{"statement-of-another-ledger", func(f *forger) []byte {
		other := another(f.t, "test.example/khac")
		other.world.Tell(story)
		foreign := other.state(other.ask())
		return f.lie(func(e *statement.Issued) { *e = *foreign })
	}, "statement", "verify-statement-root", nil},
	{"evidence-of-another-ledger", func(f *forger) []byte {
		other := another(f.t, "test.example/khac")
		other.world.Tell(story)
		other.issue("s1", other.ask())
		other.sign()
		return file(f.t, other.evidence("s1"))
	}, "signature", "verify-origin", nil},
	{"renamed-ledger", func(f *forger) []byte {
		e := f.copy()
		e.Origin = "test.example/khac"
		return file(f.t, e)
	}, "checkpoint", "verify-origin", nil},
	{"not-a-statement", func(f *forger) []byte {
		e := f.copy()
		e.Statement--
		return file(f.t, e)
	}, "statement", "verify-statement", nil},
	{"retracted-statement", func(f *forger) []byte {
		f.world.Tell(`force #gone retract #statement-s1`)
		f.sign()
		e := f.copy()
		e.Records = nil
		for _, r := range f.world.Records() {
			e.Records = append(e.Records, r.Bytes)
		}
		f.seal(e, f.key)
		return file(f.t, e)
	}, "statement", "verify-statement", nil},
	{"issued-by-who-recorded", func(f *forger) []byte {
		e, at := f.copy(), f.find(`"official":21`)
		e.Records[at] = edit(f.t, e.Records[at], `{`, `{"actor":{"id":"lmhtx","role":"officer"},`)
		root := merkle.RootOf(e.Records[:e.Statement]).String()
		honest := f.honest
		f.honest = e
		defer func() { f.honest = honest }()
		return f.lie(func(s *statement.Issued) { s.Root = root })
	}, "issuer", "statement-issuer-recorded", nil},
	{"issued-by-an-officer", func(f *forger) []byte {
		return f.restate(func(_ *statement.Issued, r *ledger.Record) { r.Actor = &ledger.Actor{ID: "can-bo", Role: "officer"} })
	}, "issuer", "statement-issuer", nil},
	{"issued-by-nobody", func(f *forger) []byte {
		return f.restate(func(_ *statement.Issued, r *ledger.Record) { r.Actor = nil })
	}, "issuer", "statement-issuer", nil},
	{"without-witnesses", func(f *forger) []byte { return file(f.t, f.honest) },
		"witnesses", "witnesses-few", func(f *forger) audit.Options {
			public, err := audit.NewWitness(f.dir, random(5), "test.example/chung")
			require.NoError(f.t, err)
			p, err := audit.NewPolicy(1, public)
			require.NoError(f.t, err)
			return audit.Options{Keys: []string{f.key.Verifier()}, Policy: p}
		}},
	{"truncated-file", func(f *forger) []byte {
		b := file(f.t, f.honest)
		return b[:2*len(b)/3]
	}, "file", "evidence-cut", nil},
	{"truncated-by-a-line", func(f *forger) []byte {
		b := file(f.t, f.honest)
		return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1]
	}, "file", "evidence-cut", nil},
	{"truncated-and-repaired", func(f *forger) []byte {
		b := file(f.t, f.honest)
		end := bytes.LastIndexByte(b[:len(b)-1], '\n') + 1
		cut := bytes.LastIndexByte(b[:end-1], '\n') + 1
		return repaired(b[:cut], len(f.honest.Records)-1)
	}, "file", "evidence-cut", nil},
	{"appended-junk", func(f *forger) []byte { return append(file(f.t, f.honest), "# ghi chú\n"...) }, "file", "evidence-junk", nil},
	{"appended-file", func(f *forger) []byte {
		b := file(f.t, f.honest)
		return append(b, b...)
	}, "file", "evidence-junk", nil},
	{"one-bit", func(f *forger) []byte {
		b := file(f.t, f.honest)
		b[len(b)/2] ^= 1
		return b
	}, "file", "evidence-hash", nil},
	{"newer-version", func(f *forger) []byte {
		return bytes.Replace(file(f.t, f.honest), []byte("htxledger evidence 1"), []byte("htxledger evidence 2"), 1)
	}, "file", "evidence-newer", nil},
	{"empty-file", func(*forger) []byte { return nil }, "file", "evidence-cut", nil},
}

const forged = "testdata/forgeries"

// Every forgery is a file of testdata, made by the code above and refused as
// it lies there.
func TestForgeriesAreRefused(t *testing.T) {
	require.GreaterOrEqual(t, len(forgeries), 16)
	honest := file(t, newForger(t).honest)
	keep(t, filepath.Join(forged, "honest.evidence"), honest)
	f := newForger(t)
	keep(t, filepath.Join(forged, "key.pub"), []byte(f.key.Verifier()+"\n"))
	require.True(t, verify(t, honest, f.trusting()).OK)
	index := ""
	require.Contains(t, verify(t, honest, f.trusting()).Vietnamese, "ĐÚNG: cả 7 số liệu")
	for _, c := range forgeries {
		f := newForger(t)
		b := c.make(f)
		path := filepath.Join(forged, c.name+".evidence")
		keep(t, path, b)
		o := f.trusting()
		if c.with != nil {
			o = c.with(f)
		}
		report := verify(t, b, o)
		require.False(t, report.OK, c.name)
		require.Equal(t, c.step, report.Failed, "%s: %s", c.name, report.English)
		require.Equal(t, c.code, report.Code, "%s: %s", c.name, report.English)
		index += c.name + "\t" + report.Failed + "\t" + report.Vietnamese + "\n"
	}
	keep(t, filepath.Join(forged, "index.txt"), []byte(index))
	known := len(forgeries) + 3
	files, err := os.ReadDir(forged)
	require.NoError(t, err)
	require.Len(t, files, known, "a file of no forgery")
}

// keep holds bytes to a file of testdata.
func keep(t testing.TB, path string, b []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, b, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it")
	require.True(t, bytes.Equal(want, b), "%s is not what the test makes; run with -update if that is meant", path)
}
