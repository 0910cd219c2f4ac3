package vi

import (
	"math/big"
	"strconv"
	"strings"

	"htxledger/domain/calendar"
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/keyring"
	"htxledger/domain/ledger"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
	"htxledger/domain/plan"
	"htxledger/domain/register"
	"htxledger/domain/request"
	"htxledger/domain/statement"
	"htxledger/domain/support"
	"htxledger/domain/training"
)

var kinds = map[ledger.Kind]string{
	"ledger.opened/1": "mở sổ", "ledger.key-announced/1": "công bố khóa ký",
	"ledger.key-announced/2": "bàn giao khóa ký", "ledger.key-voided/1": "hủy công bố khóa ký",
	"ledger.recovered/1": "ghi tiếp sau khi mất bản ghi",
	"ledger.restated/1":  "đính chính", "ledger.retracted/1": "rút lại",

	"place.declared/1": "khai báo địa bàn", "place.renamed/1": "đổi tên địa bàn", "place.moved/1": "chuyển địa bàn cấp trên",
	"place.merged/1": "sáp nhập địa bàn", "place.abolished/1": "bãi bỏ địa bàn", "place.split/1": "chia tách địa bàn",

	"coop.established/1": "thành lập", "coop.renamed/1": "đổi tên", "coop.relocated/1": "chuyển trụ sở",
	"coop.resectored/1": "đổi ngành nghề", "coop.identified/1": "bổ sung mã số", "coop.suspended/1": "tạm ngừng kinh doanh",
	"coop.resumed/1": "hoạt động trở lại", "coop.inactive/1": "ngừng hoạt động", "coop.dissolving/1": "chờ giải thể",
	"coop.dissolved/1": "giải thể", "coop.merged/1": "sáp nhập", "coop.divided/1": "chia", "coop.reorganised/1": "tổ chức lại theo Luật",
	"coop.left/1": "chuyển loại hình", "coop.members-counted/1": "số thành viên", "coop.workers-counted/1": "số lao động",
	"coop.year-reported/1": "số liệu năm", "coop.scored/1": "chấm điểm", "coop.classed/1": "xếp loại",
	"coop.linked/1": "hợp đồng liên kết", "coop.unlinked/1": "chấm dứt hợp đồng liên kết",

	"certificate.granted/1": "cấp chứng nhận", "certificate.renewed/1": "gia hạn chứng nhận",
	"certificate.suspended/1": "đình chỉ chứng nhận", "certificate.reinstated/1": "khôi phục chứng nhận",
	"certificate.withdrawn/1": "thu hồi chứng nhận",

	"ocop.rated/1": "công nhận OCOP", "ocop.revoked/1": "thu hồi công nhận OCOP", "training.held/1": "lớp tập huấn",

	"support.given/1": "hỗ trợ", "support.fair-attended/1": "tham gia hội chợ",
	"support.conference-held/1": "hội nghị kết nối", "support.model-recognised/1": "công nhận mô hình",

	"plan.adopted/1": "ban hành kế hoạch", "plan.amended/1": "điều chỉnh kế hoạch", "plan.delivered/1": "nộp văn bản, báo cáo",
	"plan.noted/1": "ghi chú của người đọc", "policy.chosen/1": "chọn cách tính",

	"statement.issued/1": "phát hành báo cáo", "statement.issued/2": "phát hành báo cáo", "statement.withdrawn/1": "thu hồi báo cáo",

	"request.made/1": "đề nghị ghi sổ", "request.refused/1": "từ chối đề nghị",
}

// Kind is a kind of record in words; one that it does not know comes back as it
// is.
func Kind(k ledger.Kind) string {
	if word, ok := kinds[k]; ok {
		return word
	}
	return string(k)
}

var families = map[string]string{
	"ledger": "sổ cái", "place": "địa bàn", "coop": "hợp tác xã", "certificate": "chứng nhận", "ocop": "OCOP",
	"training": "tập huấn", "support": "hỗ trợ", "plan": "kế hoạch", "policy": "cách tính", "statement": "báo cáo đã chốt",
	"request": "đề nghị",
}

// Family is a family of kinds in words.
func Family(family string) string { return families[family] }

