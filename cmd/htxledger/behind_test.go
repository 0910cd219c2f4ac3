package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"htxledger/domain/ledger/embedded"
)

// succeed runs a line of the program, in this process, that must succeed.
func succeed(t *testing.T, args ...string) (out, errs string) {
	t.Helper()
	out, errs, code := ask(t, args...)
	require.Zero(t, code, "%v\n%s", args, errs)
	return out, errs
}

// countLine is a line that records a count.
func countLine(key string, flags ...string) []string {
	return append([]string{"record", "coop.members-counted/1", "--stream", "coop/htx-nong-nghiep-xanh-nam-da",
		"--valid", "2024-03-31", "--content", `{"official":41}`, "--key", key}, flags...)
}

// putBack puts an older backup of a ledger in place of the newer one, as a
// person does who knows nothing of keys.
func putBack(t *testing.T, backup, data string) (errs string) {
	t.Helper()
	for _, name := range []string{embedded.DatabaseName, embedded.DatabaseName + "-wal", embedded.DatabaseName + "-shm", embedded.HeadName} {
		require.NoError(t, os.RemoveAll(filepath.Join(data, name)))
	}
	_, errs = succeed(t, "restore", backup, "--data", data)
	return errs
}

// putBehind is a ledger that was put back to an older copy of 3410 records, while
// its folder of keys holds a checkpoint of 3413.
func putBehind(t *testing.T) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "d")
	succeed(t, "restore", theDemo(t), "--data", data)
	succeed(t, "checkpoint", "--size", "3000", "--data", data)
	for _, key := range []string{"mat/1", "mat/2", "mat/3"} {
		succeed(t, countLine(key, "--data", data)...)
	}
	succeed(t, "checkpoint", "--data", data)
	require.Contains(t, putBack(t, theDemo(t), data), "ledger-behind", "told at once by whoever puts it back")
	return data
}

// sizeOf is how many records the ledger of some flags exports.
func sizeOf(t *testing.T, flags ...string) int {
	t.Helper()
	out, _ := succeed(t, append([]string{"export"}, flags...)...)
	return strings.Count(out, "\n")
}

// refusedWrites are every way to write or sign from the command line.
func refusedWrites(t *testing.T) [][]string {
	return [][]string{
		{"import", theCommands(t)},
		{"import", theCommands(t), "--dry-run"},
		{"statement", "issue", "coops.registered", "--title", "Thử", "--as-of", "30/11/2023", "--key", "thu", "--actor", "lmhtx"},
		{"checkpoint"},
		{"key", "rotate"},
	}
}

