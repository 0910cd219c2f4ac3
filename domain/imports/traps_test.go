package imports

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

const coopHead = "Mã HTX,Năm,Loại số liệu,Doanh thu (triệu đồng),Thành viên\n"

func annualRow(row string) string { return coopHead + row + "\n" }

// UTF-16 as Excel's "Unicode text" writes it.
func utf16LE(s string, mark bool) string {
	var b bytes.Buffer
	if mark {
		b.WriteString("\xFF\xFE")
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b.Write([]byte{byte(u), byte(u >> 8)})
	}
	return b.String()
}

// traps are files that a careless reader would take, and take wrongly. What is
// said of each is in testdata/traps.golden. All of it is made up.
var traps = []struct {
	name, form string
	opts       Options
	file       string
}{
	// Bounds.
	{"tên 501 ký tự", "coop-changes", Options{}, "Mã HTX,Sự kiện,Ngày,Tên mới\nhtx-a,đổi tên,1/2/2023," + strings.Repeat("ạ", 501) + "\n"},
	{"ký tự của phông Wingdings", "coop-changes", Options{}, "Mã HTX,Sự kiện,Ngày,Tên mới\nhtx-a,đổi tên,1/2/2023,HTX \uf0b7 A\n"},
	{"ký tự thẻ", "coop-changes", Options{}, "Mã HTX,Sự kiện,Ngày,Tên mới\nhtx-a,đổi tên,1/2/2023,HTX\U000E0041 A\n"},
	{"khoảng trắng của Word", "coop-changes", Options{}, "Mã HTX,Sự kiện,Ngày,Tên mới\nhtx-a,đổi tên,1/2/2023,\u00a0HTX\u2009 A\u3000\n"},
	{"nhiều con số quá lớn", "coop-annual", Options{}, "Mã HTX,Năm,Thành viên,Thành viên liên kết,Loại số liệu,Doanh thu (tỷ đồng),Số văn bản\na,2023,900000000,1000001,thực hiện,200000," + strings.Repeat("x", 1001) + "\n"},
	// Numbers.
	{"1.550 không khai định dạng", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,1.550,")},
	{"1,550 không khai định dạng", "coop-annual", Options{}, annualRow(`htx-a,2023,thực hiện,"1,550",`)},
	{"1.55 không khai định dạng", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,1.55,")},
	{"1 550 không khai định dạng", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,1 550,")},
	{"1550 không khai định dạng", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,1550,")},
	{"1.550 khai vi", "coop-annual", Options{Numbers: Vietnamese}, annualRow("htx-a,2023,thực hiện,1.550,")},
	{"1.550 khai en", "coop-annual", Options{Numbers: English}, annualRow("htx-a,2023,thực hiện,1.550,")},
	{"1,550 khai vi", "coop-annual", Options{Numbers: Vietnamese}, annualRow(`htx-a,2023,thực hiện,"1,550",`)},
	{"1.5.50 khai vi", "coop-annual", Options{Numbers: Vietnamese}, annualRow("htx-a,2023,thực hiện,1.5.50,")},
	{"0.550 khai vi", "coop-annual", Options{Numbers: Vietnamese}, annualRow("htx-a,2023,thực hiện,0.550,")},
	{"1 550,5 khai space", "coop-annual", Options{Numbers: Spaced}, annualRow(`htx-a,2023,thực hiện,"1` + "\u00A0" + `550,5",`)},
	{"lẻ đồng", "coop-annual", Options{Numbers: Vietnamese}, annualRow(`htx-a,2023,thực hiện,"1,1234567",`)},
	{"NaN", "coop-annual", Options{Numbers: English}, annualRow("htx-a,2023,thực hiện,NaN,")},
	{"Inf", "coop-annual", Options{Numbers: English}, annualRow("htx-a,2023,thực hiện,Inf,")},
	{"số mũ", "coop-annual", Options{Numbers: English}, annualRow("htx-a,2023,thực hiện,1e3,")},
	{"hệ mười sáu", "coop-annual", Options{Numbers: English}, annualRow("htx-a,2023,thực hiện,0x1F,")},
	{"gạch dưới", "coop-annual", Options{Numbers: English}, annualRow("htx-a,2023,thực hiện,1_550,")},
	{"chữ số Ả Rập", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,١٥٥٠,")},
	{"dấu cộng", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,+1550,")},
	{"số 0 đứng đầu", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,01550,")},
	{"số âm", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,-1550,")},
	{"quá lớn", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,9007199255,")},
	{"16 chữ số", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,1000000000000000,")},
	{"chữ trong ô số", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,1550 triệu,")},
	{"nửa thành viên", "coop-annual", Options{Numbers: Vietnamese}, annualRow(`htx-a,2023,,,"12,5"`)},
	{"lỗi Excel", "coop-annual", Options{}, annualRow("htx-a,2023,thực hiện,#DIV/0!,")},
	// Units.
	{"tiền không đơn vị", "support", Options{}, "Mã HTX,Nội dung hỗ trợ,Ngày,Kinh phí\nhtx-a,hạ tầng,1/2/2023,850\n"},
	{"đơn vị khai riêng", "support", Options{Unit: Thousand}, "Mã HTX,Nội dung hỗ trợ,Ngày,Kinh phí\nhtx-a,hạ tầng,1/2/2023,850\n"},
	{"đơn vị lạ", "support", Options{}, "Mã HTX,Nội dung hỗ trợ,Ngày,Kinh phí (USD)\nhtx-a,hạ tầng,1/2/2023,850\n"},
	// Days.
	{"năm hai chữ số", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,05-12-23\n"},
	{"tháng năm hai chữ số", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,12/23\n"},
	{"tháng trước ngày", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,12/31/2023\n"},
	{"ngày không có", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,29/2/2023\n"},
	{"trước 1945", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,31/12/1944\n"},
	{"sau 2100", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,1/2101\n"},
	{"số thứ tự ngày của Excel", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,45265\n"},
	{"ngày có giờ", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,5/12/2023 00:00\n"},
	{"hết hiệu lực chỉ có tháng", "coop-links", Options{}, "Mã HTX,Sự kiện,Ngày,Số hợp đồng,Doanh nghiệp,until\nhtx-a,ký,1/1/2023,1,DN,12/2023\n"},
	{"hai cột thời hạn", "coop-links", Options{}, "Mã HTX,Sự kiện,Ngày,Số hợp đồng,Doanh nghiệp,until,Có hiệu lực đến\nhtx-a,ký,1/1/2023,1,DN,1/1/2024,31/12/2023\n"},
	{"năm sai dạng", "coop-annual", Options{}, annualRow("htx-a,23,,,5")},
	{"ước tính không ngày", "coop-annual", Options{}, annualRow("htx-a,2023,ước,1550,")},
	// Headings.
	{"cột lạ", "models", Options{}, "Mã HTX,Mo hin,Ngày\nhtx-a,kiểu mới,1/2/2023\n"},
	{"cột lạ không giống cột nào", "models", Options{}, "Mã HTX,Mô hình,Ngày,Xyzzy\nhtx-a,kiểu mới,1/2/2023,1\n"},
	{"thiếu cột", "models", Options{}, "Mã HTX,Ghi chú\nhtx-a,x\n"},
	{"thiếu cột HTX", "models", Options{}, "Mô hình,Ngày\nkiểu mới,1/2/2023\n"},
	{"cột lặp", "models", Options{}, "Mã HTX,Mô hình,Ngày,Loại mô hình\nhtx-a,kiểu mới,1/2/2023,kiểu mới\n"},
	{"tiêu đề trống có dữ liệu", "models", Options{}, "Mã HTX,Mô hình,Ngày,\nhtx-a,kiểu mới,1/2/2023,gì đây\n"},
	{"tiêu đề trống không dữ liệu", "models", Options{}, "Mã HTX,Mô hình,Ngày,\nhtx-a,kiểu mới,1/2/2023,\n"},
	{"không dấu, chữ hoa, nhiều dòng", "models", Options{}, "\"MA\nHTX (*)\",MO HINH,NGAY\nhtx-a,KIEU MOI,1/2/2023\n"},
	{"tên tiếng Anh", "models", Options{}, "coop,model,valid\nhtx-a,new-style,2023-02-01\n"},
	// The file.
	{"trống", "models", Options{}, ""},
	{"chỉ có tiêu đề", "models", Options{}, "Mã HTX,Mô hình,Ngày\n,,\n\n"},
	{"BOM", "models", Options{}, "\uFEFFMã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,1/2/2023\n"},
	{"UTF-16", "models", Options{}, utf16LE("Mã HTX\tMô hình\tNgày\n", true)},
	{"UTF-16 không dấu đầu tệp", "models", Options{}, utf16LE("coop,model,valid\nhtx-a,new-style,2023-02-01\n", false)},
	{"Windows-1258", "models", Options{}, "M\xE3 HTX,M\xF4 h\xCCnh,Ng\xE0y\nhtx-a,ki\xEA\xD2u m\xF5\xECi,1/2/2023\n"},
	{"TCVN3", "coop-links", Options{}, "coop,event,valid,contract,enterprise\nhtx-a,linked,1/2/2023,1,Hîp t¸c x· N«ng nghiÖp\n"},
	{"TCVN3 ngắn", "coop-links", Options{}, "coop,event,valid,contract,enterprise\nhtx-a,linked,1/2/2023,1,Hîp t¸c x·\n"},
	{"chữ Việt và chữ nước ngoài", "coop-links", Options{}, "coop,event,valid,contract,enterprise\nhtx-a,linked,1/2/2023,1,Café Noël\n"},
	{"tên Bắc Âu", "coop-links", Options{}, "coop,event,valid,contract,enterprise\nhtx-a,linked,1/2/2023,1,Møller Østergård & Håkon Bjørn\n"},
	{"VNI", "coop-links", Options{}, "coop,event,valid,contract,enterprise\nhtx-a,linked,1/2/2023,1,Hôïp taùc xaõ Noâng nghieäp\n"},
	{"UTF-8 mở sai bảng mã", "coop-links", Options{}, "coop,event,valid,contract,enterprise\nhtx-a,linked,1/2/2023,1,Há»£p tÃ¡c xÃ£ NÃ´ng nghiá»‡p\n"},
	{"tên nước ngoài", "coop-links", Options{}, "coop,event,valid,contract,enterprise\nhtx-a,linked,1/2/2023,1,Åsa Müller & Søn\n"},
	{"tệp xlsx", "models", Options{}, "PK\x03\x04\x14\x00\x06\x00"},
	{"NUL", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu mới,1/2/2023\nhtx-b\x00,kiểu mới,1/2/2023\n"},
	{"chấm phẩy", "models", Options{}, "Mã HTX;Mô hình;Ngày\nhtx-a;kiểu mới;1/2/2023\n"},
	{"dấu ngăn cách không rõ", "models", Options{}, "Mã HTX;Mô hình,Ngày\nhtx-a;kiểu mới,1/2/2023\n"},
	{"dấu trong tiêu đề nhưng rõ", "models", Options{}, "Mã HTX;Mô hình;Ngày,\nhtx-a;kiểu mới;1/2/2023\n"},
	{"sep=;", "models", Options{}, "sep=;\r\nMã HTX;Mô hình;Ngày\r\nhtx-a;kiểu xấu;1/2/2023\r\n"},
	{"khai báo sai dấu", "models", Options{Separator: '|'}, "Mã HTX|Mô hình|Ngày\n"},
	{"nháy không đóng", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,\"kiểu mới,1/2/2023\nhtx-b,kiểu mới,1/2/2023\n"},
	{"nháy sai chỗ", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu \"mới\",1/2/2023\nhtx-b,kiểu xấu,1/2/2023\n"},
	{"chữ sau nháy đóng", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,\"kiểu\" mới,1/2/2023\n"},
	{"lệch cột", "coop-annual", Options{Numbers: Vietnamese}, annualRow("htx-a,2023,thực hiện,1.550,5,30")},
	{"số dòng sau ô nhiều dòng", "models", Options{}, "Mã HTX,Mô hình,Ngày,Ghi chú\nhtx-a,kiểu mới,1/2/2023,\"một\nhai\nba\"\nhtx-b,kiểu xấu,1/2/2023,\n"},
	{"dòng chỉ có CR", "models", Options{}, "Mã HTX,Mô hình,Ngày\rhtx-a,kiểu mới,1/2/2023\r"},
	// Cells.
	{"ô bắt buộc trống", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,,1/2/2023\n"},
	{"ký tự đảo chiều", "models", Options{}, "Mã HTX,Mô hình,Ngày,Ghi chú\nhtx-a,kiểu mới,1/2/2023,abc\u202Edef\n"},
	{"ký tự không nhìn thấy", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx\u200B-a,kiểu mới,1/2/2023\n"},
	{"ký tự điều khiển", "models", Options{}, "Mã HTX,Mô hình,Ngày,Ghi chú\nhtx-a,kiểu mới,1/2/2023,a\x07b\n"},
	{"chữ tổ hợp (NFD)", "models", Options{}, "Mã HTX,Mo\u0302 hi\u0300nh,Ngày\nhtx-a,kie\u0302\u0309u mo\u031b\u0301i,1/2/2023\n"},
	{"từ không có trong danh sách", "models", Options{}, "Mã HTX,Mô hình,Ngày\nhtx-a,kiểu cũ,1/2/2023\n"},
	{"tên thay cho mã địa bàn", "fairs", Options{}, "Sự kiện,Tên,Ngày,Địa bàn\nhội nghị,Hội nghị Ví Dụ,1/2/2023,Đắk Mil\n"},
	{"mã số thuế mất số 0", "models", Options{}, "MST,Mô hình,Ngày\n640012345,kiểu mới,1/2/2023\n"},
	{"không nêu HTX", "models", Options{}, "Mã HTX,MST,Mô hình,Ngày\n,,kiểu mới,1/2/2023\n"},
	{"nêu hai HTX", "models", Options{}, "Mã HTX,MST,Mô hình,Ngày\nhtx-a,6400123456,kiểu mới,1/2/2023\n"},
	{"mã và MST là một", "models", Options{}, "Mã HTX,MST,Mô hình,Ngày\nmst-6400123456,6400123456,kiểu mới,1/2/2023\n"},
	{"có hay không", "coop-classes", Options{}, "Mã HTX,Năm,Thông tư,Điểm,Bị phạt\nhtx-a,2023,TT 09/2017,80,chưa rõ\n"},
	{"ô không dùng", "coop-changes", Options{}, "Mã HTX,Sự kiện,Ngày,Tên mới,Hình thức giải thể\nhtx-a,đổi tên,1/2/2023,Tên,tự nguyện\n"},
	{"thiếu ô theo sự kiện", "coop-changes", Options{}, "Mã HTX,Sự kiện,Ngày,Tên mới\nhtx-a,giải thể,1/2/2023,\nhtx-a,đổi tên,1/2/2023,\n"},
	{"hai mã nơi chỉ nhận một", "coop-changes", Options{}, "Mã HTX,Sự kiện,Ngày,Vào HTX\nhtx-a,sáp nhập,1/2/2023,htx-b;htx-c\n"},
	{"gia hạn không thời hạn", "certificates", Options{}, "Sự kiện,Ngày,Mã chứng nhận\ngia hạn,1/2/2023,cn-1\n"},
	{"chứng nhận không mã không số", "certificates", Options{}, "Sự kiện,Ngày,Mã HTX\nđình chỉ,1/2/2023,htx-a\n"},
	{"phần lớn hơn tổng", "coop-annual", Options{}, "Mã HTX,Năm,Lao động thường xuyên,Tổng lao động\nhtx-a,2023,20,10\n"},
	{"dòng không có gì", "coop-annual", Options{}, annualRow("htx-a,2023,,,")},
	{"dòng tổng cộng", "coop-annual", Options{}, annualRow("htx-a,2023,,,5\nTổng cộng,,,,5")},
	{"điểm ba số lẻ", "coop-classes", Options{Numbers: Vietnamese}, "Mã HTX,Năm,Thông tư,Điểm\nhtx-a,2023,TT 09/2017,\"80,125\"\n"},
	{"điểm trên 100", "coop-classes", Options{}, "Mã HTX,Năm,Thông tư,Điểm\nhtx-a,2023,TT 09/2017,101\n"},
	{"sáu sao", "ocop", Options{}, "Sự kiện,Ngày,Tên,Chủ thể,Số sao,Cấp công nhận\ncông nhận,1/2/2023,SP,HTX,6,tỉnh\n"},
	// Keys.
	{"hai dòng như nhau", "models", Options{}, "STT,Mã HTX,Mô hình,Ngày\n1,htx-a,kiểu mới,1/2/2023\n2,htx-b,kiểu mới,1/2/2023\n3,htx-a,HTX kiểu mới,01/02/2023\n"},
	{"khóa lệnh lặp", "models", Options{}, "Khóa lệnh,Mã HTX,Mô hình,Ngày\nk1,htx-a,kiểu mới,1/2/2023\nk1,htx-b,kiểu mới,1/2/2023\n"},
}

func TestTrapsAreToldApart(t *testing.T) {
	var b strings.Builder
	for _, trap := range traps {
		form, err := FindForm(trap.form)
		require.NoError(t, err)
		fmt.Fprintf(&b, "%s\n", trap.name)
		s, err := CSV(context.Background(), "bay.csv", []byte(trap.file), form, trap.opts)
		report(&b, s, err)
	}
	golden(t, "traps.golden", b.String())
}

// report writes what a reader says of a file, in Vietnamese, with the codes.
func report(b *strings.Builder, s *Sheet, err error) {
	if err != nil {
		f, _ := fault.Of(err)
		said := f.Vi()
		if p, ok := err.(Mark); ok {
			said = p.Vi()
		}
		fmt.Fprintf(b, "  [%s] tệp: %s\n", f.Code, said)
		return
	}
	for _, p := range append(s.Problems(), s.Lacking()...) {
		f, _ := fault.Of(p)
		fmt.Fprintf(b, "  [%s] %s\n", f.Code, p.Vi())
	}
	for _, d := range whole(s) {
		fmt.Fprintf(b, "  nhận: dòng %d, %s %s %s %s\n", d.Source.Row, d.Stream, d.Kind, d.Valid, d.Data)
	}
}

// whole are the commands of claims that lack nothing.
func whole(s *Sheet) (list []*ledger.Draft) {
	for _, r := range s.Rows {
		for i, d := range r.Drafts {
			if len(r.Lacking(i)) == 0 {
				list = append(list, d)
			}
		}
	}
	return list
}

const establishedLine = `{"key":"k1","stream":"coop/htx-a","kind":"coop.renamed/1","valid":"2023-03-14","data":{"name":"HTX"}}`

func TestCommandTrapsAreToldApart(t *testing.T) {
	long := `{"key":"k","stream":"coop/a","kind":"coop.renamed/1","valid":"2023-03-14","data":{"name":"` + strings.Repeat("a", 1_000_000) + `"}}`
	var b strings.Builder
	for _, trap := range []struct{ name, file string }{
		{"đúng, có BOM, dòng trống, CRLF", "\uFEFF" + establishedLine + "\r\n\r\n  \n"},
		{"trống", "\n\n"},
		{"UTF-16", utf16LE(establishedLine, true)},
		{"hai dòng hỏng", establishedLine + "\n{\n" + `{"key":"k2"}` + "\n"},
		{"trường lạ", strings.Replace(establishedLine, `"data"`, `"date":1,"data"`, 1)},
		{"trường của sổ", strings.Replace(establishedLine, `"data"`, `"position":1,"data"`, 1)},
		{"ngày sai", strings.Replace(establishedLine, "2023-03-14", "14/03/2023", 1)},
		{"số mũ", strings.Replace(establishedLine, `"HTX"`, `1e3`, 1)},
		{"hai lệnh một dòng", establishedLine + establishedLine},
		{"quá dài", long},
		{"byte lạ", "{\"key\":\"\xE3\"}"},
	} {
		fmt.Fprintf(&b, "%s\n", trap.name)
		s, err := NDJSON("lenh.ndjson", []byte(trap.file))
		if err == nil {
			for _, d := range s.Drafts() {
				fmt.Fprintf(&b, "  nhận: %s %s\n", d.Key, d.Data)
			}
			for _, p := range s.Problems() {
				f, _ := fault.Of(p)
				fmt.Fprintf(&b, "  [%s] %s\n", f.Code, p.Vi())
			}
			continue
		}
		report(&b, nil, err)
	}
	golden(t, "ndjson-traps.golden", b.String())
}
