package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger/eventstoredb/esdbtest"
)

// eventStore starts a test server that speaks the protocol of EventStoreDB, and
// tells its address.
func eventStore(t *testing.T) string {
	t.Helper()
	s := esdbtest.NewServer(esdbtest.NewDatabase(), "", esdbtest.Config{})
	require.NoError(t, s.Start())
	t.Cleanup(s.Stop)
	return s.URL()
}

// The demo is carried to EventStoreDB by the real client and answers there as
// it does at home: the same root, the same figures, the same replay.
func TestALedgerInEventStoreDB(t *testing.T) {
	data := filepath.Join(t.TempDir(), "d")
	_, errs, code := ask(t, "restore", theDemo(t), "--data", data)
	require.Zero(t, code, errs)
	remote := eventStore(t)

	out, errs, code := ask(t, "copy", "--to", remote, "--data", data)
	require.Zero(t, code, errs)
	require.Contains(t, out, "3410 bản ghi")
	again, errs, code := ask(t, "copy", "--to", remote, "--data", data)
	require.Zero(t, code, errs)
	require.Equal(t, out, again, "what is there is compared, and nothing is added")

	for _, line := range [][]string{
		{"targets", "--as-of", "2023-12-31", "--known-at", "2024-01-31", "-o", "json"},
		{"diff", "--from", "30/11/2023@30/11/2023", "--to", "31/12/2023@31/01/2024", "coops.established", "-o", "json"},
		{"replay", "--as-of", "2023-12-31", "-o", "json"},
		{"export"},
	} {
		here, errs, code := ask(t, append(line, "--data", data)...)
		require.Zero(t, code, errs)
		there, errs, code := ask(t, append(line, "--data", t.TempDir(), "--store", remote)...)
		require.Zero(t, code, errs)
		require.Equal(t, here, there, line[0])
	}

	// Record there; the ledger at home is then a beginning of it, and copies on.
	_, errs, code = ask(t, "record", "coop.members-counted/1", "--store", remote, "--stream", "coop/htx-nong-nghiep-xanh-nam-da",
		"--valid", "2024-03-31", "--content", `{"official":41}`, "--key", "thu/kho-khac")
	require.Zero(t, code, errs)
	_, errs, code = ask(t, "copy", "--to", data, "--store", remote)
	require.Zero(t, code, errs)
	home, _, _ := ask(t, "export", "--data", data)
	require.Equal(t, 3411, strings.Count(home, "\n"))
}

func TestCopiesThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	first, other := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	for _, d := range []string{first, other} {
		_, errs, code := ask(t, "init", "--data", d, "--place", "dak-nong", "--title", "Sổ "+filepath.Base(d), "--origin", "vi-du/"+filepath.Base(d))
		require.Zero(t, code, errs)
	}
	_, errs, code := ask(t, "copy", "--to", other, "--data", first)
	require.Equal(t, 3, code)
	require.Contains(t, errs, "copy-other-ledger")
	_, errs, code = ask(t, "copy", "--data", first)
	require.Equal(t, 1, code, errs)
	_, errs, code = ask(t, "ask", "--store", "esdb://127.0.0.1:1?tls=false&maxDiscoverAttempts=1", "--as-of", "2023-12-31")
	require.Equal(t, 6, code, errs)
}

// What could not even reach its store says so: nothing was recorded, and why not.
func TestAStoreThatCannotBeReached(t *testing.T) {
	for _, line := range [][]string{
		{"import", theCommands(t)},
		{"record", "coop.members-counted/1", "--stream", "coop/a", "--valid", "2024-03-31", "--content", `{"official":41}`, "--key", "thu"},
	} {
		_, errs, code := ask(t, append(line, "--store", "esdb://127.0.0.1:1?tls=false", "-o", "json")...)
		require.Equal(t, 6, code, errs)
		require.Contains(t, errs, `"outcome": "not_recorded"`)
		require.Contains(t, errs, `"retry": "after"`)
		require.Contains(t, errs, "EventStoreDB does not answer: nothing listens at its address")
	}
}