// A ledger that is shorter than what was signed is asked with a warning, and
// neither recorded into, issued from nor signed, by any command and any door of
// the server, until the loss is recorded; then it goes on.
func TestALedgerThatWasPutBack(t *testing.T) {
	data := putBehind(t)
	out, errs := succeed(t, "ask", "coops.registered", "--as-of", "2023-12-31", "--data", data)
	require.Contains(t, out, "HTX")
	require.Contains(t, errs, "chỉ có 3410 bản ghi, trong khi đã ký điểm kiểm tra cỡ 3413")
	require.Contains(t, errs, "warning [ledger-behind]")
	require.Contains(t, errs, "htxledger recover")

	writes := append(refusedWrites(t), countLine("moi"), countLine("mat/1"))
	for _, line := range writes {
		_, errs, code := ask(t, append(line, "--data", data)...)
		require.Equal(t, exitCorrupt, code, "%v\n%s", line, errs)
		require.Contains(t, errs, "[ledger-behind]", line)
	}
	_, errs, code := ask(t, countLine("moi", "--data", data, "-o", "json")...)
	require.Equal(t, exitCorrupt, code)
	require.Contains(t, errs, `"outcome": "not_recorded"`)
	require.Equal(t, 3410, sizeOf(t, "--data", data))

	at := served(t, "--data", data)
	ready := eventually(t, at+"/readyz", http.StatusServiceUnavailable)
	require.Equal(t, "ledger-behind", readyOf(t, ready).Reasons[0].Code)
	require.Contains(t, readyOf(t, ready).Reasons[0].MessageVi, "chỉ có 3410 bản ghi")
	page := called(t, http.MethodGet, at+"/htx", "")
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.body, "Sổ không khớp với những gì đã ký")
	asked := called(t, http.MethodGet, at+"/api/v1/coops?as_of=2023-12-31", "")
	require.Equal(t, http.StatusOK, asked.status)
	require.Equal(t, "ledger-behind", asked.header.Get("Htxledger-Held"))
	commands := func(suffix string) said {
		return called(t, http.MethodPost, at+"/api/v1/commands"+suffix, strings.TrimSpace(founded("sau", "HTX Sau")))
	}
	for _, r := range []said{
		commands(""), commands("?dry_run=true"),
		called(t, http.MethodPost, at+"/api/v1/commands/batch", `{"commands":[`+strings.TrimSpace(founded("sau", "HTX Sau"))+`]}`),
		called(t, http.MethodPost, at+"/api/v1/statements", `{"title":"Thử","as_of":"2023-11-30","codes":["coops.registered"]}`),
		called(t, http.MethodPost, at+"/api/v1/imports?name=a.ndjson", founded("sau", "HTX Sau")),
	} {
		require.Equal(t, http.StatusServiceUnavailable, r.status, r.body)
		require.Contains(t, r.body, `"code": "ledger-behind"`)
		require.Contains(t, r.body, `"outcome": "not_recorded"`)
	}
	require.Equal(t, 3410, sizeOf(t, "--data", data))

	// The way on. Nothing is written by looking.
	_, errs = succeed(t, "recover", "--reason", "ổ đĩa hỏng", "--dry-run", "--data", data)
	require.Contains(t, errs, "Mất: @3410–3412")
	require.Contains(t, errs, "up to size: 3000")
	require.Equal(t, 3410, sizeOf(t, "--data", data))
	_, errs = succeed(t, "recover", "--reason", "ổ đĩa hỏng, không còn bản sao nào khác", "--data", data)
	require.Contains(t, errs, "Đã ký điểm kiểm tra cỡ 3411")
	exported, _ := succeed(t, "export", "--data", data)
	lines := strings.Split(strings.TrimSpace(exported), "\n")
	require.Len(t, lines, 3411)
	var last struct {
		Kind string
		Data map[string]any
	}
	require.NoError(t, json.Unmarshal([]byte(lines[3410]), &last))
	require.Equal(t, "ledger.recovered/1", last.Kind)
	require.EqualValues(t, []any{3413.0, 3410.0, 3000.0}, []any{last.Data["signed_size"], last.Data["found_size"], last.Data["agreed_size"]})
	require.NotContains(t, last.Data, "second", "a local program without accounts is one person")

	// The server that was running goes on by itself, and so does everybody.
	eventually(t, at+"/readyz", http.StatusOK)
	require.Equal(t, http.StatusCreated, commands("").status)
	succeed(t, countLine("mat/1", "--data", data)...)
	_, errs = succeed(t, "checkpoint", "--data", data)
	require.NotContains(t, errs, "ledger-behind")
	_, errs, code = ask(t, "recover", "--reason", "lần nữa", "--data", data)
	require.Equal(t, exitRejected, code, errs)
	require.Contains(t, errs, "recover-whole")
}

// A ledger that was put back and recorded into by a program that did not look is
// another than what was signed.
func TestALedgerThatIsAnother(t *testing.T) {
	data := putBehind(t)
	keys := filepath.Join(data, "keys")
	require.NoError(t, os.Rename(keys, keys+".away")) // a program that does not see the folder
	for _, key := range []string{"khac/1", "khac/2", "khac/3", "khac/4"} {
		succeed(t, countLine(key, "--data", data)...)
	}
	require.NoError(t, os.RemoveAll(keys))
	require.NoError(t, os.Rename(keys+".away", keys))
	for _, line := range refusedWrites(t) {
		_, errs, code := ask(t, append(line, "--data", data)...)
		require.Equal(t, exitCorrupt, code, errs)
		require.Contains(t, errs, "[audit-fork]")
	}
	_, errs := succeed(t, "targets", "--as-of", "2023-12-31", "--data", data)
	require.Contains(t, errs, "3413 bản ghi đầu tiên không còn là những bản ghi đã ký")
	_, errs = succeed(t, "recover", "--reason", "ghi nhầm vào bản cũ", "--data", data)
	require.Contains(t, errs, "Từ @3000 trở đi")
	succeed(t, countLine("sau", "--data", data)...)
}

// Where there are accounts a recovery takes two administrators, and names both.
func TestARecoveryTakesTwoAdministrators(t *testing.T) {
	data := putBehind(t)
	tokens := map[string]string{}
	for account, role := range map[string]string{"quan-tri-01": "admin", "quan-tri-02": "admin", "can-bo": "alliance"} {
		out, _ := succeed(t, "token", "add", account, "--role", role, "--data", data)
		tokens[account] = filepath.Join(t.TempDir(), account)
		require.NoError(t, os.WriteFile(tokens[account], []byte(out), 0o600))
	}
	recoverBy := func(accounts ...string) (errs string, code int) {
		line := []string{"recover", "--reason", "ổ đĩa hỏng", "--data", data}
		for _, account := range accounts {
			line = append(line, "--admin-token", tokens[account])
		}
		_, errs, code = ask(t, line...)
		return errs, code
	}
	for _, who := range [][]string{nil, {"quan-tri-01"}, {"quan-tri-01", "quan-tri-01"}, {"quan-tri-01", "can-bo"}} {
		errs, code := recoverBy(who...)
		require.Equal(t, exitDenied, code, errs)
		require.Equal(t, 3410, sizeOf(t, "--data", data))
	}
	errs, code := recoverBy("quan-tri-01", "quan-tri-02")
	require.Zero(t, code, errs)
	exported, _ := succeed(t, "export", "--data", data)
	require.Contains(t, exported, `"actor":{"id":"quan-tri-01","role":"admin"}`)
	require.Contains(t, exported, `"second":"quan-tri-02"`)
}

