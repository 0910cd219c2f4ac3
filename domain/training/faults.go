package training

import "htxledger/domain/fault"

// What a command about a training session can be refused for.
var (
	errHeld = fault.Declare("training-held", fault.Conflict,
		"session %s is already recorded, of %s", "lớp %s đã được ghi nhận, ngày %s")
	errWomen = fault.Declare("training-women", fault.Rejected,
		"%d women are more than the %d attendances", "%d lượt nữ nhiều hơn tổng số %d lượt học viên")
	errDays = fault.Declare("training-days", fault.Rejected,
		"a session cannot take %d days", "lớp học không thể kéo dài %d ngày")
)