// Names give what a record calls by its key the name that a reader knows; ""
// for what they do not know, which is then shown by its key. Any of them may be
// nil.
type Names struct {
	Coop, Place func(key string) string
	Find        func(ledger.ID) *ledger.Record
}

func named(by func(string) string, key string) string {
	if by != nil {
		if name := by(key); name != "" {
			return name
		}
	}
	return key
}

func (n Names) coop(key string) string  { return named(n.Coop, key) }
func (n Names) place(key string) string { return named(n.Place, key) }

func (n Names) coops(keys []string) string {
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = n.coop(key)
	}
	return strings.Join(list, ", ")
}

func (n Names) places(keys []string) string {
	list := make([]string, len(keys))
	for i, key := range keys {
		list[i] = n.place(key)
	}
	return strings.Join(list, ", ")
}

// About names what the stream of a record is about: a co-operative or a place by
// its name, anything else by its key.
func (n Names) About(s ledger.Stream) string {
	switch s.Family {
	case "coop":
		return n.coop(s.Key)
	case "place":
		return n.place(s.Key)
	}
	return s.Key
}

// Said is what a record says, in one sentence without its full stop: what
// happened, with the numbers in it. Who it is about is About, from when it
// holds is the record's own day.
func Said(r *ledger.Record, n Names) string {
	switch {
	case r.Kind == ledger.KindRetracted:
		return "rút lại " + n.target(r)
	case r.Kind == ledger.KindRestated:
		s := "đính chính " + n.target(r)
		if r.Event != nil {
			s += ", nay là: " + n.event(r.Event)
		}
		return s
	case r.Event == nil:
		return Kind(r.Kind)
	}
	return n.event(r.Event)
}

// target names the record that a correction is about, and why.
func (n Names) target(r *ledger.Record) string {
	s := "bản ghi " + r.Corrects.ID.String()
	if n.Find != nil {
		if of := n.Find(r.Corrects.ID); of != nil {
			s = "bản ghi @" + strconv.FormatInt(int64(of.Position), 10) + " (" + Kind(of.Kind) + ")"
		}
	}
	return s + " vì " + Reason(r.Corrects.Reason)
}

func (n Names) event(e ledger.Event) string {
	for _, say := range []func(ledger.Event) string{
		n.ledgerEvent, n.placeEvent, n.coopLife, n.coopReport, n.certificateEvent, n.ocopEvent, n.supportEvent, n.planEvent, n.statementEvent, n.requestEvent,
	} {
		if s := say(e); s != "" {
			return s
		}
	}
	return Kind(e.EventKind())
}

func (n Names) ledgerEvent(e ledger.Event) string {
	switch e := e.(type) {
	case *ledger.Opened:
		return "mở sổ cái " + e.Origin + ": " + e.Title
	case *ledger.KeyAnnounced:
		return "khóa ký mới, dùng từ cỡ sổ " + Integer(e.From) + ", không có chữ ký đồng ý của khóa trước"
	case *ledger.KeyAnnounced2:
		return "khóa ký mới " + keyring.ID(e.Key) + ", dùng từ cỡ sổ " + Integer(e.From) + ", có chữ ký đồng ý của khóa " + keyring.ID(e.Consent.Key)
	case *ledger.KeyVoided:
		return "hủy khóa ký " + keyring.ID(e.Key) + ": " + e.Reason
	case *ledger.Recovered:
		s := "ghi tiếp sau khi mất bản ghi: đã ký cỡ " + Integer(e.SignedSize) + ", tìm thấy " + Integer(e.FoundSize) +
			" bản ghi, khớp với điểm kiểm tra đến cỡ " + Integer(e.AgreedSize) + "; lý do: " + e.Reason
		return s + before("; người thứ hai đồng ý: ", e.Second)
	}
	return ""
}

var levels = map[string]string{place.Province: "cấp tỉnh", place.District: "cấp huyện", place.Commune: "cấp xã"}

