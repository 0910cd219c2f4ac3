package ledger

import (
	"errors"

	"htxledger/domain/fault"
)

// What a store or a record can be wrong about.
var (
	ErrStream = fault.Declare("stream", fault.Malformed,
		"%q is not a stream (want family/key)", "%q không phải là tên luồng hợp lệ (viết họ/khóa)")
	errID = fault.Declare("id", fault.Malformed,
		"%q is not a record id", "%q không phải là mã bản ghi hợp lệ")
	errKind = fault.Declare("kind", fault.Malformed,
		"%q is not the name of an event kind", "%q không phải là tên loại sự kiện")
	ErrKey = fault.Declare("key", fault.Malformed,
		"the key of a command must have 1 to 200 printable characters", "khóa của lệnh phải có từ 1 đến 200 ký tự in được")
	errRole = fault.Declare("role", fault.Malformed,
		"%q is not a role (want officer, alliance, auditor, analyst, admin or system)",
		"%q không phải là vai trò hợp lệ (officer, alliance, auditor, analyst, admin hoặc system)")
	errReason = fault.Declare("reason", fault.Malformed,
		"%q is not a reason for a correction (want typo, late, source-changed, duplicate or other)",
		"%q không phải là lý do đính chính hợp lệ (typo, late, source-changed, duplicate hoặc other)")
	errSource = fault.Declare("source", fault.Malformed,
		"the source is malformed: %s", "nguồn không hợp lệ: %s")
	ErrReadOnlyField = fault.Declare("read-only-field", fault.Malformed,
		"%s is set by the ledger, never by a command", "%s do sổ cái tự ghi, lệnh không được đặt")
	errValidMissing = fault.Declare("valid-missing", fault.Malformed,
		"a command needs the day from which the fact holds", "lệnh thiếu ngày bắt đầu có hiệu lực của sự kiện")

	errDataMissing = fault.Declare("data-missing", fault.Malformed,
		"a command needs data", "lệnh thiếu phần dữ liệu")

	ErrConflict = fault.Declare("revision-conflict", fault.Conflict,
		"the ledger does not end at %d but at %d", "sổ cái không kết thúc ở vị trí %d mà ở %d")
	ErrTooLarge = fault.Declare("append-too-large", fault.TooLarge,
		"one append of %d bytes is over the limit of %d", "một lần ghi %d byte vượt giới hạn %d byte")
	ErrPositions = fault.Declare("positions", fault.Rejected,
		"an entry has position %d where %d is due", "bản ghi mang vị trí %d trong khi phải là %d")
	ErrBeyondHead = fault.Declare("beyond-head", fault.NotFound,
		"size %d is beyond the head: the ledger holds %d records", "cỡ %d vượt quá đầu sổ: sổ cái có %d bản ghi")
	errKnownFuture = fault.Declare("known-at-future", fault.Rejected,
		"known-at %s is after now", "thời điểm ghi nhận %s nằm sau hiện tại")
	ErrKnown = fault.Declare("known-at", fault.Malformed,
		"%q is neither a day, an instant nor a size @N", "%q không phải là ngày, thời điểm hay cỡ sổ @N")
	ErrClosed = fault.Declare("store-closed", fault.Unavailable,
		"the store is closed", "kho đã đóng")
	ErrStorageFull = fault.Declare("storage-full", fault.Unavailable,
		"the disk is full; nothing was recorded", "đĩa đã đầy; chưa ghi gì")
	ErrStorageReadOnly = fault.Declare("storage-read-only", fault.Unavailable,
		"the store cannot be written; nothing was recorded", "kho chỉ đọc; chưa ghi gì")
	ErrStorageFailed = fault.Declare("storage-failed", fault.Unavailable,
		"the store failed", "kho lưu trữ gặp lỗi")
	ErrStoreBehind = fault.Declare("store-behind", fault.Unavailable,
		"the store holds %d records, but %d were seen in it before: it was put back to an older copy, or records are lost",
		"kho lưu trữ chỉ có %d bản ghi, trong khi trước đó đã có %d: kho bị đưa về bản cũ, hoặc bản ghi đã mất")
	ErrStoreMoved = fault.Declare("store-moved", fault.Unavailable,
		"the files of the ledger were moved, removed or replaced while this program had them open; stop it and start it again",
		"các tệp của sổ đã bị chuyển đi, xóa hoặc thay thế trong khi chương trình đang mở; hãy dừng chương trình rồi chạy lại")
	ErrStoreChanged = fault.Declare("store-changed", fault.Corrupt,
		"record %d of the store is not the one that was read there before: the store holds another history",
		"bản ghi %d trong kho không còn là bản ghi đã đọc trước đó: kho đang giữ một lịch sử khác")
	ErrCorrupt = fault.Declare("corrupt", fault.Corrupt,
		"the ledger is damaged at position %d: %s", "sổ cái bị hỏng ở vị trí %d: %s")
	ErrNewerFormat = fault.Declare("newer-format", fault.NewerFormat,
		"%s was written by a newer version of htxledger", "%s do phiên bản htxledger mới hơn ghi")
	ErrLocked = fault.Declare("locked", fault.Locked,
		"another process is writing to the ledger", "một tiến trình khác đang ghi vào sổ cái")
	ErrClockBack = fault.Declare("clock-regressed", fault.Unavailable,
		"the clock says %s, before the last record of %s", "đồng hồ chỉ %s, trước bản ghi cuối lúc %s")
	ErrNotEmpty = fault.Declare("not-empty", fault.Conflict,
		"the ledger already holds %d records", "sổ cái đã có %d bản ghi")
	ErrEmpty = fault.Declare("no-ledger", fault.NotFound,
		"there is no ledger here yet", "ở đây chưa có sổ cái")
)

