package vi

import "htxledger/domain/fault"

// Fault is what went wrong, in Vietnamese; an error that was never declared is
// told without its particulars, which are for a log.
func Fault(err error) string {
	if f, ok := fault.Of(err); ok {
		return f.Vi()
	}
	return "có lỗi chưa lường trước; chi tiết ở nhật ký của máy chủ"
}
