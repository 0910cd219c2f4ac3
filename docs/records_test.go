package docs_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/cmd/htxledger/demo"
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/domain/merkle"
	"htxledger/domain/recorder"
)

// fenced gives the text of the only block of a language in a page.
func fenced(t *testing.T, page, language string) string {
	b, err := os.ReadFile(page)
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllSubmatch(b, -1)
	require.Len(t, blocks, 1, "blocks of %s in %s", language, page)
	return string(blocks[0][1])
}

func TestTheExampleRecordIsCanonical(t *testing.T) {
	line := []byte(fenced(t, "records.md", "record"))
	line = bytes.TrimSuffix(line, []byte("\n"))
	require.NoError(t, canonical.Check(line))
	r, err := ledger.Decode(line)
	require.NoError(t, err)

	d, err := ledger.ParseDraft([]byte(fenced(t, "records.md", "command")))
	require.NoError(t, err)
	d.Actor = r.Actor // the ledger adds who is logged in
	made, err := d.Record(r.Position, r.Recorded, r.Revision)
	require.NoError(t, err)
	require.Equal(t, string(line), string(made.Bytes), "the command makes the record")
}

func TestTheNamespaceIsPublished(t *testing.T) {
	b, err := os.ReadFile("records.md")
	require.NoError(t, err)
	require.Contains(t, string(b), "`"+ledger.Namespace.String()+"`")
}

// The reader of records.md, in another language, reads a real export and
// finds the same root.
func TestTheReaderInAnotherLanguage(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3 is missing, and CI must run the foreign reader")
		}
		t.Skip("NOT RUN: there is no python3 on this machine")
	}
	export, root := exportDemo(t)
	out, err := foreign(python, export, t)
	require.NoError(t, err, out)
	require.Equal(t, root, out)

	bad := bytes.Replace(export, []byte(`"revision":0`), []byte(`"revision":1`), 1)
	out, err = foreign(python, bad, t)
	require.Error(t, err, out)
}

func foreign(python string, export []byte, t *testing.T) (string, error) {
	cmd := exec.Command(python, "-c", fenced(t, "records.md", "python"))
	cmd.Stdin = bytes.NewReader(export)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// exportDemo records the demo and gives its export and what the reader prints
// for it.
func exportDemo(t *testing.T) (export []byte, want string) {
	ctx, log := context.Background(), ledgertest.NewMemory()
	var now calendar.Instant
	rec, err := recorder.Open(ctx, log, func() calendar.Instant { return now })
	require.NoError(t, err)
	defer rec.Close()
	open := `{"key":"open","stream":"ledger/docs","kind":"ledger.opened/1","valid":"2022-12-01","data":{"origin":"docs.example/ledger","place":"dak-nong","title":"Thử nghiệm"}}`
	commands := []demo.Timed{{Recorded: "2022-12-01T00:00:00.000000Z", Command: []byte(open)}}
	for _, c := range append(commands, demo.Commands(demo.Seed)...) {
		now, err = calendar.ParseInstant(c.Recorded)
		require.NoError(t, err)
		d, err := ledger.ParseDraft(c.Command)
		require.NoError(t, err)
		_, err = rec.Record(ctx, d)
		require.NoError(t, err)
	}
	var tree merkle.Tree
	for e, err := range log.Entries(ctx, 0) {
		require.NoError(t, err)
		tree.Append(e.Bytes)
		export = append(append(export, e.Bytes...), '\n')
	}
	return export, strconv.FormatInt(tree.Size(), 10) + " " + tree.Root().String() + "\n"
}