// Unreadable is what ErrCorrupt says of bytes that are no record.
var Unreadable = fault.Text{English: "the record is unreadable", Vietnamese: "không đọc được bản ghi"}

// What a correction can be wrong about.
var (
	ErrNoTarget = fault.Declare("correction-target", fault.NotFound,
		"there is no record %s to correct", "không có bản ghi %s để đính chính")
	ErrOtherStream = fault.Declare("correction-stream", fault.Rejected,
		"the corrected record is in stream %s", "bản ghi được đính chính thuộc luồng %s")
	ErrRestateRetraction = fault.Declare("correction-restates-retraction", fault.Rejected,
		"a retraction can be retracted, not restated", "bản rút lại chỉ có thể được rút lại, không thể sửa nội dung")
	errNotCorrection = fault.Declare("correction-kind", fault.Rejected,
		"only ledger.restated/1 and ledger.retracted/1 carry corrects", "chỉ ledger.restated/1 và ledger.retracted/1 có phần đính chính")
	errCorrectsMissing = fault.Declare("correction-corrects", fault.Rejected,
		"a correction must say what it corrects and why", "đính chính phải nêu bản ghi được sửa và lý do")
	errRetractionData = fault.Declare("correction-data", fault.Rejected,
		"a retraction carries no data and no day", "bản rút lại không mang dữ liệu và ngày")
	ErrUncorrectable = fault.Declare("correction-uncorrectable", fault.Rejected,
		"a record of kind %s is never corrected or taken back", "bản ghi loại %s không bao giờ được đính chính hay rút lại")
	ErrKeyReused = fault.Declare("idempotency-mismatch", fault.Conflict,
		"the key %q was used before for another command", "khóa %q đã dùng cho một lệnh khác")
)

// ConflictSize is the size that an append refused with ErrConflict was told the log
// has, of which the end may not be readable yet; 0 where err tells none.
func ConflictSize(err error) Position {
	if f, ok := fault.Of(err); ok && errors.Is(f, ErrConflict) && len(f.Args()) == 2 {
		size, _ := f.Args()[1].(Position)
		return size
	}
	return 0
}

// An Outcome says what a failed write did.
type Outcome string

// The three outcomes.
const (
	NotRecorded Outcome = "not_recorded"
	Recorded    Outcome = "recorded"
	Unknown     Outcome = "unknown"
)

// A WriteError is a failed write with its outcome.
type WriteError struct {
	Outcome Outcome
	Err     error
}

// Error is the cause and the outcome.
func (e *WriteError) Error() string { return e.Err.Error() + " (" + string(e.Outcome) + ")" }

// Unwrap is the cause.
func (e *WriteError) Unwrap() error { return e.Err }

// NotWritten marks err as certain to have written nothing.
func NotWritten(err error) error { return &WriteError{NotRecorded, err} }

// OutcomeOf is the outcome that a failed append or command had: what a
// WriteError says, not_recorded for the faults that are raised before
// anything is written, and unknown otherwise.
func OutcomeOf(err error) Outcome {
	var w *WriteError
	if errors.As(err, &w) {
		return w.Outcome
	}
	switch fault.KindOf(err) {
	case fault.Malformed, fault.Rejected, fault.Conflict, fault.NotFound, fault.Forbidden, fault.TooLarge, fault.Locked:
		return NotRecorded
	}
	return Unknown
}