func (n Names) placeEvent(e ledger.Event) string {
	switch e := e.(type) {
	case *place.Declared:
		return "khai báo " + e.Name + ", " + levels[e.Level] + before(" thuộc ", n.optional(e.Parent))
	case *place.Renamed:
		return "đổi tên thành " + e.Name
	case *place.Moved:
		return "chuyển về " + n.place(e.Parent)
	case *place.Merged:
		return "sáp nhập vào " + n.place(e.Into)
	case *place.Abolished:
		return "bãi bỏ"
	case *place.Split:
		return "chia thành " + n.places(e.Into)
	}
	return ""
}

func (n Names) optional(code string) string {
	if code == "" {
		return ""
	}
	return n.place(code)
}

var modes = map[string]string{
	"voluntary": "tự nguyện", "compulsory": "bắt buộc", "bankruptcy": "phá sản", "revoked": "thu hồi giấy chứng nhận đăng ký",
}

func (n Names) coopLife(e ledger.Event) string {
	switch e := e.(type) {
	case *coop.Established:
		s := "thành lập " + e.Name + " (" + Form(e.Form) + ") tại " + n.place(e.Place) + ", " + sector(e.Agricultural, e.Sector)
		return s + count(", ", e.Founders, " thành viên sáng lập") + sum(", vốn điều lệ ", e.CharterCapital)
	case *coop.Renamed:
		return "đổi tên thành " + e.Name
	case *coop.Relocated:
		return "chuyển trụ sở đến " + n.place(e.Place)
	case *coop.Resectored:
		return "đổi ngành nghề: " + sector(e.Agricultural, e.Sector)
	case *coop.Identified:
		return strings.TrimPrefix(before(", số đăng ký ", e.Registration)+before(", mã số thuế ", e.TaxCode), ", ")
	case *coop.Suspended:
		return "tạm ngừng kinh doanh" + until(e.Until)
	case *coop.Resumed:
		return "hoạt động trở lại"
	case *coop.Inactive:
		return "ngừng hoạt động" + before(", theo ghi nhận của ", e.ObservedBy)
	case *coop.Dissolving:
		return "chờ giải thể"
	case *coop.Dissolved:
		return "giải thể (" + modes[e.Mode] + ")"
	case *coop.Merged:
		return "sáp nhập vào " + n.coop(e.Into)
	case *coop.Divided:
		return "chia thành " + n.coops(e.Into)
	case *coop.Reorganised:
		return "tổ chức lại theo Luật HTX năm " + e.Law
	case *coop.Left:
		if e.To == "enterprise" {
			return "chuyển thành doanh nghiệp"
		}
		return "chuyển sang loại hình khác"
	}
	return ""
}

func sector(agricultural bool, wording string) string {
	if agricultural {
		return "nông nghiệp (" + wording + ")"
	}
	return "phi nông nghiệp (" + wording + ")"
}

var bases = map[string]string{coop.Actual: "thực hiện", coop.Estimate: "ước"}

// Basis is on what a report stands, in words: thực hiện or ước.
func Basis(basis string) string { return bases[basis] }

var classes = map[string]string{"good": "tốt", "fair": "khá", "average": "trung bình", "weak": "yếu", "unrated": "không xếp loại"}

// Class is the class of a co-operative in words.
func Class(class string) string { return classes[class] }

func (n Names) coopReport(e ledger.Event) string {
	switch e := e.(type) {
	case *coop.MembersCounted:
		return Integer(e.Official) + " thành viên chính thức" + count(", ", e.Associate, " thành viên liên kết")
	case *coop.WorkersCounted:
		return Integer(e.Regular) + " lao động thường xuyên" + count(", tổng số ", e.Total, " lao động")
	case *coop.YearReported:
		return "năm " + year(e.Year) + " (" + bases[e.Basis] + "): doanh thu " + dong(e.Revenue) + sum(", trả công lao động ", e.Pay) +
			count(", ", e.Workers, " lao động") + profit(e.Profit) + sum(", doanh thu từ thành viên ", e.RevenueFromMembers)
	case *coop.Scored:
		return "năm " + year(e.Year) + ": " + trim(Decimal(big.NewRat(e.PointsHundredths, 100), 2), 0) + " điểm theo " + Scheme(e.Scheme)
	case *coop.Classed:
		return "năm " + year(e.Year) + " xếp loại " + Class(e.Class) + " theo " + Scheme(e.Scheme) + before(", do ", e.DecidedBy)
	case *coop.Linked:
		return "hợp đồng " + e.Contract + " với " + e.Enterprise + before(", sản phẩm ", e.Product) + until(e.Until)
	case *coop.Unlinked:
		return "chấm dứt hợp đồng " + e.Contract
	}
	return ""
}

