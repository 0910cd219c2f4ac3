package vi

import (
	"strings"

	"htxledger/domain/classification"
	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
)

// meanings say what each figure is, in a sentence that an officer can check by
// hand. A code that begins other codes answers for these too.
var meanings = map[string]string{
	"coops.registered":  "Số HTX nông nghiệp đã thành lập và chưa chấm dứt vào ngày số liệu.",
	"coops.operating":   "Số HTX nông nghiệp đang đăng ký mà không tạm ngừng, không ngừng hoạt động và không chờ giải thể.",
	"coops.idle":        "Số HTX nông nghiệp đang đăng ký nhưng tạm ngừng kinh doanh, ngừng hoạt động hoặc chờ giải thể.",
	"coops.unconverted": "Số HTX nông nghiệp đang đăng ký, thành lập theo Luật trước năm 2012 và chưa tổ chức lại theo Luật sau.",
	"coops.established": "Số HTX nông nghiệp có ngày thành lập trong kỳ.",
	"coops.ended":       "Số HTX nông nghiệp giải thể, bị sáp nhập, bị chia, chuyển loại hình hoặc rời lĩnh vực nông nghiệp trong kỳ.",
	"coops.rescoped":    "Số HTX chuyển vào trừ số HTX chuyển ra trong kỳ: chuyển trụ sở đến hoặc đi, chuyển sang lĩnh vực nông nghiệp.",
	"coops.movement":    "Đầu kỳ cộng thành lập mới, trừ chấm dứt, cộng hoặc trừ chuyển phạm vi, bằng cuối kỳ.",

	"members.total":           "Tổng số thành viên (chính thức và liên kết) theo lần đếm mới nhất của từng HTX đang đăng ký.",
	"members.official":        "Tổng số thành viên chính thức theo lần đếm mới nhất của từng HTX đang đăng ký.",
	"workers.total":           "Tổng số lao động theo lần đếm mới nhất của từng HTX đang đăng ký; nơi chỉ đếm lao động thường xuyên thì lấy số đó.",
	"workers.regular":         "Tổng số lao động thường xuyên theo lần đếm mới nhất của từng HTX đang đăng ký.",
	"revenue.mean":            "Tổng doanh thu trong báo cáo năm của các HTX, chia cho số HTX có báo cáo. Số thực hiện thay số ước.",
	"revenue.mean.registered": "Tổng doanh thu trong báo cáo năm của các HTX, chia cho mọi HTX đang đăng ký, kể cả HTX chưa báo cáo.",
	"revenue.mean.operating":  "Tổng doanh thu trong báo cáo năm của các HTX, chia cho số HTX đang hoạt động.",
	"income.mean":             "Tổng tiền công chia cho tổng số lao động trong cùng các báo cáo năm; không lấy bình quân của các bình quân.",

	"quality.good-fair.share":            "Số HTX đang hoạt động được xếp loại tốt hoặc khá trong năm (chưa có thì lấy năm trước), chia cho số HTX đang hoạt động.",
	"quality.good-fair.share.registered": "Số HTX đang hoạt động được xếp loại tốt hoặc khá, chia cho số HTX đang đăng ký.",
	"quality.good-fair.share.classified": "Số HTX đang hoạt động được xếp loại tốt hoặc khá, chia cho số HTX đang hoạt động được xếp loại.",

	"certificates.supported":            "Số HTX được hỗ trợ trong kỳ về chứng nhận sản xuất, chứng nhận chất lượng, bao bì hoặc truy xuất nguồn gốc; mỗi HTX tính một lần.",
	"certificates.supported.production": "Số HTX được hỗ trợ trong kỳ về chứng nhận tiêu chuẩn sản xuất; mỗi HTX tính một lần.",
	"certificates.supported.quality":    "Số HTX được hỗ trợ trong kỳ về chứng nhận tiêu chuẩn chất lượng; mỗi HTX tính một lần.",
	"certificates.valid":                "Số HTX đang đăng ký có ít nhất một chứng nhận còn hiệu lực vào ngày số liệu.",
	"certificates.valid.production":     "Số HTX đang đăng ký có chứng nhận tiêu chuẩn sản xuất còn hiệu lực vào ngày số liệu.",
	"certificates.valid.quality":        "Số HTX đang đăng ký có chứng nhận tiêu chuẩn chất lượng còn hiệu lực vào ngày số liệu.",
	"linked.share":                      "Số HTX đang hoạt động có hợp đồng liên kết với doanh nghiệp còn hiệu lực, chia cho số HTX đang hoạt động.",
	"linked.share.registered":           "Số HTX đang hoạt động có hợp đồng liên kết còn hiệu lực, chia cho số HTX đang đăng ký.",
	"chain.models":                      "Số lần công nhận mô hình HTX gắn với chuỗi liên kết trong kỳ.",
	"new-style.models":                  "Số lần công nhận mô hình HTX nông nghiệp kiểu mới trong kỳ.",

	"ocop.coops":            "Số HTX đang đăng ký có ít nhất một sản phẩm từ 3 sao còn hiệu lực vào ngày số liệu.",
	"ocop.coops.recognised": "Số HTX có sản phẩm được công nhận từ 3 sao trong kỳ, lần đầu hoặc công nhận lại.",
	"ocop.products":         "Số sản phẩm từ 3 sao còn hiệu lực vào ngày số liệu, của mọi chủ thể.",

	"support.consolidated":   "Số HTX được hỗ trợ củng cố trong kỳ; mỗi HTX tính một lần.",
	"support.infrastructure": "Số HTX được hỗ trợ cơ sở hạ tầng trong kỳ; mỗi HTX tính một lần.",
	"support.chain":          "Số HTX được hỗ trợ xây dựng mô hình chuỗi liên kết trong kỳ; mỗi HTX tính một lần.",

	"training.classes":     "Số lớp tập huấn mở trong kỳ.",
	"training.attendances": "Tổng số lượt học viên của các lớp mở trong kỳ; một người học hai lớp là hai lượt.",
	"trade.fairs":          "Số hội chợ có HTX tham gia trong kỳ; mỗi hội chợ tính một lần theo tên.",
	"trade.conferences":    "Số hội nghị, diễn đàn kết nối tổ chức trong kỳ; mỗi hội nghị tính một lần theo tên.",
	"tasks.delivered":      "Số văn bản, báo cáo mà các nhiệm vụ của kế hoạch yêu cầu và đã nộp.",
	"reports.received":     "Số báo cáo kết quả thực hiện kế hoạch mà các đơn vị đã nộp. Kế hoạch không liệt kê đơn vị phải nộp: “còn thiếu” là những đơn vị đã nộp văn bản khác của kế hoạch mà chưa nộp báo cáo này.",
}

