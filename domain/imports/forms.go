package imports

import (
	"htxledger/domain/certificate"
	"htxledger/domain/coop"
	"htxledger/domain/ocop"
	"htxledger/domain/place"
)

// forms are the forms in the order of the documentation. A kind with a form of its
// own that is not among them comes behind them.
var forms = []*Form{
	prepare(establishments()), prepare(changes()), prepare(annual()), prepare(classes()), prepare(links()),
	prepare(certificates()), prepare(products()), formOfKind("training.held/1"), formOfKind("support.given/1"), formOfKind("support.model-recognised/1"),
	prepare(fairs()), prepare(deliveries()), prepare(places()),
}

func col(name string, t Type, heading string, also ...string) *Column {
	return &Column{Name: name, Type: t, Heading: heading, Also: also}
}

func (c *Column) must() *Column {
	c.Required = true
	return c
}

// needsAlways is must for a column without which nobody could tell what a row is
// about.
func (c *Column) needsAlways() *Column {
	c.always = true
	return c.must()
}

func (c *Column) gives(pointers ...string) *Column {
	c.fills = pointers
	return c
}

func (c *Column) of(words ...Choose) *Column {
	c.Words = words
	return c
}

func (c *Column) open() *Column {
	c.Open = true
	return c
}

func word(record, vi string, also ...string) Choose { return Choose{record, vi, also} }

// common are the columns that every form has.
func common() []*Column {
	return []*Column{
		col("key", Text, "Khóa lệnh", "mã lệnh").gives("/key"),
		col("document", Text, "Số văn bản", "văn bản", "quyết định", "số quyết định", "căn cứ").gives("/source/document"),
		col("issued", Day, "Ngày văn bản", "ngày ban hành", "ngày ký văn bản").gives("/source/issued"),
		col("issuer", Text, "Cơ quan ban hành", "nơi ban hành").gives("/source/issuer"),
		col("note", Text, "Ghi chú").gives("/source/note"),
		col("line", Remark, "STT", "TT", "số thứ tự"),
	}
}

// who are the columns that name a co-operative.
func who(pointers ...string) []*Column {
	return []*Column{
		col("coop", Key, "Mã HTX", "khóa", "khóa HTX", "mã hợp tác xã").gives(append(pointers, "/stream")...),
		col("tax_code", TaxCode, "Mã số thuế", "MST", "mã thuế").gives(append(pointers, "/data/tax_code", "/stream")...),
	}
}

var whose = []string{"coop", "tax_code"}

// nameForReaders is the name of a co-operative where its key decides.
func nameForReaders() *Column {
	return col("coop_name", Remark, "Tên HTX", "tên hợp tác xã")
}

// ends are the two columns that say how long something holds.
func ends() []*Column {
	return []*Column{
		col("last_day", LastDay, "Có hiệu lực đến", "có giá trị đến", "hiệu lực đến", "đến hết ngày", "ngày hết hạn", "thời hạn đến").gives("/data/until"),
		col("until", FirstOut, "Hết hiệu lực từ ngày", "không còn hiệu lực từ ngày").gives("/data/until"),
	}
}

func valid(heading string, also ...string) *Column {
	return col("valid", Day, heading, also...).gives("/valid")
}

