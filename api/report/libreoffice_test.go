package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/report/reporttest"
)

// LibreOffice opens the document and reads what was written, in order.
func TestTheDocumentOpensInLibreOffice(t *testing.T) {
	b := docx(t, reporttest.Document(t))
	text := string(reporttest.Office(t, "bao-cao.docx", b, "txt:Text (encoded):UTF8"))
	last := 0
	for _, want := range []string{
		"ỦY BAN NHÂN DÂN TỈNH", "LIÊN MINH HỢP TÁC XÃ TỈNH", "Số: …………/BC-LMHTX", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
		"BÁO CÁO", "Kết quả thực hiện Kế hoạch số 1/KH-UBND ngày 10/01/2023", "Nơi nhận:", "- UBND tỉnh;", "- Lưu: VT.", "QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ",
		"Phụ lục I", "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU", "Đơn vị tính: ghi ở cột (3)", "khoảng 1.550,5", "=HYPERLINK(1) ít nhất 2 HTX", "Phụ lục II", "Mở lớp & báo cáo",
	} {
		at := indexFrom(text, want, last)
		require.GreaterOrEqual(t, at, 0, "%q after byte %d of\n%s", want, last, text)
		last = at
	}
}

func TestTheDocumentPrintsFromLibreOffice(t *testing.T) {
	b := reporttest.Office(t, "bao-cao.docx", docx(t, reporttest.Document(t)), "pdf")
	require.Equal(t, "%PDF", string(b[:4]))
}

// indexFrom is where a text is found, from a byte on; -1 is nowhere.
func indexFrom(s, want string, from int) int {
	at := strings.Index(s[from:], want)
	if at < 0 {
		return at
	}
	return from + at
}