var groups = map[string]string{certificate.Production: "tiêu chuẩn sản xuất", certificate.Quality: "tiêu chuẩn chất lượng"}

func (n Names) certificateEvent(e ledger.Event) string {
	switch e := e.(type) {
	case *certificate.Granted:
		return "cấp cho " + n.coop(e.Coop) + " chứng nhận " + e.Scheme + " (" + groups[e.Group] + ")" +
			before(", số ", e.Number) + before(", do ", e.Body) + until(e.Until)
	case *certificate.Renewed:
		return "gia hạn" + until(&e.Until)
	case *certificate.Suspended:
		return "đình chỉ"
	case *certificate.Reinstated:
		return "khôi phục"
	case *certificate.Withdrawn:
		return "thu hồi" + before(": ", e.Cause)
	}
	return ""
}

var authorities = map[string]string{ocop.District: "cấp huyện", ocop.Province: "cấp tỉnh", ocop.Central: "trung ương"}

func (n Names) ocopEvent(e ledger.Event) string {
	switch e := e.(type) {
	case *ocop.Rated:
		return "sản phẩm " + e.Name + " của " + n.coop(e.Owner) + " đạt " + Integer(e.Stars) + " sao, " + authorities[e.Authority] +
			" công nhận" + until(e.Until)
	case *ocop.Revoked:
		return "thu hồi công nhận" + before(": ", e.Cause)
	}
	return ""
}

var helps = map[string]string{
	support.Infrastructure: "cơ sở hạ tầng", support.Equipment: "máy móc, thiết bị", support.ProductionCertificate: "chứng nhận tiêu chuẩn sản xuất",
	support.QualityCertificate: "chứng nhận tiêu chuẩn chất lượng", support.Packaging: "bao bì, nhãn mác", support.Traceability: "truy xuất nguồn gốc",
	support.Consolidation: "củng cố HTX", support.ChainModel: "mô hình chuỗi liên kết", support.ECommerce: "thương mại điện tử",
	support.Land: "đất đai", support.Credit: "tín dụng", support.Science: "khoa học công nghệ",
}

// Help is a kind of support in words.
func Help(help string) string { return helps[help] }

var models = map[string]string{support.ValueChain: "mô hình chuỗi liên kết", support.NewStyle: "mô hình HTX kiểu mới"}

var programmes = map[string]string{
	training.Plan: "theo kế hoạch của tỉnh", training.RawMaterialZone: "vùng nguyên liệu đạt chuẩn",
	training.Director: "đào tạo nghề giám đốc HTX", training.Other: "chương trình khác",
}

func (n Names) supportEvent(e ledger.Event) string {
	switch e := e.(type) {
	case *support.Given:
		return "hỗ trợ " + n.coop(e.Coop) + " về " + Help(e.Help) + sum(", ", e.Amount) + before(", nguồn ", e.Fund)
	case *support.FairAttended:
		return Integer(len(e.Coops)) + " HTX tham gia " + e.Fair + before(" tại ", n.optional(e.Place)) + ": " + n.coops(e.Coops)
	case *support.ConferenceHeld:
		return "tổ chức " + e.Title + before(" tại ", n.optional(e.Place))
	case *support.ModelRecognised:
		return "công nhận " + n.coop(e.Coop) + " là " + models[e.Model]
	case *training.Held:
		return "lớp “" + e.Title + "” (" + programmes[e.Programme] + ")" + before(" tại ", n.optional(e.Place)) + ", " +
			Integer(e.Attendances) + " lượt học viên" + count(", trong đó ", e.Women, " nữ")
	}
	return ""
}

var choices = map[string]string{
	plan.Tolerance: "mức sai lệch", plan.Coverage: "ngưỡng bao phủ", plan.Denominator: "mẫu số", plan.Scheme: "thang xếp loại",
}

