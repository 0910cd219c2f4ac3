package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"

	"htxledger/domain/audit"
	"htxledger/domain/ledger"
	"htxledger/domain/merkle"
)

const stolen = "test.example/so"

// A robber is somebody who may record, with a key of their own.
type robber struct {
	t      *testing.T
	verify string // the program that an auditor has
	secret string
	public string
}

// rob opens a small ledger in d, with a statement s1, a checkpoint kept by the
// auditor, and the public key of the honest.
func rob(t *testing.T) *robber {
	t.Helper()
	r := &robber{t: t, verify: filepath.Join(buildVerifier(t), "htxverify")}
	t.Chdir(t.TempDir())
	t.Setenv(dataVariable, "d")
	succeeds(t, "htxledger init --place p --title 'Sổ thử' --origin "+stolen)
	succeeds(t, `htxledger record place.declared/1 --stream place/p --valid 2004-01-01 --key p --content '{"code":"p","level":"province","name":"Tỉnh"}'`)
	succeeds(t, `htxledger record coop.established/1 --stream coop/a --valid 2020-01-01 --key a --content '{"agricultural":true,"form":"htx","name":"A","place":"p","sector":"x"}'`)
	succeeds(t, `htxledger statement issue coops.registered --title 'Số liệu' --as-of 30/11/2023 --key s1 --actor lmhtx-01`)
	succeeds(t, "htxledger checkpoint > kept.checkpoint")
	succeeds(t, "htxledger key show > honest.pub")
	var err error
	r.secret, r.public, err = note.GenerateKey(rand.Reader, stolen)
	require.NoError(t, err)
	return r
}

func (r *robber) commands() map[string]string {
	return map[string]string{
		"ledger.key-announced/1": `{"key":"` + r.public + `","from":0}`,
		"ledger.key-announced/2": `{"key":"` + r.public + `","from":6,"proof":"AA==","consent":{"key":"` + r.public + `","signature":"AA=="}}`,
		"ledger.key-voided/1":    `{"key":"` + r.public + `","reason":"x"}`,
	}
}

// export is every record of the ledger, one a line.
func export(t *testing.T) [][]byte {
	out, errs, code := ask(t, "export")
	require.Zero(t, code, errs)
	return bytes.Split([]byte(strings.TrimSpace(out)), []byte("\n"))
}

// with is the records with one more behind them, as somebody who has the file
// can write it.
func with(t *testing.T, records [][]byte, command string, by *ledger.Actor) [][]byte {
	t.Helper()
	last, err := ledger.Decode(records[len(records)-1])
	require.NoError(t, err)
	d, err := ledger.ParseDraft([]byte(command))
	require.NoError(t, err)
	d.Actor = by
	revision := int64(0)
	for _, b := range records {
		r, err := ledger.Decode(b)
		require.NoError(t, err)
		if r.Stream == d.Stream {
			revision++
		}
	}
	r, err := d.Record(ledger.Position(len(records)), last.Recorded+1, revision)
	require.NoError(t, err)
	return append(records[:len(records):len(records)], r.Bytes)
}

func (r *robber) announcement(key string) string {
	return `{"key":"cuop","stream":"ledger/keys","kind":"ledger.key-announced/1","valid":"2023-12-01","data":{"from":0,"key":"` + key + `"}}`
}

// forge writes evidence of a statement s9 that nobody issued, behind records
// that announce the robber's key, signed with it.
func (r *robber) forge(file string, records [][]byte, handovers ...[]byte) {
	r.t.Helper()
	s1, err := ledger.Decode(records[3])
	require.NoError(r.t, err)
	lie := strings.Replace(string(s1.Data), `"size":3`, fmt.Sprintf(`"size":%d`, len(records)), 1)
	var data map[string]any
	require.NoError(r.t, json.Unmarshal([]byte(lie), &data))
	data["root"] = merkle.RootOf(records).String()
	text, err := json.Marshal(data)
	require.NoError(r.t, err)
	all := with(r.t, records, `{"key":"s9","stream":"statement/s9","kind":"statement.issued/2","valid":"2023-12-01","data":`+string(text)+`}`, s1.Actor)
	signer, err := note.NewSigner(r.secret)
	require.NoError(r.t, err)
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", stolen, len(all), merkle.RootOf(all))}, signer)
	require.NoError(r.t, err)
	var b bytes.Buffer
	require.NoError(r.t, audit.WriteEvidence(&b, &audit.Evidence{
		Origin: stolen, Statement: int64(len(all) - 1), Definitions: []audit.DefinitionRef{{Code: "coops.registered", Version: 1}},
		Handovers: handovers, Checkpoint: signed, Records: all,
	}))
	require.NoError(r.t, os.WriteFile(file, b.Bytes(), 0o600))
}

