package statement

import "htxledger/domain/fault"

// What a statement can be refused for.
var (
	ErrExists = fault.Declare("statement-exists", fault.Conflict,
		"statement %s is already issued", "báo cáo xác nhận %s đã được phát hành")
	errUnknown = fault.Declare("statement-unknown", fault.NotFound,
		"there is no statement %s on %s", "không có báo cáo xác nhận %s vào ngày %s")
	errWithdrawn = fault.Declare("statement-withdrawn", fault.Conflict,
		"statement %s was withdrawn on %s", "báo cáo xác nhận %s đã bị thu hồi từ ngày %s")
	ErrSize = fault.Declare("statement-size", fault.Rejected,
		"size %d is beyond the position %d of the statement itself", "cỡ sổ %d vượt quá vị trí %d của chính báo cáo xác nhận")
	errRoot = fault.Declare("statement-root", fault.Rejected,
		"%q is not a Merkle root (base64 of 32 bytes)", "%q không phải là gốc Merkle hợp lệ (base64 của 32 byte)")
	errValue = fault.Declare("statement-value", fault.Rejected,
		"%q is not an exact number that agrees with its numerator and denominator",
		"%q không phải là số chính xác khớp với tử số và mẫu số")
	errNoDefinition = fault.Declare("statement-definition", fault.Rejected,
		"the version of the definition of %s is missing", "thiếu phiên bản định nghĩa của chỉ tiêu %s")
	errVersion = fault.Declare("statement-version", fault.Rejected,
		"the definition of %s cannot have version %d", "định nghĩa của chỉ tiêu %s không thể có phiên bản %d")
	errTwice = fault.Declare("statement-figure-twice", fault.Rejected,
		"%s is stated twice", "chỉ tiêu %s được nêu hai lần")
	ErrIssuer = fault.Declare("statement-issuer", fault.Forbidden,
		"a statement is issued and withdrawn by the roles alliance and admin only; this is %s",
		"chỉ vai trò alliance (LMHTX) hoặc admin được phát hành, thu hồi báo cáo xác nhận; đây là %s")
	ErrRestated = fault.Declare("statement-restated", fault.Rejected,
		"a statement is never changed: withdraw it and issue another",
		"báo cáo xác nhận không bao giờ được sửa: hãy thu hồi và phát hành báo cáo khác")
	errUnused = fault.Declare("statement-unused-definition", fault.Rejected,
		"no figure uses the definition of %s", "không có số liệu nào dùng định nghĩa của chỉ tiêu %s")
	errDuties = fault.Declare("statement-duties", fault.Rejected,
		"a statement of this version is issued under a rule of duties from 2 on, not %d",
		"báo cáo xác nhận loại này phải theo quy tắc bất kiêm nhiệm số 2 trở lên, không phải %d")
	ErrNotIssuer = fault.Declare("statement-not-issuer", fault.Forbidden,
		"statement %s was issued by %s: only that account or an admin withdraws it",
		"báo cáo xác nhận %s do tài khoản %s phát hành: chỉ tài khoản đó hoặc quản trị được thu hồi")
)