func (n Names) planEvent(e ledger.Event) string {
	switch e := e.(type) {
	case *plan.Adopted:
		return "ban hành kế hoạch " + e.Number + " năm " + year(e.Year) + ": " + Integer(len(e.Targets)) + " chỉ tiêu, " +
			Integer(len(e.Tasks)) + " nhiệm vụ"
	case *plan.Amended:
		return "điều chỉnh " + Integer(len(e.Targets)) + " chỉ tiêu, " + Integer(len(e.Tasks)) + " nhiệm vụ theo " + e.Document
	case *plan.Delivered:
		return e.Unit + " nộp “" + e.Deliverable + "” cho " + e.Task + before(", văn bản ", e.Document)
	case *plan.Noted:
		return "ghi chú về " + about(e.About) + ": " + e.Text
	case *plan.Chosen:
		return "chọn " + choices[e.Of] + " " + strings.Replace(e.Value, ".", ",", 1) + before(" cho ", e.Target) + before(" theo ", e.Document)
	}
	return ""
}

func about(id string) string {
	if id == plan.WholePlan {
		return "cả kế hoạch"
	}
	return id
}

// Duties names the rule of duties that a statement was issued under.
func Duties(rule int64) string { return "quy tắc bất kiêm nhiệm số " + Integer(rule) }

func (n Names) statementEvent(e ledger.Event) string {
	switch e := e.(type) {
	case *statement.Issued:
		said := "phát hành báo cáo “" + e.Title + "”: " + Integer(len(e.Figures)) + " số liệu tại ngày " + Day(e.Valid) +
			", theo " + Integer(e.Size) + " bản ghi đầu"
		if e.Duties != 0 {
			said += ", " + Duties(e.Duties)
		}
		return said
	case *statement.Withdrawn:
		return "thu hồi báo cáo: " + e.Reason
	}
	return ""
}

func (n Names) requestEvent(e ledger.Event) string {
	switch e := e.(type) {
	case *request.Made:
		return "đề nghị ghi: " + n.asked(e)
	case *request.Refused:
		return "từ chối đề nghị: " + e.Reason
	}
	return ""
}

// asked is what the command of a request would record, with its stream and day.
func (n Names) asked(e *request.Made) string {
	d, err := e.Draft("-")
	if err != nil {
		return "lệnh không đọc được"
	}
	r := Prospect(d)
	s := Said(r, n) + " (" + d.Stream.String()
	if !d.Valid.IsZero() {
		s += ", từ " + Stated(d.Valid)
	}
	return s + ")"
}

// Prospect is the record that a command would make, as far as Said and About
// look at one. It is of a command that was decided: its data can be read.
func Prospect(d *ledger.Draft) *ledger.Record {
	r := &ledger.Record{Kind: d.Kind, Stream: d.Stream, Valid: d.Valid, Actor: d.Actor, Source: d.Source, Data: d.Data}
	if d.Corrects != nil {
		r.Corrects = &ledger.Corrects{ID: d.Corrects.Ident(), Reason: d.Corrects.Reason, Note: d.Corrects.Note}
	}
	if spec, err := register.Spec(d.Kind); err == nil {
		r.Event, _ = spec.Decode(d.Data)
	}
	return r
}

// before is a text behind a word, or "" without a text.
func before(word, text string) string {
	if text == "" {
		return ""
	}
	return word + text
}

// until tells the last day of what is out from a day on.
func until(day *calendar.Day) string {
	if day == nil {
		return ""
	}
	return ", đến hết ngày " + Day(*day-1)
}

func count(before string, v *int64, after string) string {
	if v == nil {
		return ""
	}
	return before + Integer(*v) + after
}

func sum(before string, v *int64) string {
	if v == nil {
		return ""
	}
	return before + dong(*v)
}

// profit is a profit, or a loss by its own word.
func profit(v *int64) string {
	if v != nil && *v < 0 {
		return ", lỗ " + dong(-*v)
	}
	return sum(", lãi ", v)
}

func dong(v int64) string { return Money(new(big.Rat).SetInt64(v)) }

func year(y int64) string { return strconv.FormatInt(y, 10) }
