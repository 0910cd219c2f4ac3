package classification

import (
	"fmt"

	"htxledger/domain/calendar"
)

// Who recognises a product.
const (
	District = "district"
	Province = "province"
	Central  = "central"
)

var authorityNames = map[string]string{District: "cấp huyện", Province: "cấp tỉnh", Central: "trung ương"}

// AuthorityVi is the Vietnamese name of an authority, or "".
func AuthorityVi(authority string) string { return authorityNames[authority] }

// The reasons of an OCOPResult.
const (
	ReasonBand    = "band"          // the score is within a printed band
	ReasonBetween = "between-bands" // the paper prints no band for this score
	ReasonNoRules = "no-rules"      // no rules of this program hold on that day
)

// An OCOPResult is a number of stars and why.
type OCOPResult struct {
	Stars   int    // 1 to 5; 0 where there is none
	Reason  string // one of the reasons above, or ReasonRefused
	Article string // citation, Vietnamese
	Vi      string // one sentence for people
	Refused error  // ErrPoints for a score outside 0 to 100, or nil
}

// OCOPRules are the bands and the authorities of one decision. The zero
// OCOPRules are those of a day before the first decision known here.
type OCOPRules struct {
	Paper
	bands    []starBand
	three    string // who recognises three stars; four is the province, five the centre
	citation string
}

// A starBand holds the scores from low to high, both inside, in hundredths.
type starBand struct {
	stars     int
	low, high int64
	printed   string // Vietnamese
}

// QĐ 1048 prints whole numbers, "từ 70 đến 89 điểm": an average of 89,50 has
// no band, and none is invented for it.
var bands1048 = []starBand{
	{5, 9000, 10000, "từ 90 đến 100 điểm"},
	{4, 7000, 8900, "từ 70 đến 89 điểm"},
	{3, 5000, 6900, "từ 50 đến 69 điểm"},
	{2, 3000, 4900, "từ 30 đến 49 điểm"},
	{1, 0, 2999, "dưới 30 điểm"},
}

// QĐ 148 closed the gaps: "từ 70 đến dưới 90 điểm".
var bands148 = []starBand{
	{5, 9000, 10000, "từ 90 đến 100 điểm"},
	{4, 7000, 8999, "từ 70 đến dưới 90 điểm"},
	{3, 5000, 6999, "từ 50 đến dưới 70 điểm"},
	{2, 3000, 4999, "từ 30 đến dưới 50 điểm"},
	{1, 0, 2999, "dưới 30 điểm"},
}

var ocopRules = []OCOPRules{
	{
		Paper: Paper{
			Code:    "qd1048-2019",
			Title:   "Quyết định ban hành Bộ tiêu chí đánh giá, phân hạng sản phẩm Chương trình mỗi xã một sản phẩm",
			Issuer:  "Thủ tướng Chính phủ",
			Number:  "1048/QĐ-TTg",
			Issued:  calendar.DayOf(2019, 8, 21),
			InForce: calendar.DayOf(2019, 8, 21), // the day of issue; unverified
			Lapsed:  calendar.DayOf(2023, 2, 24),
			Unverified: []string{
				"Ngày có hiệu lực lấy theo ngày ban hành; có nguồn ghi ngày ban hành là 20/8/2019.",
				"Quyết định 781/QĐ-TTg ngày 8/6/2020 sửa đổi một số phụ lục; khung điểm được coi là không đổi.",
				"Số điều, phụ lục của khung điểm và thẩm quyền công nhận chưa đối chiếu được với toàn văn.",
			},
		},
		bands: bands1048, three: Province,
		citation: "Quyết định 1048/QĐ-TTg ngày 21/8/2019, khung điểm phân hạng",
	},
	{
		Paper: Paper{
			Code:    "qd148-2023",
			Title:   "Quyết định ban hành Bộ tiêu chí và quy trình đánh giá, phân hạng sản phẩm Chương trình mỗi xã một sản phẩm",
			Issuer:  "Thủ tướng Chính phủ",
			Number:  "148/QĐ-TTg",
			Issued:  calendar.DayOf(2023, 2, 24),
			InForce: calendar.DayOf(2023, 2, 24),
			Lapsed:  calendar.DayOf(2025, 7, 6), // as to who recognises; amended, not repealed
			Unverified: []string{
				"Số điều, phụ lục của khung điểm và thẩm quyền công nhận chưa đối chiếu được với toàn văn.",
				"Cấp huyện kết thúc hoạt động từ 1/7/2025; ai công nhận 3 sao từ 1/7 đến 5/7/2025 chưa rõ.",
			},
		},
		bands: bands148, three: District,
		citation: "Quyết định 148/QĐ-TTg ngày 24/2/2023, khung điểm phân hạng",
	},
	{
		Paper: Paper{
			Code:    "qd1489-2025",
			Title:   "Quyết định sửa đổi, bổ sung Quyết định số 148/QĐ-TTg ngày 24/2/2023",
			Issuer:  "Thủ tướng Chính phủ",
			Number:  "1489/QĐ-TTg",
			Issued:  calendar.DayOf(2025, 7, 6),
			InForce: calendar.DayOf(2025, 7, 6),
			Unverified: []string{
				"Tên quyết định ghi theo nội dung, chưa đối chiếu với bản gốc.",
				"Khung điểm được coi là giữ nguyên như Quyết định 148/QĐ-TTg.",
				"Chưa tìm thấy bộ tiêu chí giai đoạn 2026–2030.",
			},
		},
		bands: bands148, three: Province,
		citation: "Quyết định 148/QĐ-TTg ngày 24/2/2023, sửa đổi bởi Quyết định 1489/QĐ-TTg ngày 6/7/2025, khung điểm phân hạng",
	},
}

// OCOPRulesOn gives the rules by which a product was rated on a day; before
// 21/8/2019 they are the zero OCOPRules, which know no stars.
func OCOPRulesOn(day calendar.Day) OCOPRules {
	for _, r := range ocopRules {
		if r.InForceOn(day) {
			r.Paper = r.Paper.copySlices()
			return r
		}
	}
	return OCOPRules{}
}

// Band is the band of a score in hundredths of a point with its reason.
func (r OCOPRules) Band(scoreHundredths int64) OCOPResult {
	switch {
	case scoreHundredths < 0 || scoreHundredths > maxScore:
		err := errPoints.With(scoreHundredths).At("/score_hundredths")
		return OCOPResult{Reason: ReasonRefused, Vi: sentence(err), Refused: err}
	case r.bands == nil:
		return OCOPResult{Reason: ReasonNoRules, Vi: "Ngày này chưa có bộ tiêu chí phân hạng OCOP trong hệ thống."}
	}
	score := formatHundredths(scoreHundredths)
	for _, b := range r.bands {
		if b.low <= scoreHundredths && scoreHundredths <= b.high {
			return OCOPResult{Stars: b.stars, Reason: ReasonBand, Article: r.citation,
				Vi: fmt.Sprintf("%d sao: đạt %s điểm, thuộc khung %s.", b.stars, score, b.printed)}
		}
	}
	return OCOPResult{Reason: ReasonBetween, Article: r.citation,
		Vi: fmt.Sprintf("Không thuộc khung nào: %s điểm nằm giữa hai khung điểm số nguyên của quyết định.", score)}
}

// Authority is who recognises a product with so many stars: District,
// Province or Central; "" below three stars, which nobody recognises.
func (r OCOPRules) Authority(stars int) string {
	switch {
	case r.bands == nil:
		return ""
	case stars == 3:
		return r.three
	case stars == 4:
		return Province
	case stars == 5:
		return Central
	}
	return ""
}
