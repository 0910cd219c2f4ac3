package demo

import (
	"fmt"
	"time"
)

// A paper is a deliverable of the plan as it came in: on which day it was
// issued and how many days later the ledger took it.
type paper struct {
	task, deliverable, unit string
	day                     time.Time
	delay                   int
}

const (
	allianceOffice = "Liên minh HTX tỉnh"
	farmOffice     = "Sở Nông nghiệp và Phát triển nông thôn"
	planOffice     = "Sở Kế hoạch và Đầu tư"
	scienceOffice  = "Sở Khoa học và Công nghệ"
	landOffice     = "Sở Tài nguyên và Môi trường"
	labourOffice   = "Sở Lao động Thương binh và Xã hội"
	moneyOffice    = "Sở Tài chính"
	bankOffice     = "Ngân hàng Nhà nước Chi nhánh Đắk Nông"
	tradeOffice    = "Sở Công Thương"
)

// papers are all but those of the districts. Late against the plan: A-02's
// report, A-06's guidance, A-16's report, A-17's plan, A-18's decision. Never
// delivered: the infrastructure of A-08, the report of A-17.
var papers = []paper{
	{"A-02", "Kế hoạch", allianceOffice, on(2023, 8, 15), 6}, {"A-02", "báo cáo", allianceOffice, on(2023, 11, 9), 7},
	{"A-06", "Quyết định", planOffice, on(2023, 7, 20), 5}, {"A-06", "Kế hoạch", planOffice, on(2023, 7, 25), 7}, {"A-06", "hướng dẫn", planOffice, on(2023, 8, 22), 7},
	{"A-07", "báo cáo kết quả", allianceOffice, on(2023, 12, 20), 12},
	{"A-08", "Ban hành văn bản triển khai", farmOffice, on(2023, 6, 29), 5}, {"A-08", "hỗ trợ mã số vùng trồng", farmOffice, on(2023, 11, 23), 11},
	{"A-08", "phát triển khuyến nông cộng đồng", farmOffice, on(2023, 12, 15), 25},
	{"A-11", "Báo cáo", scienceOffice, on(2023, 12, 18), 10},
	{"A-12", "hỗ trợ doanh nghiệp giới thiệu sản phẩm tại các tỉnh, thành phố", tradeOffice, on(2023, 11, 20), 9},
	{"A-13", "Văn bản hướng dẫn", landOffice, on(2023, 10, 12), 8}, {"A-13", "báo cáo", landOffice, on(2023, 12, 28), 8},
	{"A-14", "Văn bản chỉ đạo các Tổ chức tín dụng", bankOffice, on(2023, 7, 18), 9}, {"A-14", "báo cáo", bankOffice, on(2023, 12, 14), 6},
	{"A-16", "Kế hoạch UBND tỉnh", labourOffice, on(2023, 7, 28), 6}, {"A-16", "báo cáo", labourOffice, on(2023, 8, 30), 8},
	{"A-17", "Kế hoạch UBND tỉnh", scienceOffice, on(2023, 9, 5), 8},
	{"A-18", "Báo cáo", moneyOffice, on(2023, 7, 27), 6}, {"A-18", "Quyết định của UBND tỉnh", moneyOffice, on(2023, 8, 11), 6},
	{"A-20", "Kế hoạch", farmOffice, on(2023, 6, 30), 7}, {"A-20", "Báo cáo", farmOffice, on(2023, 12, 27), 23},

	{"T25", reportOfResults, allianceOffice, on(2023, 11, 27), 2}, {"T25", reportOfResults, planOffice, on(2023, 11, 28), 6},
	{"T25", reportOfResults, moneyOffice, on(2023, 11, 24), 4}, {"T25", reportOfResults, tradeOffice, on(2023, 12, 1), 4},
	{"T25", reportOfResults, scienceOffice, on(2023, 12, 7), 5}, {"T25", reportOfResults, landOffice, on(2023, 11, 29), 0},
}

const reportOfResults = "báo cáo kết quả thực hiện Kế hoạch"

// districtPapers are due from each of the eight. A district without a day has
// sent nothing.
var districtPapers = []struct {
	task, deliverable string
	days              [8]time.Time
	delay             int
}{
	{"A-01", "Báo cáo", [8]time.Time{on(2023, 9, 29), on(2023, 10, 6), {}, on(2023, 9, 27), on(2023, 12, 12), on(2023, 11, 15), on(2023, 8, 31), {}}, 7},
	{"A-15", "Báo cáo", [8]time.Time{on(2023, 12, 8), on(2023, 12, 19), {}, on(2023, 12, 14), on(2023, 12, 26), on(2024, 1, 12), on(2023, 12, 5), on(2024, 1, 25)}, 8},
	{"A-19", "Quyết định của UBND huyện, thành phố", [8]time.Time{on(2023, 12, 15), on(2023, 12, 18), on(2023, 12, 22), on(2023, 12, 20), on(2023, 12, 27), on(2024, 1, 10), on(2023, 12, 13), {}}, 9},
	{"A-19", "Báo cáo", [8]time.Time{on(2023, 12, 20), on(2023, 12, 21), on(2023, 12, 26), on(2023, 12, 22), on(2023, 12, 29), on(2024, 1, 15), on(2023, 12, 18), {}}, 9},
	{"T25", reportOfResults, [8]time.Time{on(2023, 11, 24), on(2023, 11, 28), on(2023, 12, 5), on(2023, 11, 22), on(2023, 11, 27), on(2023, 11, 29), on(2023, 11, 20), {}}, 1},
}

// deliver records the papers of the plan as they came in.
func (p *province) deliver() {
	for _, x := range papers {
		p.deliverPaper(x, "")
	}
	for _, x := range districtPapers {
		for i, day := range x.days {
			if !day.IsZero() {
				p.deliverPaper(paper{x.task, x.deliverable, districts[i].office, day, x.delay}, "-"+districts[i].code)
			}
		}
	}
}

func (p *province) deliverPaper(x paper, suffix string) {
	p.papers++
	key := fmt.Sprintf("plan/371/delivered/%02d-%s%s", p.papers, x.task, suffix)
	p.put(p.desk(x.day.AddDate(0, 0, x.delay), "so-nn"), key, "plan/kh-371-2023", "plan.delivered/1", iso(x.day), fields{
		"task": x.task, "deliverable": x.deliverable, "unit": x.unit,
		"document": fmt.Sprintf("Văn bản mô phỏng số %d/MP ngày %s", p.papers, x.day.Format("02/01/2006")),
	})
}
