package indicator

import (
	"htxledger/domain/coop"
	"htxledger/domain/register"
)

// The terms of coops.movement, which is made of them.
var (
	defRegistered  = &Definition{Version: 1, Code: "coops.registered", Variants: []Variant{{"registered", "coops.registered"}, {"operating", "coops.operating"}}, Name: "HTX nông nghiệp đang đăng ký", English: "agricultural HTX on the register", Unit: Coops, judge: amongAgricultural(judgeRegistered)}
	defEstablished = &Definition{Version: 1, Code: "coops.established", Name: "HTX nông nghiệp thành lập mới", English: "established in the period", Unit: Coops, Flow: true, judge: judgeMoved(coop.Founded)}
	defEnded       = &Definition{Version: 1, Code: "coops.ended", Name: "HTX nông nghiệp chấm dứt", English: "dissolved, merged or divided away, left or re-sectored out in the period", Unit: Coops, Flow: true, judge: judgeMoved(coop.Ended)}
	defRescoped    = &Definition{Version: 1, Code: "coops.rescoped", Name: "HTX chuyển phạm vi (vào trừ ra)", English: "re-sectored in, and seats moved into less out of the place, in the period", Unit: Coops, Flow: true, judge: rescoped}
)

// catalogue is the list of definitions. A version never changes meaning: a new
// meaning is a further entry with the next version.
var catalogue = []*Definition{
	defRegistered,
	{Version: 1, Code: "coops.operating", Name: "HTX nông nghiệp đang hoạt động", English: "agricultural HTX in operation", Unit: Coops, judge: amongOperatingHTX(judgeOperating)},
	{Version: 1, Code: "coops.idle", ToZero: true, Name: "HTX nông nghiệp không hoạt động", English: "registered but suspended, inactive or dissolving", Unit: Coops, judge: amongAgricultural(judgeIdle)},
	{Version: 1, Code: "coops.unconverted", ToZero: true, Name: "HTX nông nghiệp chưa chuyển đổi theo Luật", English: "founded under a law before 2012 and not reorganised", Unit: Coops, judge: amongAgricultural(judgeUnconverted)},
	defEstablished,
	defEnded,
	defRescoped,
	{Version: 1, Code: "coops.movement", Name: "Biến động số HTX (đầu kỳ + thành lập − chấm dứt ± chuyển phạm vi = cuối kỳ)", English: "opening + established − ended ± re-scoped = closing", Unit: Coops, Flow: true, compose: movement},

	{Version: 1, Code: "members.total", Name: "Tổng số thành viên HTX nông nghiệp", English: "members, official and associate", Unit: Members, Covered: true, judge: amongAgricultural(judgeMembers)},
	{Version: 1, Code: "members.official", Name: "Số thành viên chính thức", English: "official members", Unit: Members, Covered: true, judge: amongAgricultural(judgeOfficial)},
	{Version: 1, Code: "workers.total", Name: "Tổng số lao động", English: "workers", Unit: Workers, Covered: true, judge: amongAgricultural(judgeWorkers)},
	{Version: 1, Code: "workers.regular", Name: "Lao động thường xuyên", English: "regular workers", Unit: Workers, Covered: true, judge: amongAgricultural(judgeRegular)},
	{Version: 1, Code: "revenue.mean", Variants: []Variant{{"registered", "revenue.mean.registered"}, {"operating", "revenue.mean.operating"}}, Name: "Doanh thu bình quân (trên HTX có báo cáo)", English: "mean revenue of the HTX that reported", Unit: Dong, Ratio: true, Covered: true, judge: amongAgricultural(revenue(ofReporting))},
	{Version: 1, Code: "revenue.mean.registered", Name: "Doanh thu bình quân (trên HTX đang đăng ký)", English: "revenue over all registered HTX", Unit: Dong, Ratio: true, Covered: true, judge: amongAgricultural(revenue(ofRegistered))},
	{Version: 1, Code: "revenue.mean.operating", Name: "Doanh thu bình quân (trên HTX đang hoạt động)", English: "revenue over operating HTX", Unit: Dong, Ratio: true, Covered: true, judge: amongAgricultural(revenue(ofOperating))},
	{Version: 1, Code: "income.mean", Name: "Thu nhập bình quân người lao động", English: "pay over workers of the same reports", Unit: Dong, Ratio: true, Covered: true, judge: amongAgricultural(judgeIncome)},

	{Version: 1, Code: "quality.good-fair.share", Variants: []Variant{{"operating", "quality.good-fair.share"}, {"registered", "quality.good-fair.share.registered"}, {"classified", "quality.good-fair.share.classified"}}, Name: "Tỷ lệ HTX tốt, khá (trên HTX đang hoạt động)", English: "good and fair among operating HTX", Unit: Share, Ratio: true, Covered: true, Schemed: true, judge: amongAgricultural(quality(amongOperating))},
	{Version: 1, Code: "quality.good-fair.share.registered", Name: "Tỷ lệ HTX tốt, khá (trên HTX đang đăng ký)", English: "good and fair operating HTX over registered", Unit: Share, Ratio: true, Covered: true, Schemed: true, judge: amongAgricultural(quality(amongRegistered))},
	{Version: 1, Code: "quality.good-fair.share.classified", Name: "Tỷ lệ HTX tốt, khá (trên HTX được xếp loại)", English: "good and fair among those classified", Unit: Share, Ratio: true, Covered: true, Schemed: true, judge: amongAgricultural(quality(amongClassified))},

	{Version: 1, Code: "certificates.supported", Name: "HTX được hỗ trợ chứng nhận, bao bì, truy xuất nguồn gốc", English: "distinct HTX supported for certificates, packaging or traceability", Unit: Coops, Flow: true, judge: judgeHelped("production-certificate", "quality-certificate", "packaging", "traceability")},
	{Version: 1, Code: "certificates.supported.production", Name: "HTX được hỗ trợ chứng nhận tiêu chuẩn sản xuất", English: "distinct HTX supported for a production certificate", Unit: Coops, Flow: true, judge: judgeHelped("production-certificate")},
	{Version: 1, Code: "certificates.supported.quality", Name: "HTX được hỗ trợ chứng nhận tiêu chuẩn chất lượng", English: "distinct HTX supported for a quality certificate", Unit: Coops, Flow: true, judge: judgeHelped("quality-certificate")},
	{Version: 1, Code: "certificates.valid", Name: "HTX có chứng nhận còn hiệu lực", English: "distinct HTX with a certificate in force", Unit: Coops, judge: judgeCertified("")},
	{Version: 1, Code: "certificates.valid.production", Name: "HTX có chứng nhận sản xuất còn hiệu lực", English: "with a production certificate in force", Unit: Coops, judge: judgeCertified("production")},
	{Version: 1, Code: "certificates.valid.quality", Name: "HTX có chứng nhận chất lượng còn hiệu lực", English: "with a quality certificate in force", Unit: Coops, judge: judgeCertified("quality")},
	{Version: 1, Code: "linked.share", Variants: []Variant{{"operating", "linked.share"}, {"registered", "linked.share.registered"}}, Name: "Tỷ lệ HTX liên kết với doanh nghiệp (trên HTX đang hoạt động)", English: "HTX with a contract in force over operating", Unit: Share, Ratio: true, judge: amongOperatingHTX(judgeLinked)},
	{Version: 1, Code: "linked.share.registered", Name: "Tỷ lệ HTX liên kết với doanh nghiệp (trên HTX đang đăng ký)", English: "the same over registered", Unit: Share, Ratio: true, judge: amongAgricultural(linkedRegistered)},
	{Version: 1, Code: "chain.models", Name: "Mô hình HTX gắn với chuỗi liên kết", English: "value-chain models recognised in the period", Unit: Models, Flow: true, judge: models("value-chain")},
	{Version: 1, Code: "new-style.models", Name: "Mô hình HTX nông nghiệp kiểu mới", English: "new-style models recognised in the period", Unit: Models, Flow: true, judge: models("new-style")},

	{Version: 1, Code: "ocop.coops", Name: "HTX có sản phẩm OCOP còn hiệu lực", English: "distinct HTX with an OCOP product in force", Unit: Coops, judge: judgeOcopCoops},
	{Version: 1, Code: "ocop.coops.recognised", Name: "HTX được công nhận sản phẩm OCOP trong kỳ", English: "distinct HTX recognised in the period", Unit: Coops, Flow: true, judge: judgeRecognised},
	{Version: 1, Code: "ocop.products", Overall: true, Name: "Sản phẩm OCOP còn hiệu lực", English: "OCOP products in force, of all owners", Unit: Products, Over: register.ProductSubject, judge: judgeOcopProducts},

	{Version: 1, Code: "support.consolidated", Name: "HTX được củng cố", English: "distinct HTX consolidated", Unit: Coops, Flow: true, judge: judgeHelped("consolidation")},
	{Version: 1, Code: "support.infrastructure", Name: "HTX được hỗ trợ cơ sở hạ tầng", English: "distinct HTX helped with infrastructure", Unit: Coops, Flow: true, judge: judgeHelped("infrastructure")},
	{Version: 1, Code: "support.chain", Name: "HTX được hỗ trợ mô hình chuỗi liên kết", English: "distinct HTX helped with a chain model", Unit: Coops, Flow: true, judge: judgeHelped("chain-model")},

	{Version: 1, Code: "training.classes", Name: "Lớp tập huấn", English: "training classes of all programmes", Unit: Classes, Flow: true, Over: register.TrainingSubject, judge: sessions("", oneClass)},
	{Version: 1, Code: "training.classes.plan", Name: "Lớp tập huấn theo kế hoạch", English: "of the plan's programme", Unit: Classes, Flow: true, Over: register.TrainingSubject, judge: sessions("plan", oneClass)},
	{Version: 1, Code: "training.classes.raw-material-zone", Name: "Lớp tập huấn vùng nguyên liệu", English: "of the raw-material zone", Unit: Classes, Flow: true, Over: register.TrainingSubject, judge: sessions("raw-material-zone", oneClass)},
	{Version: 1, Code: "training.classes.director", Name: "Lớp đào tạo nghề giám đốc HTX", English: "for directors", Unit: Classes, Flow: true, Over: register.TrainingSubject, judge: sessions("director", oneClass)},
	{Version: 1, Code: "training.classes.other", Name: "Lớp tập huấn khác", English: "of other programmes", Unit: Classes, Flow: true, Over: register.TrainingSubject, judge: sessions("other", oneClass)},
	{Version: 1, Code: "training.attendances", Name: "Lượt học viên", English: "attendances of all programmes", Unit: Attendances, Flow: true, Over: register.TrainingSubject, judge: sessions("", attendances)},
	{Version: 1, Code: "training.attendances.plan", Name: "Lượt học viên theo kế hoạch", English: "of the plan's programme", Unit: Attendances, Flow: true, Over: register.TrainingSubject, judge: sessions("plan", attendances)},
	{Version: 1, Code: "training.attendances.raw-material-zone", Name: "Lượt học viên vùng nguyên liệu", English: "of the raw-material zone", Unit: Attendances, Flow: true, Over: register.TrainingSubject, judge: sessions("raw-material-zone", attendances)},
	{Version: 1, Code: "training.attendances.director", Name: "Lượt học viên lớp giám đốc HTX", English: "for directors", Unit: Attendances, Flow: true, Over: register.TrainingSubject, judge: sessions("director", attendances)},
	{Version: 1, Code: "training.attendances.other", Name: "Lượt học viên khác", English: "of other programmes", Unit: Attendances, Flow: true, Over: register.TrainingSubject, judge: sessions("other", attendances)},

	{Version: 1, Code: "trade.fairs", Overall: true, Name: "Hội chợ đã tham gia", English: "distinct fairs attended in the period", Unit: Fairs, Flow: true, Over: register.FairSubject, judge: judgeAttended},
	{Version: 1, Code: "trade.conferences", Overall: true, Name: "Hội nghị, diễn đàn kết nối", English: "distinct conferences in the period", Unit: Conferences, Flow: true, Over: register.ConferenceSubject, judge: judgeAttended},
	{Version: 1, Code: "tasks.delivered", Name: "Văn bản, báo cáo của các nhiệm vụ đã có", English: "papers of the plan's tasks that came in", Unit: Papers, compose: ofPlan, papers: deliverables},
	{Version: 1, Code: "reports.received", Name: "Đơn vị đã báo cáo kết quả thực hiện kế hoạch", English: "agencies that reported on the plan", Unit: Reports, compose: ofPlan, papers: reports},
}
