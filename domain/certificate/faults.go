package certificate

import "htxledger/domain/fault"

// What a command about a certificate can be refused for.
var (
	errExists = fault.Declare("certificate-exists", fault.Conflict,
		"certificate %s is already granted", "giấy chứng nhận %s đã được ghi cấp")
	errUnknown = fault.Declare("certificate-unknown", fault.NotFound,
		"there is no certificate %s on %s", "không có giấy chứng nhận %s vào ngày %s")
	errWithdrawn = fault.Declare("certificate-withdrawn", fault.Conflict,
		"certificate %s was withdrawn on %s", "giấy chứng nhận %s đã bị hủy bỏ từ ngày %s")
	errSuspended = fault.Declare("certificate-suspended", fault.Conflict,
		"certificate %s is already suspended since %s", "giấy chứng nhận %s đã bị đình chỉ từ ngày %s")
	errNotSuspended = fault.Declare("certificate-not-suspended", fault.Conflict,
		"certificate %s is not suspended", "giấy chứng nhận %s không bị đình chỉ")
	errUntil = fault.Declare("certificate-until", fault.Rejected,
		"the first day out, %s, is not after %s", "ngày hết hiệu lực %s không sau ngày %s")
)
