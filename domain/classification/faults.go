package classification

import "htxledger/domain/fault"

// errUnknownScheme is raised for a scheme code that is not in the list.
var errUnknownScheme = fault.Declare("unknown-scheme", fault.NotFound,
	"unknown classification scheme %q (known: %s)",
	"không có bộ tiêu chí xếp loại %q (các bộ tiêu chí đã biết: %s)")

// errPoints is raised for points outside 0 to 100.
var errPoints = fault.Declare("scorecard-points", fault.Rejected,
	"%d hundredths of a point is outside 0 to 10000",
	"số điểm %d (tính bằng phần trăm điểm) nằm ngoài khoảng 0 đến 10000, tức 0 đến 100 điểm")

// errMonths is raised for a number of months that cannot be.
var errMonths = fault.Declare("scorecard-months", fault.Rejected,
	"%d months is outside %d to %d",
	"số tháng %d nằm ngoài khoảng %d đến %d")

// errSizeFigure is raised for a negative figure in SizeFacts.
var errSizeFigure = fault.Declare("size-figure", fault.Rejected,
	"%d cannot be negative",
	"số %d không được là số âm")