// What works on a directory alone does not quietly take the old ledger that is
// still there after a move.
func TestADirectoryIsNotTheStoreThatWasNamed(t *testing.T) {
	data := filepath.Join(t.TempDir(), "cu")
	_, errs, code := ask(t, "init", "--data", data, "--place", "dak-nong", "--title", "Sổ cũ", "--origin", "vi-du/cu")
	require.Zero(t, code, errs)
	kept := filepath.Join(t.TempDir(), "b")
	remote := eventStore(t)
	for _, line := range [][]string{{"backup", kept}, {"restore", kept}, {"doctor", "--accept-head"}} {
		_, errs, code := ask(t, append(line, "--data", data, "--store", remote)...)
		require.Equal(t, 1, code, errs)
		require.Contains(t, errs, "only-local")
		require.Contains(t, errs, "htxledger copy --to")
		require.NoFileExists(t, kept)
	}
	// The way round, as it is told.
	_, errs, code = ask(t, "copy", "--to", remote, "--data", data)
	require.Zero(t, code, errs)
	fetched := filepath.Join(t.TempDir(), "ve")
	_, errs, code = ask(t, "copy", "--to", fetched, "--store", remote)
	require.Zero(t, code, errs)
	_, errs, code = ask(t, "backup", kept, "--data", fetched)
	require.Zero(t, code, errs)
	require.FileExists(t, kept)
}

// version and doctor tell of a ledger elsewhere what shows from outside.
func TestVersionAndDoctorOfAStore(t *testing.T) {
	db := esdbtest.NewDatabase()
	s := esdbtest.NewServer(db, "", esdbtest.Config{})
	require.NoError(t, s.Start())
	t.Cleanup(s.Stop)
	data := filepath.Join(t.TempDir(), "d")
	out, errs, code := ask(t, "version", "--store", s.URL(), "--data", data)
	require.Zero(t, code, errs)
	require.NotContains(t, out, "Sổ:")
	begun(t, s.URL())
	out, errs, code = ask(t, "version", "--store", s.URL(), "--data", data)
	require.Zero(t, code, errs)
	require.Contains(t, out, "Sổ: 3 bản ghi, gốc Merkle ")
	out, errs, code = ask(t, "doctor", "--store", s.URL(), "--data", data)
	require.Zero(t, code, errs)
	require.Contains(t, out, "phiên bản "+esdbtest.DefaultVersion+", luồng htx-ledger")
	require.Contains(t, out, "Nút "+s.Addr()+": Leader")
	require.Contains(t, out, "Bản ghi: 3, đọc được 3")
	require.Contains(t, out, "Không có thư mục khóa")

	_, errs, code = ask(t, "checkpoint", "--store", s.URL(), "--data", data)
	require.Zero(t, code, errs)
	out, errs, code = ask(t, "doctor", "--store", s.URL(), "--data", data, "-o", "json")
	require.Zero(t, code, errs)
	require.Contains(t, out, `"checkpoints": true`)
	require.Contains(t, out, `"may_write": true`)
	require.Contains(t, out, `"address": "`+s.Addr()+`"`)
	require.Contains(t, out, `"state": "Leader"`)

	db.PutBack("htx-ledger", 2)
	out, _, code = ask(t, "doctor", "--store", s.URL(), "--data", data)
	require.Equal(t, 4, code, out)
	require.Contains(t, out, "ledger-behind")
	db.SetMetadata("htx-ledger", `{"$maxAge":1000000}`)
	out, _, code = ask(t, "doctor", "--store", s.URL(), "--data", data)
	require.NotZero(t, code)
	require.Contains(t, out, "esdb-retention")
}

// theCommands is a file of one command.
func theCommands(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "mot.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(founded("dau", "HTX Đầu")+"\n"), 0o600))
	return file
}