// Files that are moved or replaced under a running server are noticed: nothing
// is answered 201 that nobody will find again, and readiness says why.
func TestAStoreThatIsMovedUnderAServer(t *testing.T) {
	for name, move := range map[string]func(data string){
		"moved":   func(data string) { require.NoError(t, os.Rename(data, data+".old")) },
		"removed": func(data string) { require.NoError(t, os.RemoveAll(data)) },
	} {
		for _, restored := range []bool{false, true} {
			data := filepath.Join(t.TempDir(), "d")
			succeed(t, "restore", theDemo(t), "--data", data)
			at := served(t, "--data", data)
			record := func(key string) said {
				return called(t, http.MethodPost, at+"/api/v1/commands", strings.TrimSpace(founded(key, "HTX "+key)))
			}
			require.Equal(t, http.StatusCreated, record("truoc").status)
			move(data)
			if restored {
				succeed(t, "restore", theDemo(t), "--data", data)
			}
			r := record("sau")
			require.Equal(t, http.StatusServiceUnavailable, r.status, "%s: %s", name, r.body)
			require.Contains(t, r.body, `"code": "store-moved"`)
			require.Contains(t, r.body, `"outcome": "not_recorded"`)
			ready := eventually(t, at+"/readyz", http.StatusServiceUnavailable)
			require.Equal(t, "store-moved", readyOf(t, ready).Reasons[0].Code)
			require.Equal(t, http.StatusOK, called(t, http.MethodGet, at+"/api/v1/coops?as_of=2023-12-31", "").status)
			if restored {
				require.Equal(t, 3410, sizeOf(t, "--data", data))
			}
		}
	}
}

// An EventStoreDB that was put back to an older copy under a running server is
// told as that, with both sizes, and nothing is recorded where records once
// stood; a server that is started on it is held by the folder of keys, and goes
// on after the loss is recorded.
func TestAnEventStoreThatWasPutBack(t *testing.T) {
	store := esdbServer(t)
	begun(t, store.url())
	store.kill()
	older := store.data + ".older"
	require.NoError(t, os.CopyFS(older, os.DirFS(store.data)))
	store.start()
	data := t.TempDir()
	at := served(t, "--store", store.url(), "--data", data)
	for i := range 3 {
		r := called(t, http.MethodPost, at+"/api/v1/commands", counted(fmt.Sprint("mat/", i), 20+i))
		require.Equal(t, http.StatusCreated, r.status, r.body)
	}
	succeed(t, "checkpoint", "--store", store.url(), "--data", data)

	store.kill()
	require.NoError(t, os.RemoveAll(store.data))
	require.NoError(t, os.Rename(older, store.data))
	store.start()
	var r ready
	require.Eventually(t, func() bool {
		r = readyOf(t, called(t, http.MethodGet, at+"/readyz", ""))
		return len(r.Reasons) > 0 && r.Reasons[0].Code == "store-behind"
	}, patience, 100*time.Millisecond, "%v", r)
	require.Contains(t, r.Reasons[0].Message, "holds 3 records, but 6 were seen")
	refused := called(t, http.MethodPost, at+"/api/v1/commands", counted("sau", 40))
	require.Equal(t, http.StatusServiceUnavailable, refused.status, refused.body)
	require.Contains(t, refused.body, `"code": "store-behind"`)
	require.Contains(t, refused.body, `"outcome": "not_recorded"`)
	require.Equal(t, http.StatusOK, called(t, http.MethodGet, at+"/api/v1/coops", "").status)

	again := served(t, "--store", store.url(), "--data", data)
	require.Equal(t, "ledger-behind", readyOf(t, eventually(t, again+"/readyz", http.StatusServiceUnavailable)).Reasons[0].Code)
	refused = called(t, http.MethodPost, again+"/api/v1/commands", counted("sau", 40))
	require.Contains(t, refused.body, `"code": "ledger-behind"`)
	_, errs, code := ask(t, "record", "coop.members-counted/1", "--store", store.url(), "--data", data, "--stream", "coop/dau",
		"--valid", "2024-03-31", "--content", `{"official":41}`, "--key", "dong-lenh")
	require.Equal(t, exitCorrupt, code, errs)
	require.Equal(t, 3, sizeOf(t, "--store", store.url(), "--data", data))

	succeed(t, "recover", "--reason", "máy chủ kho hỏng", "--store", store.url(), "--data", data)
	eventually(t, again+"/readyz", http.StatusOK)
	recorded := called(t, http.MethodPost, again+"/api/v1/commands", counted("sau", 40))
	require.Equal(t, http.StatusCreated, recorded.status, recorded.body)
}