// run gives what the auditor's program prints, and its exit code.
func (r *robber) run(args ...string) (string, int) {
	c := exec.Command(r.verify, args...)
	out, _ := c.CombinedOutput()
	return string(out), c.ProcessState.ExitCode()
}

// Somebody who may record announces a key of their own, by every way in; the
// next routine checkpoint is signed; what they sign then is never verified by
// who trusts the honest key.
func TestNobodyTakesTheKeysOver(t *testing.T) {
	r := rob(t)
	for kind, data := range r.commands() {
		_, errs, code := ask(t, "record", kind, "--stream", "ledger/keys", "--valid", "2023-12-01", "--key", "cuop", "--data", data)
		require.Equal(t, exitDenied, code, errs)
		require.Contains(t, errs, "error [kind-reserved]")
		line := `{"key":"cuop","stream":"ledger/keys","kind":"` + kind + `","valid":"2023-12-01","actor":{"id":"lmhtx-01","role":"alliance"},"data":` + data + "}\n"
		require.NoError(t, os.WriteFile("cuop.ndjson", []byte(line), 0o600))
		_, errs, code = ask(t, "import", "cuop.ndjson")
		require.NotZero(t, code)
		require.Contains(t, errs, "kind-reserved")
	}
	succeeds(t, `htxledger record coop.members-counted/1 --stream coop/a --valid 2023-11-30 --key m --content '{"official":9}'`)
	succeeds(t, "htxledger checkpoint > next.checkpoint")
	records := export(t)
	require.Len(t, records, 5)
	handover, err := os.ReadFile("next.checkpoint")
	require.NoError(t, err)
	announced := with(t, records, r.announcement(r.public), &ledger.Actor{ID: "lmhtx-01", Role: "alliance"})
	r.forge("forged.evidence", announced)
	r.forge("handed.evidence", announced, handover)
	out, code := r.run("forged.evidence", "--key", r.public)
	require.Zero(t, code, "nothing but the key is wrong with it: %s", out)
	for _, file := range []string{"forged.evidence", "handed.evidence"} {
		for _, more := range [][]string{nil, {"--earlier", "kept.checkpoint"}, {"--earlier", "next.checkpoint"}, {"--only-key"}} {
			out, code := r.run(append([]string{file, "--key", "honest.pub"}, more...)...)
			require.Equal(t, exitVerify, code, out)
			require.NotContains(t, out, "\nVERIFIED", more)
			require.Contains(t, out, "NOT VERIFIED, step signature")
		}
	}
}

