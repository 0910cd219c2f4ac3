package coop

import "htxledger/domain/fault"

// What a command about a co-operative can be refused for.
var (
	ErrExists = fault.Declare("coop-exists", fault.Conflict,
		"co-operative %s is already established", "HTX %s đã được ghi thành lập")
	ErrUnknown = fault.Declare("coop-unknown", fault.NotFound,
		"there is no co-operative %s", "không có HTX %s trong sổ")
	ErrNotYet = fault.Declare("coop-not-yet", fault.Rejected,
		"co-operative %s is established only on %s", "HTX %s đến ngày %s mới thành lập")
	errEnded = fault.Declare("coop-ended", fault.Conflict,
		"co-operative %s ended on %s", "HTX %s đã chấm dứt từ ngày %s")
	ErrNotIdle = fault.Declare("coop-not-idle", fault.Conflict,
		"co-operative %s is not suspended, inactive or dissolving", "HTX %s không ở trạng thái tạm ngừng, ngừng hoạt động hay chờ giải thể")
	errDissolving = fault.Declare("coop-dissolving", fault.Conflict,
		"co-operative %s is already dissolving", "HTX %s đã ở trạng thái chờ giải thể")
	ErrPlace = fault.Declare("place-unknown", fault.NotFound,
		"place %s is not on the map of %s", "không có địa bàn %s trên bản đồ ngày %s")
	ErrTaxCode = fault.Declare("tax-code-taken", fault.Conflict,
		"tax code %s is held by co-operative %s", "mã số thuế %s đang thuộc HTX %s")
	errUntil = fault.Declare("until", fault.Rejected,
		"the end %s is not after %s", "ngày kết thúc %s không sau ngày %s")
	ErrYearDay = fault.Declare("year-day", fault.Rejected,
		"what is final for a year is dated its last day, an estimate within it: year %d, day %s",
		"số chính thức của một năm ghi ngày 31/12 năm đó, số ước tính ghi trong năm: năm %d, ngày %s")
	errSelf = fault.Declare("coop-into-itself", fault.Rejected,
		"co-operative %s cannot merge into itself", "HTX %s không thể sáp nhập vào chính mình")
	errContract = fault.Declare("contract-unknown", fault.NotFound,
		"co-operative %s has no contract %s in force", "HTX %s không có hợp đồng %s đang hiệu lực")
	errPartOverWhole = fault.Declare("part-over-whole", fault.Rejected,
		"the part %d is larger than the whole %d", "phần %d lớn hơn tổng %d")
	errPoints = fault.Declare("points", fault.Rejected,
		"%d hundredths is not between 0 and 100 points", "%d phần trăm điểm không nằm trong 0 đến 100 điểm")
	errMonths = fault.Declare("months", fault.Rejected,
		"%d is not a number of months of a year", "%d không phải là số tháng trong năm")
	errYear = fault.Declare("year", fault.Rejected,
		"%d is not a year from 1945 to 2100", "%d không phải là năm từ 1945 đến 2100")
)
