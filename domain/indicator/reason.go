package indicator

import (
	"maps"
	"slices"
)

// A Reason says why a subject does not count. It is a stable code; Vi is the
// sentence.
type Reason string

// The reasons.
const (
	NotEstablished   Reason = "not-established"
	HasEnded         Reason = "ended"
	NotHTX           Reason = "not-htx"
	NotAgricultural  Reason = "not-agricultural"
	IsSuspended      Reason = "suspended"
	IsInactive       Reason = "inactive"
	IsDissolving     Reason = "dissolving"
	IsOperating      Reason = "operating"
	IsConverted      Reason = "converted"
	NotReported      Reason = "not-reported"
	NoPayOrWorkers   Reason = "no-pay-or-workers"
	NotClassed       Reason = "not-classed"
	Unrated          Reason = "unrated"
	OtherClass       Reason = "other-class"
	NoContract       Reason = "no-contract"
	ContractEnded    Reason = "contract-ended"
	NotInPeriod      Reason = "not-in-period"
	NotCountedThen   Reason = "not-counted-then"
	NoCertificate    Reason = "no-certificate"
	CertificateEnded Reason = "certificate-ended"
	NoProduct        Reason = "no-product"
	RatingEnded      Reason = "rating-ended"
	BelowThreeStars  Reason = "below-three-stars"
	OtherOwner       Reason = "other-owner"
	OtherProgramme   Reason = "other-programme"
	OutsidePlace     Reason = "outside-place"
	WholeOnly        Reason = "whole-only"
)

var reasons = map[Reason]string{
	NotEstablished:   "chưa thành lập vào ngày này",
	HasEnded:         "đã chấm dứt (giải thể, sáp nhập, chia, chuyển đổi)",
	NotHTX:           "không phải hợp tác xã (tổ hợp tác hoặc liên hiệp)",
	NotAgricultural:  "không thuộc lĩnh vực nông nghiệp",
	IsSuspended:      "đang tạm ngừng kinh doanh",
	IsInactive:       "ngừng hoạt động",
	IsDissolving:     "đang chờ giải thể",
	IsOperating:      "đang hoạt động",
	IsConverted:      "đã chuyển đổi theo Luật, hoặc thành lập theo Luật năm 2012 trở đi",
	NotReported:      "chưa có số liệu báo cáo",
	NoPayOrWorkers:   "báo cáo thiếu tiền công hoặc số lao động",
	NotClassed:       "chưa được phân loại trong năm và năm trước",
	Unrated:          "không xếp loại",
	OtherClass:       "xếp loại trung bình hoặc yếu",
	NoContract:       "chưa có hợp đồng liên kết",
	ContractEnded:    "hợp đồng liên kết đã hết hiệu lực",
	NotInPeriod:      "không phát sinh trong kỳ",
	NotCountedThen:   "vào ngày phát sinh không phải HTX nông nghiệp đang đăng ký",
	NoCertificate:    "chưa có chứng nhận",
	CertificateEnded: "chứng nhận đã hết hạn, bị đình chỉ hoặc thu hồi",
	NoProduct:        "chưa có sản phẩm OCOP",
	RatingEnded:      "kết quả OCOP đã hết hạn 36 tháng hoặc bị thu hồi",
	BelowThreeStars:  "sản phẩm dưới 3 sao",
	OtherOwner:       "sản phẩm đã đổi chủ thể",
	OtherProgramme:   "thuộc chương trình tập huấn khác",
	OutsidePlace:     "ngoài địa bàn được hỏi",
	WholeOnly:        "chỉ tính được cho toàn địa bàn của sổ, không cho từng phần",
}

// Vi is the reason as a Vietnamese reader sees it.
func (r Reason) Vi() string { return reasons[r] }

// Reasons lists every reason, in order of code.
func Reasons() []Reason { return slices.Sorted(maps.Keys(reasons)) }
