package imports_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/domain/imports"
)

// Whatever is wrong with a row is told at once: cells that cannot be read, and what
// several of its claims refuse. What a row lacks beside them only the ledger can
// tell: a fact that stands has it.
func TestEveryMistakeOfARowAtOnce(t *testing.T) {
	for _, x := range []struct{ form, head, row, want string }{
		{"coop-annual", "Mã HTX,Năm,Thành viên,Thành viên liên kết,Loại số liệu,Doanh thu (triệu đồng),Lợi nhuận (triệu đồng)", "a,2023,nhiều,,,12a,1",
			"number Thành viên; number Doanh thu (triệu đồng)"},
		{"coop-annual", "Mã HTX,Năm,Thành viên,Lao động thường xuyên,Tổng lao động", "Đắk Mil,23,-1,x,", "cell-key Mã HTX; date-year Năm; number Lao động thường xuyên"},
		{"coop-annual", "Mã HTX,Năm,Thành viên,Lao động thường xuyên,Tổng lao động", "a,2023,-1,20,10", "negative Thành viên; part-over-whole Tổng lao động"},
		{"coop-annual", "Mã HTX,Năm,Thành viên,Loại số liệu,Doanh thu (triệu đồng),Ngày chốt số liệu", "a,2023,5,ước tính,7,32/13/2023", "day Ngày chốt số liệu"},
		{"coop-changes", "Mã HTX,Sự kiện,Ngày,Tên mới,Mã địa bàn mới", "Đắk Mil,đổi tên,1/1/2023,,", "cell-key Mã HTX"},
		{"coop-changes", "Mã HTX,Sự kiện,Ngày,Tên mới", "a,đổi họ,1/1/2023,", "cell-word Sự kiện"},
		{"certificates", "Mã HTX,Sự kiện,Ngày,Mã chứng nhận,Hết hiệu lực từ ngày", ",gia hạn,1/1/2023,Đắk Mil,12/2023", "cell-key Mã chứng nhận; date-exact Hết hiệu lực từ ngày"},
		{"ocop", "Sự kiện,Ngày,Mã sản phẩm,Tên sản phẩm,Chủ thể,Số sao,Cấp công nhận", "công nhận,1/1/2023,Đắk Mil,Cà phê,,6,", "cell-key Mã sản phẩm; cell-word Số sao"},
	} {
		form, err := imports.FindForm(x.form)
		require.NoError(t, err)
		s, err := imports.CSV(context.Background(), "a.csv", []byte(x.head+"\n"+x.row+"\n"), form, imports.Options{})
		require.NoError(t, err)
		var got []string
		for _, p := range s.Problems() {
			f, _ := fault.Of(p)
			got = append(got, f.Code+" "+p.Column)
		}
		require.Equal(t, x.want, strings.Join(got, "; "), x.row)
	}
}
