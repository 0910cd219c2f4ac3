package sheets

import (
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
	"github.com/xuri/excelize/v2"

	"htxledger/domain/imports"
	"htxledger/domain/ledger/ledgertest"
)

// fullRows is a sheet with as many rows as are allowed, headings included.
func fullRows(t testing.TB) []byte {
	return made(t, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1")
		require.NoError(t, err)
		require.NoError(t, w.SetRow("A1", []any{"STT", "Mã HTX", "Tên HTX", "Năm", "Thành viên", "Thành viên liên kết", "Lao động thường xuyên",
			"Loại số liệu", "Doanh thu (triệu đồng)", "Tổng thu nhập của người lao động (triệu đồng)", "Lao động hưởng thu nhập", "Ghi chú", "Lợi nhuận (triệu đồng)", "Số văn bản", "Cơ quan ban hành"}))
		for i := 1; i < MaxRows; i++ {
			require.NoError(t, w.SetRow(fmt.Sprintf("A%d", i+1), []any{i, fmt.Sprintf("htx-%d", i), fmt.Sprintf("HTX số %d", i), 2023, 10 + i%50, i % 7,
				5 + i%9, "thực hiện", 1000 + float64(i)/8, 100, 5, fmt.Sprintf("báo cáo %d", i), i % 90, fmt.Sprintf("Số %d/BC", i), "UBND huyện"}))
		}
		require.NoError(t, w.Flush())
	})
}

const childVariable = "HTXLEDGER_SHEETS_CHILD"

// TestChild is not a test of its own: it reads the file that the variable names
// in a process of its own, and prints what that took at most.
func TestChild(t *testing.T) {
	file := os.Getenv(childVariable)
	if file == "" {
		t.Skip("only as a child of TestTheLargestSheetFitsInMemory")
	}
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	told := 0
	w, err := Read(b, func(done, total int) {
		told++
		require.Equal(t, told, done)
		require.Equal(t, MaxRows, total)
	})
	require.NoError(t, err)
	form, err := imports.FindForm("coop-annual")
	require.NoError(t, err)
	s, err := imports.Grids(context.Background(), "x.xlsx", b, w, form, imports.Options{})
	require.NoError(t, err)
	require.Empty(t, s.Problems())
	require.Len(t, s.Drafts(), 3*(MaxRows-1))
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Printf("peak %s\n", strings.Fields(kib)[0])
		}
	}
}

// maxPeak is what reading the largest sheet may take, in MiB.
const maxPeak = 300

// The largest sheet is read, and made into commands, within its memory.
func TestTheLargestSheetFitsInMemory(t *testing.T) {
	if runtime.GOOS != "linux" || ledgertest.Race {
		t.Skip("the peak is read from /proc, and the race detector takes its own")
	}
	file := filepath.Join(t.TempDir(), "full.xlsx")
	require.NoError(t, os.WriteFile(file, fullRows(t), 0o600))
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$", "-test.v")
	child.Env = append(os.Environ(), childVariable+"="+file)
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	_, rest, ok := strings.Cut(string(out), "peak ")
	require.True(t, ok, string(out))
	kib, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	t.Logf("%d rows: peak %d MiB", MaxRows, kib>>10)
	require.Less(t, kib>>10, maxPeak)
}