func columns(groups ...[]*Column) []*Column {
	var all []*Column
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

func cols(list ...*Column) []*Column { return list }

func laws(records ...string) []Choose {
	var list []Choose
	for _, r := range records {
		list = append(list, word(r, "Luật "+r, "Luật HTX "+r, "Luật HTX năm "+r, "Luật Hợp tác xã năm "+r))
	}
	return list
}

func establishments() *Form {
	return &Form{
		Name: "coop-establishments", Title: "Thành lập HTX, tổ hợp tác, liên hiệp HTX", anyOf: whose, build: buildEstablishment,
		Columns: columns(who(), cols(
			col("name", Text, "Tên HTX", "tên hợp tác xã", "tên đơn vị", "tên tổ chức").must(),
			col("form", Choice, "Loại hình", "hình thức").must().of(
				word(coop.HTX, "HTX", "hợp tác xã"), word(coop.THT, "THT", "tổ hợp tác"),
				word(coop.LHHTX, "LHHTX", "liên hiệp HTX", "liên hiệp hợp tác xã")),
			col("place", Key, "Mã địa bàn", "địa bàn", "trụ sở", "mã trụ sở").must(),
			valid("Ngày thành lập", "ngày đăng ký", "thời điểm thành lập").must(),
			col("agricultural", YesNo, "Nông nghiệp", "là HTX nông nghiệp", "HTX nông nghiệp").must(),
			col("sector", Text, "Ngành nghề", "lĩnh vực", "lĩnh vực hoạt động", "ngành nghề kinh doanh").must(),
			col("law", Choice, "Luật", "thành lập theo luật").of(laws("1996", "2003", "2012", "2023")...),
			col("registration", Text, "Số đăng ký", "số giấy chứng nhận đăng ký", "số GCN đăng ký HTX"),
			col("founders", Whole, "Thành viên sáng lập", "số thành viên sáng lập", "sáng lập viên"),
			col("charter_capital", Money, "Vốn điều lệ"),
		)),
	}
}

func changes() *Form {
	return &Form{
		Name: "coop-changes", Title: "Thay đổi của HTX", anyOf: whose, build: buildChange,
		Columns: columns(who(), cols(
			nameForReaders(),
			col("event", Choice, "Sự kiện", "thay đổi", "nội dung thay đổi").needsAlways().of(
				word("renamed", "đổi tên"), word("relocated", "chuyển trụ sở", "đổi trụ sở"),
				word("resectored", "đổi ngành nghề"), word("identified", "bổ sung mã số", "cấp mã số"),
				word("suspended", "tạm ngừng", "tạm ngừng hoạt động", "tạm ngừng kinh doanh"),
				word("resumed", "hoạt động trở lại", "hoạt động lại"),
				word("inactive", "ngừng hoạt động"),
				word("dissolving", "chờ giải thể", "đang giải thể", "đang làm thủ tục giải thể"),
				word("dissolved", "giải thể", "đã giải thể"),
				word("merged", "sáp nhập"), word("divided", "chia tách", "chia", "tách"),
				word("reorganised", "tổ chức lại", "chuyển đổi theo luật"),
				word("left", "chuyển loại hình", "ra khỏi loại hình HTX")),
			valid("Ngày", "ngày thay đổi", "ngày hiệu lực", "từ ngày").must(),
			col("new_name", Text, "Tên mới").gives("/data/name"),
			col("place", Key, "Mã địa bàn mới", "mã địa bàn", "trụ sở mới"),
			col("agricultural", YesNo, "Nông nghiệp", "là HTX nông nghiệp"),
			col("sector", Text, "Ngành nghề mới", "ngành nghề", "lĩnh vực"),
			col("registration", Text, "Số đăng ký", "số giấy chứng nhận đăng ký"),
			col("new_tax_code", TaxCode, "Mã số thuế mới").gives("/data/tax_code"),
			col("observed_by", Text, "Cơ quan ghi nhận"),
			col("mode", Choice, "Hình thức giải thể").of(
				word("voluntary", "tự nguyện"), word("compulsory", "bắt buộc"),
				word("bankruptcy", "phá sản"), word("revoked", "thu hồi", "thu hồi giấy chứng nhận")),
			col("into", Keys, "Vào HTX", "thành các HTX", "HTX nhận", "mã HTX nhận"),
			col("law", Choice, "Luật", "theo luật").of(laws("2012", "2023")...),
			col("to", Choice, "Chuyển thành").of(word("enterprise", "doanh nghiệp"), word("other", "khác")),
		), ends()),
	}
}

func annual() *Form {
	return &Form{
		Name: "coop-annual", Title: "Số liệu hằng năm của HTX", anyOf: whose, several: true, build: buildAnnual,
		Columns: columns(who(), cols(
			nameForReaders(),
			col("year", Year, "Năm", "năm báo cáo", "năm số liệu").needsAlways().gives("/data/year", "/valid"),
			valid("Ngày chốt số liệu", "ngày chốt", "ngày ước tính"),
			col("official", Whole, "Thành viên chính thức", "số thành viên chính thức", "số thành viên", "thành viên"),
			col("associate", Whole, "Thành viên liên kết", "số thành viên liên kết"),
			col("regular", Whole, "Lao động thường xuyên", "số lao động thường xuyên"),
			col("total", Whole, "Tổng số lao động", "tổng lao động"),
			col("basis", Choice, "Loại số liệu", "thực hiện hay ước tính").of(
				word(coop.Actual, "thực hiện", "chính thức"), word(coop.Estimate, "ước tính", "ước", "ước thực hiện")),
			col("revenue", Money, "Doanh thu", "tổng doanh thu", "doanh thu cả năm"),
			col("pay", Money, "Tổng thu nhập của người lao động", "tổng thu nhập lao động", "tổng tiền lương", "quỹ lương"),
			col("workers", Whole, "Lao động hưởng thu nhập", "số lao động hưởng thu nhập", "lao động hưởng lương"),
			col("profit", Money, "Lợi nhuận", "lãi"),
			col("revenue_from_members", Money, "Doanh thu từ thành viên"),
		)),
	}
}

func schemes() []Choose {
	return []Choose{
		word("tt09-2017", "TT 09/2017", "Thông tư 09/2017", "Thông tư 09/2017/TT-BNNPTNT", "09/2017/TT-BNNPTNT"),
		word("tt01-2020", "TT 01/2020", "Thông tư 01/2020", "Thông tư 01/2020/TT-BKHĐT", "01/2020/TT-BKHĐT"),
	}
}

func classes() *Form {
	return &Form{
		Name: "coop-classes", Title: "Phân loại, xếp loại HTX", anyOf: whose, several: true, build: buildClass,
		Columns: columns(who(), cols(
			nameForReaders(),
			col("year", Year, "Năm", "năm xếp loại", "năm đánh giá").needsAlways().gives("/data/year", "/valid"),
			col("scheme", Choice, "Thông tư", "theo thông tư", "căn cứ xếp loại").must().of(schemes()...),
			col("class", Choice, "Xếp loại", "phân loại", "kết quả xếp loại").of(
				word("good", "tốt"), word("fair", "khá"), word("average", "trung bình"), word("weak", "yếu"),
				word("unrated", "không xếp loại", "chưa xếp loại", "không phân loại")),
			col("decided_by", Text, "Cơ quan xếp loại", "cơ quan quyết định"),
			col("points", Points, "Điểm", "tổng điểm", "điểm tự chấm").gives("/data/points_hundredths"),
			col("fined", YesNo, "Bị xử phạt", "bị phạt"),
			col("idle_months", Whole, "Số tháng ngừng hoạt động", "tháng ngừng hoạt động"),
			col("months_operated", Whole, "Số tháng hoạt động", "tháng hoạt động"),
		)),
	}
}

func links() *Form {
	return &Form{
		Name: "coop-links", Title: "Hợp đồng liên kết của HTX", anyOf: whose, build: buildLink,
		Columns: columns(who(), cols(
			nameForReaders(),
			col("event", Choice, "Sự kiện").needsAlways().of(
				word("linked", "ký hợp đồng", "ký", "liên kết"), word("unlinked", "chấm dứt", "chấm dứt hợp đồng", "thanh lý")),
			valid("Ngày", "ngày ký", "ngày hiệu lực", "từ ngày").must(),
			col("contract", Text, "Số hợp đồng", "hợp đồng").must(),
			col("enterprise", Text, "Doanh nghiệp", "đơn vị liên kết", "doanh nghiệp liên kết"),
			col("product", Text, "Sản phẩm"),
		), ends()),
	}
}

func certificates() *Form {
	return &Form{
		Name: "certificates", Title: "Giấy chứng nhận tiêu chuẩn", build: buildCertificate,
		Columns: columns(who("/data/coop"), cols(
			nameForReaders(),
			col("event", Choice, "Sự kiện").needsAlways().of(
				word("granted", "cấp", "cấp mới", "được cấp"), word("renewed", "gia hạn"), word("suspended", "đình chỉ"),
				word("reinstated", "khôi phục"), word("withdrawn", "thu hồi", "hủy bỏ")),
			valid("Ngày", "ngày cấp", "ngày hiệu lực", "từ ngày").must(),
			col("certificate", Key, "Mã chứng nhận").gives("/stream"),
			col("number", Text, "Số giấy chứng nhận", "số chứng nhận", "số GCN"),
			col("scheme", Choice, "Tiêu chuẩn", "loại chứng nhận").open().of(
				word("vietgap", "VietGAP"), word("globalgap", "GlobalGAP", "Global GAP"), word("organic", "hữu cơ"),
				word("ra", "Rainforest Alliance", "Rainforest"), word("haccp", "HACCP"), word("iso-22000", "ISO 22000")),
			col("group", Choice, "Nhóm tiêu chuẩn", "nhóm").of(
				word(certificate.Production, "sản xuất", "tiêu chuẩn sản xuất"),
				word(certificate.Quality, "chất lượng", "tiêu chuẩn chất lượng")),
			col("body", Text, "Tổ chức chứng nhận", "đơn vị cấp"),
			col("cause", Text, "Lý do"),
		), ends()),
	}
}

func products() *Form {
	return &Form{
		Name: "ocop", Title: "Sản phẩm OCOP", build: buildProduct,
		Columns: columns(cols(
			col("event", Choice, "Sự kiện").needsAlways().of(
				word("rated", "công nhận", "xếp hạng", "công nhận lại"), word("revoked", "thu hồi")),
			valid("Ngày", "ngày công nhận", "ngày quyết định", "ngày hiệu lực").must(),
			col("product", Key, "Mã sản phẩm").gives("/data/product", "/stream"),
			col("name", Text, "Tên sản phẩm", "sản phẩm", "tên"),
			col("owner", Text, "Chủ thể", "tên chủ thể", "chủ thể sản xuất"),
		), who("/data/owner"), cols(
			col("stars", Choice, "Số sao", "hạng sao", "hạng").of(
				word("1", "1 sao"), word("2", "2 sao"), word("3", "3 sao"), word("4", "4 sao"), word("5", "5 sao")),
			col("score", Points, "Điểm", "tổng điểm").gives("/data/score_hundredths"),
			col("authority", Choice, "Cấp công nhận", "cấp đánh giá").of(
				word(ocop.District, "huyện", "cấp huyện"), word(ocop.Province, "tỉnh", "cấp tỉnh"),
				word(ocop.Central, "trung ương", "cấp trung ương")),
			col("potential_five", YesNo, "Tiềm năng 5 sao"),
			col("cause", Text, "Lý do"),
		), ends()),
	}
}

func fairs() *Form {
	return &Form{
		Name: "fairs", Title: "Hội chợ, hội nghị xúc tiến thương mại", build: buildFair,
		Columns: cols(
			col("activity", Key, "Mã hoạt động").gives("/stream"),
			col("event", Choice, "Sự kiện", "loại hoạt động").needsAlways().of(
				word("fair-attended", "hội chợ", "tham gia hội chợ"), word("conference-held", "hội nghị", "tổ chức hội nghị")),
			col("name", Text, "Tên hoạt động", "tên hội chợ", "tên hội nghị", "tên").must().gives("/data/fair", "/data/title"),
			valid("Ngày", "ngày tổ chức").must(),
			col("coops", Keys, "HTX tham gia", "mã HTX tham gia", "các HTX tham gia"),
			col("place", Key, "Mã địa bàn", "địa bàn"),
		),
	}
}

func deliveries() *Form {
	return &Form{
		Name: "plan-deliveries", Title: "Sản phẩm giao nộp theo kế hoạch", build: buildDelivery,
		Columns: cols(
			col("plan", Key, "Mã kế hoạch", "kế hoạch").needsAlways().gives("/stream"),
			col("task", Text, "Nhiệm vụ", "mã nhiệm vụ", "số nhiệm vụ").must(),
			col("deliverable", Text, "Sản phẩm giao nộp", "kết quả", "kết quả giao nộp").must(),
			col("unit", Text, "Cơ quan giao nộp", "cơ quan", "cơ quan thực hiện").must(),
			valid("Ngày giao nộp", "ngày").must(),
			col("delivered_document", Text, "Văn bản giao nộp").gives("/data/document"),
		),
	}
}

func places() *Form {
	return &Form{
		Name: "places", Title: "Địa bàn hành chính", build: buildPlace,
		Columns: cols(
			col("event", Choice, "Sự kiện").needsAlways().of(
				word("declared", "khai báo", "thành lập"), word("renamed", "đổi tên"), word("moved", "chuyển cấp trên", "chuyển về"),
				word("merged", "sáp nhập", "nhập vào"), word("abolished", "bãi bỏ", "kết thúc hoạt động"), word("split", "chia tách", "chia")),
			col("code", Key, "Mã địa bàn", "mã").needsAlways().gives("/data/code", "/stream"),
			valid("Ngày", "ngày hiệu lực", "từ ngày").must(),
			col("name", Text, "Tên địa bàn", "tên", "tên mới"),
			col("level", Choice, "Cấp").of(
				word(place.Province, "tỉnh", "cấp tỉnh", "thành phố trực thuộc trung ương"),
				word(place.District, "huyện", "cấp huyện", "thị xã", "quận"),
				word(place.Commune, "xã", "cấp xã", "phường", "thị trấn", "đặc khu")),
			col("parent", Key, "Mã cấp trên", "cấp trên", "thuộc"),
			col("into", Keys, "Vào địa bàn", "thành các địa bàn", "mã địa bàn nhận"),
		),
	}
}
