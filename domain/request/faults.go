package request

import "htxledger/domain/fault"

// What a request, or its approval, can be refused for.
var (
	errMember = fault.Declare("request-member", fault.Rejected,
		"the command of a request has no %s of its own", "lệnh trong đề nghị không được có %s riêng")
	errNested = fault.Declare("request-nested", fault.Rejected,
		"a request cannot ask for another request", "không thể đề nghị ghi một đề nghị khác")
	ErrExists = fault.Declare("request-exists", fault.Conflict,
		"there is a request %s already", "đề nghị %s đã có")
	ErrUnknown = fault.Declare("request-unknown", fault.NotFound,
		"there is no request %s", "không có đề nghị %s")
	ErrRefused = fault.Declare("request-refused", fault.Conflict,
		"the request %s was refused by record %d", "đề nghị %s đã bị từ chối ở bản ghi %d")
	ErrApproved = fault.Declare("request-approved", fault.Conflict,
		"the request %s was approved by record %d", "đề nghị %s đã được chấp thuận ở bản ghi %d")
	ErrRowKey = fault.Declare("request-row-key", fault.Rejected,
		"a request whose key begins with %s is made by a row of a file, and this one is not; give it a key of its own",
		"mã đề nghị bắt đầu bằng %s chỉ do dòng của tệp lập ra; hãy đặt cho đề nghị một mã khác")
	ErrOther = fault.Declare("request-other-command", fault.Conflict,
		"the command is not what the request %s (record %d) asks for", "lệnh này không đúng nội dung của đề nghị %s (bản ghi %d)")
)
