package place

import "htxledger/domain/fault"

// What a question or a command about a place can be refused for.
var (
	ErrNotOnMap = fault.Declare("place-not-on-map", fault.NotFound,
		"place %s is not on the map of %s", "địa bàn %s không có trên bản đồ hành chính ngày %s")
	errExists = fault.Declare("place-exists", fault.Conflict,
		"place %s is already declared", "địa bàn %s đã được khai báo")
	errCode = fault.Declare("place-code", fault.Rejected,
		"code %s is not the key of its stream, %s", "mã địa bàn %s không trùng với khóa của luồng là %s")
	errGone = fault.Declare("place-gone", fault.Conflict,
		"place %s was merged, split or abolished on %s", "địa bàn %s đã sáp nhập, chia tách hoặc bãi bỏ từ ngày %s")
	errParentLevel = fault.Declare("place-parent-level", fault.Rejected,
		"place %s is not of a wider level than %s", "địa bàn %s không thuộc cấp trên của %s")
	errInto = fault.Declare("place-into-itself", fault.Rejected,
		"place %s cannot become part of itself", "địa bàn %s không thể sáp nhập hoặc chia thành chính nó")
	errNarrower = fault.Declare("place-into-narrower", fault.Rejected,
		"place %s cannot be merged into %s, which is of a lower level", "địa bàn %s không thể sáp nhập vào %s là cấp dưới")
	errTwice = fault.Declare("place-twice", fault.Rejected,
		"place %s is named twice", "địa bàn %s được nêu hai lần")
)
