package classification

import "htxledger/domain/fault"

// ErrUnknownScheme is raised for a scheme code that is not in the list.
var ErrUnknownScheme = fault.Declare("unknown-scheme", fault.NotFound,
	"unknown classification scheme %q (known: %s)",
	"không có bộ tiêu chí xếp loại %q (các bộ tiêu chí đã biết: %s)")

// ErrPoints is raised for points outside 0 to 100.
var ErrPoints = fault.Declare("scorecard-points", fault.Rejected,
	"%d hundredths of a point is outside 0 to 10000",
	"số điểm %d (tính bằng phần trăm điểm) nằm ngoài khoảng 0 đến 10000, tức 0 đến 100 điểm")

// ErrMonths is raised for a number of months that cannot be.
var ErrMonths = fault.Declare("scorecard-months", fault.Rejected,
	"%d months is outside %d to %d",
	"số tháng %d nằm ngoài khoảng %d đến %d")

// ErrSizeFigure is raised for a negative figure in SizeFacts.
var ErrSizeFigure = fault.Declare("size-figure", fault.Rejected,
	"%d cannot be negative",
	"số %d không được là số âm")
