package classification

import (
	"fmt"

	"htxledger/domain/calendar"
)

// The bands, the fine and the newcomer stand together in the circular's
// provision on rating; the number of that article was in no excerpt seen
// (Điều 3 has the branches, Điều 4 the six criteria), so it is not cited.
const tt09Rating = "Thông tư 09/2017/TT-BNNPTNT, quy định về xếp loại hợp tác xã"

// tt09of2017 is the circular for agricultural co-operatives. Its sheet has
// six criteria (Điều 4) and 100 points (Phụ lục 1).
var tt09of2017 = Scheme{
	Paper: Paper{
		Code:    "tt09-2017",
		Title:   "Thông tư hướng dẫn phân loại và đánh giá hợp tác xã hoạt động trong lĩnh vực nông nghiệp",
		Issuer:  "Bộ Nông nghiệp và Phát triển nông thôn",
		Number:  "09/2017/TT-BNNPTNT",
		Issued:  calendar.DayOf(2017, 4, 17),
		InForce: calendar.DayOf(2017, 5, 31), // one news page; unverified
		Unverified: []string{
			"Ngày có hiệu lực: chỉ có một trang tin ghi 31/5/2017; cũng có thể là 1/6/2017, chưa kiểm chứng được.",
			"Số điều của quy định về xếp loại chưa đối chiếu được với toàn văn.",
			"Chưa tìm thấy văn bản bãi bỏ; Luật Hợp tác xã 2012 hết hiệu lực từ 1/7/2024, chưa rõ thông tư còn áp dụng sau ngày đó hay không.",
			"Thứ tự giữa quy định chưa đủ 12 tháng và quy định bị xử phạt là cách hiểu của hệ thống: chưa đủ 12 tháng được xét trước.",
		},
	},
	rules: []rule{
		// "mới thành lập và sản xuất kinh doanh chưa đủ 12 tháng trong năm":
		// does not score itself, so a fine has nothing to act on.
		newcomerRule(tt09Rating),
		// Under 50 points OR fined in the year: weak, whatever the points.
		{
			class: Weak, reason: ReasonFined, article: tt09Rating,
			applies: func(c Scorecard) bool { return c.Fined },
			why: func(c Scorecard) string {
				return fmt.Sprintf("trong năm bị xử phạt vi phạm hành chính, không xét số điểm (%s điểm)", formatHundredths(c.PointsHundredths))
			},
		},
		pointsRule(Good, 8000, 0, tt09Rating),
		pointsRule(Fair, 6500, 8000, tt09Rating),
		pointsRule(Average, 5000, 6500, tt09Rating),
		pointsRule(Weak, 0, 5000, tt09Rating),
		// Idle months are no rule of this circular.
	},
}
