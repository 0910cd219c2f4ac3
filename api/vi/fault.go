package vi

import "htxledger/domain/fault"

// Fault is an error in Vietnamese; an undeclared error is
// shown without its particulars, which are for a log.
func Fault(err error) string {
	if f, ok := fault.Of(err); ok {
		return f.Vi()
	}
	return "có lỗi chưa lường trước; chi tiết ở nhật ký của máy chủ"
}