// MeaningOf is the meaning of a figure, in Vietnamese.
func MeaningOf(d *indicator.Definition) string {
	for code := d.Code; ; {
		if said, ok := meanings[code]; ok {
			if code != d.Code {
				said += " Chỉ tính: " + strings.ToLower(d.Name[:1]) + d.Name[1:] + "."
			}
			return said
		}
		at := strings.LastIndexByte(code, '.')
		if at < 0 {
			return d.Name + "."
		}
		code = code[:at]
	}
}

// Rule is the rule of counting of a figure: at the day asked or
// within the period, and by which seat.
func Rule(d *indicator.Definition) string {
	switch {
	case d.OfPapers():
		return "Tính theo văn bản đã nộp đến ngày số liệu."
	case d.Flow && d.Overall:
		return "Số phát sinh trong kỳ, tính chung cho toàn địa bàn của sổ."
	case d.Overall:
		return "Số tại ngày số liệu, tính chung cho toàn địa bàn của sổ."
	case d.Unit == indicator.Classes || d.Unit == indicator.Attendances:
		return "Số phát sinh trong kỳ, tính theo nơi mở lớp."
	case d.Flow:
		return "Số phát sinh trong kỳ: tính HTX nông nghiệp đang đăng ký vào ngày phát sinh, theo trụ sở của ngày đó."
	}
	return "Số tại một ngày: tính HTX nông nghiệp đang đăng ký vào ngày số liệu, theo trụ sở của ngày đó."
}

// Event is an event in words: Said without the words of a
// correction.
func Event(e ledger.Event, n Names) string { return n.event(e) }

var certificates = map[string]string{
	"vietgap": "VietGAP", "globalgap": "GlobalGAP", "organic": "hữu cơ", "ra": "Rainforest Alliance", "haccp": "HACCP",
	"iso-22000": "ISO 22000",
}

// Scheme is a scheme of classification by the paper that it is in: Thông tư
// 09/2017/TT-BNNPTNT; a code that it does not know comes back as it is.
func Scheme(code string) string {
	x, err := classification.Find(code)
	if err != nil {
		return code
	}
	return "Thông tư " + x.Number
}

// CertificateScheme is the scheme of a certificate as people write it; a code
// that it does not know comes back as it is.
func CertificateScheme(code string) string {
	if name, ok := certificates[code]; ok {
		return name
	}
	return code
}
