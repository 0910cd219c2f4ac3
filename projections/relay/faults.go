package relay

import "htxledger/domain/fault"

// What a target, its files and its answers can be wrong about. No argument of
// these ever holds a credential.
var (
	ErrTarget = fault.Declare("relay-target", fault.Malformed,
		"a target is nats://host:port/subject, tls://host:port/subject, https://…, or http:// to this machine",
		"đích phải có dạng nats://máy:cổng/chủ-đề, tls://máy:cổng/chủ-đề, https://…, hoặc http:// tới chính máy này")
	ErrSubject = fault.Declare("relay-subject", fault.Malformed,
		"the path of a NATS target is one subject: words joined by dots, without wildcards and options",
		"phần sau tên máy của đích NATS phải là một chủ đề: các từ nối bằng dấu chấm, không có ký tự đại diện và tham số")
	ErrPlain = fault.Declare("relay-plain-http", fault.Malformed,
		"records leave this machine over https only; http:// is for a receiver on this machine",
		"bản ghi chỉ rời máy này qua https; http:// chỉ dùng cho bên nhận trên chính máy này")
	ErrOption = fault.Declare("relay-option", fault.Malformed,
		"a target of this kind takes no %s", "loại đích này không dùng %s")
	ErrNoSecret = fault.Declare("relay-secret-missing", fault.Malformed,
		"a webhook needs a file with the secret that signs its requests",
		"webhook cần một tệp chứa khóa bí mật để ký các yêu cầu")
	ErrSecretExists = fault.Declare("relay-secret-exists", fault.Rejected,
		"the secret file %s cannot be made: it is there already, or its folder cannot be written",
		"không tạo được tệp khóa bí mật %s: tệp đã có, hoặc thư mục không ghi được")
	ErrSecret = fault.Declare("relay-secret", fault.Malformed,
		"the secret file %s cannot be used: want lines of whsec_ and 24 to 64 bytes in base64",
		"không dùng được tệp khóa bí mật %s: mỗi dòng phải gồm whsec_ và 24 đến 64 byte ở dạng base64")
	ErrNoFile = fault.Declare("relay-secret-file", fault.NotFound,
		"the secret file %s cannot be read", "không đọc được tệp bí mật %s")
	ErrSecretOpen = fault.Declare("relay-secret-mode", fault.Forbidden,
		"the secret file %s can be read by others; its mode must be 0600",
		"người khác đọc được tệp bí mật %s; quyền của tệp phải là 0600")
	ErrCA = fault.Declare("relay-ca", fault.Malformed,
		"the file %s holds no certificate", "tệp %s không chứa chứng chỉ nào")

	ErrRefused = fault.Declare("relay-refused", fault.Unavailable,
		"%s refuses record %d (%s); nothing is sent until it takes the record or position %[2]d is parked",
		"%s từ chối bản ghi %d (%s); việc chuyển dừng tại đây cho đến khi đích nhận bản ghi hoặc vị trí %[2]d được tách riêng")
	ErrGone = fault.Declare("relay-gone", fault.Unavailable,
		"%s wants no more records", "%s không nhận bản ghi nữa")
	ErrBusy = fault.Declare("relay-busy", fault.Locked,
		"another relay to %s is running", "đang có một tiến trình khác chuyển bản ghi tới %s")
	ErrMark = fault.Declare("relay-position", fault.Corrupt,
		"the position file of %s is damaged: %s; without it everything is sent again", "tệp vị trí của đích %s bị hỏng: %s; xóa tệp thì chuyển lại từ đầu")
	ErrOtherLedger = fault.Declare("relay-other-ledger", fault.Conflict,
		"the position of %s is of another ledger: record %d is not the one that was sent",
		"vị trí của đích %s thuộc một sổ khác: bản ghi %d không phải bản ghi đã gửi")
	ErrNotNext = fault.Declare("relay-park", fault.Conflict,
		"%s stands at position %d, not at %d; only that one can be parked",
		"đích %s đang dừng ở vị trí %d, không phải %d; chỉ tách riêng được vị trí đang dừng")
	ErrForward = fault.Declare("relay-rewind", fault.Conflict,
		"%s stands at position %d; it can be set back, not forward to %d",
		"đích %s đang ở vị trí %d; chỉ lùi lại được, không tiến tới %d được")
	ErrFiles = fault.Declare("relay-files", fault.Unavailable,
		"the position of %s cannot be kept", "không lưu được vị trí của đích %s")

	// Causes: what a target answered.
	errAnswer = fault.Declare("relay-answer", fault.Unavailable,
		"the receiver answered with status %d", "bên nhận trả lời mã %d")
	errRedirect = fault.Declare("relay-redirect", fault.Unavailable,
		"the receiver answered with status %d, a redirect; redirects are not followed",
		"bên nhận trả lời mã %d (chuyển hướng); không đi theo chuyển hướng")
	errCut = fault.Declare("relay-cut", fault.Unavailable,
		"the receiver's answer was cut short", "câu trả lời của bên nhận bị đứt giữa chừng")
	errOtherMessage = fault.Declare("relay-other-message", fault.Conflict,
		"stream %s holds another message under the id %s; does another ledger write to it?",
		"luồng %s đã có một thông điệp khác mang mã %s; có sổ khác cùng ghi vào luồng này chăng?")
	errPanic = fault.Declare("relay-panic", fault.Unavailable,
		"the publisher failed unexpectedly: %v", "bộ phận gửi gặp lỗi bất ngờ: %v")
)
