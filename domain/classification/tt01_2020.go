package classification

import (
	"fmt"

	"htxledger/domain/calendar"
)

// The article of the bands was in no excerpt seen in full (Điều 4 has the
// sizes, Điều 9 the reports), so it is not cited by number.
const tt01Rating = "Thông tư 01/2020/TT-BKHĐT, quy định về xếp loại hợp tác xã"

const tt01Sizes = "Thông tư 01/2020/TT-BKHĐT, Điều 4"

var tt01Paper = Paper{
	Code:    "tt01-2020",
	Title:   "Thông tư hướng dẫn phân loại và đánh giá hợp tác xã",
	Issuer:  "Bộ Kế hoạch và Đầu tư",
	Number:  "01/2020/TT-BKHĐT",
	Issued:  calendar.DayOf(2020, 2, 19),
	InForce: calendar.DayOf(2020, 4, 1),
	Unverified: []string{
		"Số điều của quy định về xếp loại chưa đối chiếu được với toàn văn.",
		"Chưa tìm thấy văn bản bãi bỏ; Luật Hợp tác xã 2012 hết hiệu lực từ 1/7/2024, chưa rõ thông tư còn áp dụng sau ngày đó hay không.",
	},
}

// tt01of2020 is the circular for co-operatives of all sectors: fifteen
// criteria, 100 points. It has no rule on fines.
var tt01of2020 = Scheme{
	Paper: tt01Paper,
	rules: []rule{
		// "mới thành lập và hoạt động chưa đủ 12 tháng"
		newcomerRule(tt01Rating),
		// "ngừng hoạt động trên 3 tháng trong năm": exactly three is rated.
		{
			class: Unrated, reason: ReasonIdle, article: tt01Rating, asks: factIdle,
			applies: func(c Scorecard) bool { return *c.IdleMonths > 3 },
			why: func(c Scorecard) string {
				return fmt.Sprintf("ngừng hoạt động %d tháng trong năm, quá 3 tháng", *c.IdleMonths)
			},
		},
		pointsRule(Good, 8000, 0, tt01Rating),
		pointsRule(Fair, 6500, 8000, tt01Rating),
		pointsRule(Average, 5000, 6500, tt01Rating),
		pointsRule(Weak, 0, 5000, tt01Rating),
	},
}

// sizeByMembers2020 is Điều 4: under 50 members micro, 50 to 300 small, above
// 300 to 1.000 medium, above 1.000 large. The circular also sizes by total
// capital, apart from members; its thresholds were in no source seen, so that
// scale is left out.
var sizeByMembers2020 = SizeRule{
	Paper: func() Paper {
		p := tt01Paper
		p.Code = "tt01-2020-members"
		p.Unverified = []string{
			"Ngưỡng quy mô theo tổng nguồn vốn chưa có nguồn, nên chỉ áp dụng quy mô theo số thành viên.",
			"Chưa tìm thấy văn bản bãi bỏ; Luật Hợp tác xã 2012 hết hiệu lực từ 1/7/2024, chưa rõ thông tư còn áp dụng sau ngày đó hay không.",
		}
		return p
	}(),
	of: func(f SizeFacts) SizeResult { return SizeByMembers(f.OfficialMembers) },
}

// SizeByMembers is the size of a co-operative by its number of members alone
// (Thông tư 01/2020/TT-BKHĐT, Điều 4). A negative number is refused.
func SizeByMembers(members int64) SizeResult {
	if members < 0 {
		return refusedSize(errSizeFigure.With(members).At("/official_members"))
	}
	size, span := Micro, "dưới 50 thành viên"
	switch {
	case members > 1000:
		size, span = Large, "trên 1.000 thành viên"
	case members > 300:
		size, span = Medium, "từ trên 300 đến 1.000 thành viên"
	case members >= 50:
		size, span = Small, "từ 50 đến 300 thành viên"
	}
	return SizeResult{
		Size: size, AtLeast: size, AtMost: size, Reason: ReasonMembers, Article: tt01Sizes,
		Vi: fmt.Sprintf("%s: có %s thành viên, thuộc khung %s.", size.Vi(), groupThousands(members), span),
	}
}