// A released program recorded such an announcement: nothing is signed for it,
// whatever the key is, and the ledger goes on once it is voided.
func TestWhatWasAnnouncedIsVoided(t *testing.T) {
	r := rob(t)
	records := with(t, export(t), r.announcement(r.public), &ledger.Actor{ID: "lmhtx-01", Role: "alliance"})
	require.NoError(t, os.WriteFile("ledger.ndjson", append(bytes.Join(records, []byte("\n")), '\n'), 0o600))
	require.NoError(t, os.Rename("d", "old"))
	succeeds(t, "htxledger import --as-recorded ledger.ndjson")
	require.NoError(t, os.Rename("old/keys", "d/keys"))
	for _, command := range [][]string{{"checkpoint"}, {"key", "rotate"}, {"checkpoint", "--size", "5"}} {
		_, errs, code := ask(t, command...)
		require.Equal(t, exitUsage, code, errs)
		require.Contains(t, errs, "error [audit-key-strange]")
		require.Contains(t, errs, "htxledger key void "+r.public)
	}
	out, errs, code := ask(t, "verify")
	require.Zero(t, code, errs)
	require.Contains(t, out, "bản ghi @4 do lmhtx-01 (alliance) ghi")
	require.Contains(t, out, "không có chữ ký đồng ý của khóa trước")

	_, errs, code = ask(t, "key", "void", "khong-co", "--reason", "x")
	require.NotZero(t, code)
	require.Contains(t, errs, "error [key-voided-unknown]")
	out, errs, code = ask(t, "key", "void", audit.KeyID(r.public), "--reason", "không phải khóa của liên minh")
	require.Zero(t, code, errs)
	require.Contains(t, out, "ledger.key-voided/1")
	require.Contains(t, errs, "Khóa trước ký lại từ cỡ sổ 6")
	_, errs, code = ask(t, "key", "void", audit.KeyID(r.public), "--reason", "không phải khóa của liên minh")
	require.NotZero(t, code, errs)
	succeeds(t, "htxledger checkpoint > after.checkpoint")
	succeeds(t, `htxledger statement issue coops.registered --title 'Sau' --as-of 30/11/2023 --key s2 --actor lmhtx-01`)
	succeeds(t, "htxledger evidence s2.evidence --statement s2")
	out, code = r.run("s2.evidence", "--key", "honest.pub", "--earlier", "kept.checkpoint")
	require.Zero(t, code, out)
	require.Contains(t, out, "voided by record 5")
	require.Contains(t, out, "without consent")
	r.forge("forged.evidence", export(t))
	out, code = r.run("forged.evidence", "--key", "honest.pub")
	require.Equal(t, exitVerify, code, out)

	// The old key goes on, and hands over with its consent.
	succeeds(t, "htxledger key rotate")
	succeeds(t, `htxledger statement issue coops.registered --title 'Sau nữa' --as-of 30/11/2023 --key s3 --actor lmhtx-01`)
	succeeds(t, "htxledger evidence s3.evidence --statement s3")
	out, code = r.run("s3.evidence", "--key", "honest.pub")
	require.Zero(t, code, out)
	require.Contains(t, out, "with the consent of key")
	out, code = r.run("s3.evidence", "--key", "honest.pub", "--only-key")
	require.Equal(t, exitVerify, code, out)
	succeeds(t, "htxledger verify")
}

// Where the folder has accounts, the keys are the matter of two administrators.
func TestKeysTakeTwoAdministrators(t *testing.T) {
	rob(t)
	token := func(account, role string) {
		out, errs, code := ask(t, "token", "add", account, "--role", role)
		require.Zero(t, code, errs)
		require.NoError(t, os.WriteFile(account, []byte(strings.TrimSpace(out)+"\n"), 0o600))
	}
	_, errs, code := ask(t, "key", "rotate", "--admin-token", "a")
	require.Equal(t, exitUsage, code, errs)
	require.Contains(t, errs, "error [two-admins-none]")
	token("a", "admin")
	token("b", "admin")
	token("c", "alliance")
	require.NoError(t, os.WriteFile("d0", []byte("htx_0"), 0o600))
	for _, c := range []struct {
		files []string
		want  string
	}{
		{nil, "two-admins"}, {[]string{"a"}, "two-admins"}, {[]string{"a", "b", "b"}, "two-admins"}, {[]string{"a", "a"}, "two-admins-same"},
		{[]string{"a", "c"}, "two-admins-role"}, {[]string{"a", "d0"}, "unauthenticated"},
	} {
		args := []string{}
		for _, f := range c.files {
			args = append(args, "--admin-token", f)
		}
		for _, command := range [][]string{{"key", "rotate"}, {"key", "void", "x", "--reason", "x"}} {
			_, errs, code := ask(t, append(command, args...)...)
			require.Equal(t, exitDenied, code, errs)
			require.Contains(t, errs, "error ["+c.want+"]")
		}
	}
	_, errs, code = ask(t, "key", "rotate", "--admin-token", "a", "--admin-token", "b")
	require.Zero(t, code, errs)
	last := string(export(t)[4])
	require.Contains(t, last, `"kind":"ledger.key-announced/2"`)
	require.Contains(t, last, `"actor":{"id":"a","role":"admin"}`)
	require.Contains(t, last, `"second":"b"`)
}
