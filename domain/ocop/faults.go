package ocop

import "htxledger/domain/fault"

// What a command about an OCOP product can be refused for.
var (
	errStars = fault.Declare("ocop-stars", fault.Rejected,
		"%d is not a number of stars from 1 to 5", "%d không phải là số sao từ 1 đến 5")
	errScore = fault.Declare("ocop-score", fault.Rejected,
		"%d hundredths is not a score from 0 to 100", "%d phần trăm điểm không nằm trong thang điểm từ 0 đến 100")
	errProduct = fault.Declare("ocop-product", fault.Rejected,
		"product %s is not the key of its stream, %s", "mã sản phẩm %s không trùng với khóa của luồng là %s")
	errNotInForce = fault.Declare("ocop-not-in-force", fault.Conflict,
		"product %s has no rating in force on %s", "sản phẩm %s không có kết quả phân hạng còn hiệu lực ngày %s")
	errUntil = fault.Declare("ocop-until", fault.Rejected,
		"the first day out, %s, is not after %s", "ngày hết hiệu lực %s không sau ngày %s")
)
