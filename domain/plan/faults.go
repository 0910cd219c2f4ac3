package plan

import "htxledger/domain/fault"

// What a command about a plan can be refused for.
var (
	errExists = fault.Declare("plan-exists", fault.Conflict,
		"plan %s is already adopted", "kế hoạch %s đã được ghi ban hành")
	errUnknown = fault.Declare("plan-unknown", fault.NotFound,
		"there is no plan %s on %s", "không có kế hoạch %s vào ngày %s")
	errRow = fault.Declare("plan-row-unknown", fault.NotFound,
		"plan %s has no target or task %s", "kế hoạch %s không có chỉ tiêu hay nhiệm vụ %s")
	errRowTwice = fault.Declare("plan-row-twice", fault.Rejected,
		"the id %q is used twice or reserved", "mã %q bị dùng hai lần hoặc là mã dành riêng")
	errRowKind = fault.Declare("plan-row-kind", fault.Rejected,
		"%s is a target where it was a task, or a task where it was a target", "%s đổi từ chỉ tiêu thành nhiệm vụ hoặc ngược lại")
	errNotDeliverable = fault.Declare("plan-not-deliverable", fault.Rejected,
		"target %s is measured by an indicator, not by deliverables", "chỉ tiêu %s được đo bằng số liệu, không phải bằng sản phẩm phải nộp")
	errDeliverable = fault.Declare("plan-deliverable", fault.Rejected,
		"task %s asks for no %q; it asks for: %s", "nhiệm vụ %s không yêu cầu %q; các kết quả phải có: %s")
	errNumbers = fault.Declare("plan-numbers", fault.Rejected,
		"these numbers do not fit the rule %s", "các con số không khớp với quy tắc %s")
	errYear = fault.Declare("plan-year", fault.Rejected,
		"%d is not a year from 1945 to 2100", "%d không phải là năm từ 1945 đến 2100")
	errDue = fault.Declare("plan-due", fault.Malformed,
		"%q is not a deadline (want YYYY-MM-DD, YYYY-MM, YYYY or words)", "%q không phải là thời hạn (viết yyyy-mm-dd, yyyy-mm, yyyy hoặc bằng chữ)")
	errShare = fault.Declare("policy-share", fault.Rejected,
		"%q is not a percentage such as 5%% or 2.5%%, from 0 to 100", "%q không phải là tỷ lệ từ 0 đến 100 viết như 5%% hoặc 2.5%%")
	errScheme = fault.Declare("policy-scheme", fault.Rejected,
		"there is no classification scheme %s", "không có quy định phân loại %s")
)
