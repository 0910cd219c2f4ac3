package imports_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/imports"
	"htxledger/api/sheets"
	"htxledger/api/sheets/sheetstest"
	"htxledger/domain/ledger/ledgertest"
	"htxledger/projections/answers"
)

// manyRows is a sheet with as many rows as are allowed, headings included.
func manyRows(t *testing.T) []byte {
	var b bytes.Buffer
	require.NoError(t, sheetstest.Stream(&b, func(yield func([]any) bool) {
		if !yield([]any{"STT", "Mã HTX", "Tên HTX", "Loại hình", "Mã địa bàn", "Ngày thành lập", "Nông nghiệp", "Ngành nghề",
			"Vốn điều lệ (triệu đồng)", "Số văn bản", "Cơ quan ban hành", "Ghi chú", "Thành viên sáng lập", "Luật", "Số đăng ký"}) {
			return
		}
		for i := 1; i < sheets.MaxRows; i++ {
			if !yield([]any{i, fmt.Sprintf("htx-%d", i), fmt.Sprintf("HTX số %d", i), "HTX", "p", "14/03/2023", "có", "trồng trọt",
				1000 + float64(i)/8, fmt.Sprintf("QĐ %d", i), "UBND huyện", fmt.Sprintf("ghi chú %d", i), 10 + i%9, "Luật 2012", fmt.Sprintf("DK-%d", i)}) {
				return
			}
		}
	}))
	return b.Bytes()
}

const childVariable = "HTXLEDGER_IMPORTS_CHILD"

// TestChild is no test of its own: in a process of its own it previews the file
// that the variable names, and prints what that took at most.
func TestChild(t *testing.T) {
	file := os.Getenv(childVariable)
	if file == "" {
		t.Skip("only as a child of TestTheLargestFileFitsInMemory")
	}
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	limits := imports.DefaultLimits
	limits.Read *= 10 // no test turns on how long anything takes
	d := newDesk(t, limits)
	v, err := d.tray.Put(she, "x.xlsx", b, imports.How{Form: "coop-establishments"}, answers.Query{})
	require.NoError(t, err)
	told := 0
	for v.State.Going() {
		v, err = d.tray.Get(she, v.ID)
		require.NoError(t, err)
		if v.State == imports.Reading && v.Total > 0 && v.Done < v.Total {
			require.Equal(t, sheets.MaxRows, v.Total)
			told++
		}
	}
	require.Equal(t, imports.Ready, v.State)
	require.Len(t, v.Preview.Import.Results, sheets.MaxRows-1)
	require.Positive(t, told, "no progress was seen")
	fmt.Printf("preview %d\n", peak(t))
	v, _, err = d.tray.Confirm(context.Background(), she, v.ID, same)
	require.NoError(t, err)
	require.Equal(t, imports.Recorded, v.State)
	require.EqualValues(t, sheets.MaxRows-1+3, d.size())
	fmt.Printf("recorded %d\n", peak(t))
}

// peak is what this process took at most, in KiB.
func peak(t *testing.T) int {
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(status), "VmHWM:")
	require.True(t, ok)
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	return kib
}

// maxPeak is what the largest file may take on its way, in MiB.
const maxPeak = 300

// The largest file goes its way within its memory, and tells how far it is.
func TestTheLargestFileFitsInMemory(t *testing.T) {
	if runtime.GOOS != "linux" || ledgertest.Race {
		t.Skip("the peak is read from /proc, and the race detector takes its own")
	}
	file := filepath.Join(t.TempDir(), "full.xlsx")
	require.NoError(t, os.WriteFile(file, manyRows(t), 0o600))
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.v")
	child.Env = append(os.Environ(), childVariable+"="+file)
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	for _, step := range []string{"preview", "recorded"} {
		_, rest, ok := strings.Cut(string(out), step+" ")
		require.True(t, ok, string(out))
		kib, err := strconv.Atoi(strings.Fields(rest)[0])
		require.NoError(t, err)
		t.Logf("%d rows: %s: peak %d MiB", sheets.MaxRows, step, kib>>10)
		require.Less(t, kib>>10, maxPeak)
	}
}
