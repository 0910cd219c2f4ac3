package embedded

import (
	"errors"
	"io/fs"
	"syscall"

	"zombiezen.com/go/sqlite"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

// What the files of a store can be wrong about. Each is a kind of
// ledger.ErrCorrupt and answers errors.Is for it.
var (
	ErrShorter = fault.Declare("store-shorter", fault.Corrupt,
		"the ledger holds %d records, but %d were vouched for", "sổ cái có %d bản ghi, nhưng trước đó đã xác nhận %d bản ghi")
	ErrOtherRoot = fault.Declare("store-other-root", fault.Corrupt,
		"the first %d records are not those that were written", "%d bản ghi đầu tiên không còn đúng như khi đã ghi")
	ErrNoHead = fault.Declare("head-missing", fault.Corrupt,
		"the head file of a ledger of %d records is missing or unreadable; if you know that the records are whole, run: htxledger doctor --accept-head",
		"tệp head của sổ cái có %d bản ghi bị thiếu hoặc không đọc được; nếu biết chắc các bản ghi còn nguyên vẹn, hãy chạy: htxledger doctor --accept-head")
	ErrNoDatabase = fault.Declare("database-missing", fault.Corrupt,
		"the head file vouches for %d records, but the database holds no ledger", "tệp head xác nhận %d bản ghi, nhưng cơ sở dữ liệu không chứa sổ cái nào")
	ErrForeign = fault.Declare("foreign-database", fault.Corrupt,
		"%s is not a ledger of htxledger", "%s không phải là sổ cái của htxledger")
)

// What the machine can refuse. Each is ledger.ErrStorageFailed or, where nothing
// may be written, ledger.ErrStorageReadOnly too.
var (
	ErrNotDirectory = fault.Declare("storage-not-directory", fault.Unavailable,
		"%s: a part of this path is a file, not a directory", "%s: trong đường dẫn này có một tệp, không phải thư mục")
	ErrPathMissing = fault.Declare("storage-path-missing", fault.Unavailable,
		"there is no file or directory %s", "không có tệp hay thư mục %s")
	errPermission = fault.Declare("storage-permission", fault.Unavailable,
		"no permission to use %s", "không có quyền dùng %s")
	errCannotOpen = fault.Declare("storage-cannot-open", fault.Unavailable,
		"%s cannot be opened; look at its permissions, and whether it is a file", "không mở được %s; hãy xem quyền truy cập, và đó có phải là một tệp không")
)

// errUnfolded says that nothing is lost, and that something is wrong.
var errUnfolded = fault.Declare("log-unfolded", fault.Unavailable,
	"the write-ahead log has %d bytes: it can no longer be folded into the database; look at the disk, then restart the program",
	"tệp nhật ký WAL dài %d byte: không còn gộp được vào cơ sở dữ liệu; hãy kiểm tra đĩa rồi khởi động lại chương trình")

// What a copy can be wrong about.
var (
	ErrExists = fault.Declare("file-exists", fault.Conflict,
		"%s exists already; a copy never replaces a file", "%s đã tồn tại; bản sao không bao giờ ghi đè tệp có sẵn")
	ErrNotBackup = fault.Declare("not-a-backup", fault.Rejected,
		"%s is not a backup made by htxledger", "%s không phải là bản sao lưu do htxledger tạo")
)

// corruptAt raises one of the corruption faults above so that it is also
// ledger.ErrCorrupt at a position.
func corruptAt(f *fault.Fault, at ledger.Position) error {
	return f.Because(ledger.ErrCorrupt.With(at, f.Code))
}

// sqliteFault turns an error of SQLite into the ledger's own, at the position
// that was being read or written. It says nothing of outcomes.
func sqliteFault(err error, at ledger.Position) error {
	if err == nil {
		return nil
	}
	code := sqlite.ErrCode(err)
	switch code.ToPrimary() {
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return ledger.ErrLocked.Because(err)
	case sqlite.ResultFull:
		return ledger.ErrStorageFull.Because(err)
	case sqlite.ResultReadOnly, sqlite.ResultPerm:
		return ledger.ErrStorageReadOnly.Because(err)
	case sqlite.ResultCorrupt, sqlite.ResultNotADB, sqlite.ResultSchema, sqlite.ResultError, sqlite.ResultMismatch:
		// Our statements are fixed and right: one that no longer fits the
		// file means that the file has changed.
		return ledger.ErrCorrupt.With(at, fault.Text{English: "SQLite says: " + code.String(), Vietnamese: "SQLite báo: " + code.String()}).Because(err)
	}
	if code == sqlite.ResultIOErrSHMSize {
		return ledger.ErrStorageFull.Because(err) // the wal-index could not grow
	}
	return ledger.ErrStorageFailed.Because(err)
}

// fileFault is sqliteFault for the files that SQLite does not handle. It names
// the path, and in words what is the matter with it.
func fileFault(err error) error {
	path := ""
	var at *fs.PathError
	if errors.As(err, &at) {
		path = at.Path
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission) && path != "":
		return errPermission.With(path).Because(ledger.ErrStorageReadOnly.Because(err))
	case errors.Is(err, fs.ErrPermission), errors.Is(err, readOnlyFS):
		return ledger.ErrStorageReadOnly.At(path).Because(err)
	case errors.Is(err, syscall.ENOSPC):
		return ledger.ErrStorageFull.At(path).Because(err)
	case errors.Is(err, syscall.ENOTDIR):
		return ErrNotDirectory.With(path).Because(ledger.ErrStorageFailed.Because(err))
	case errors.Is(err, fs.ErrNotExist):
		return ErrPathMissing.With(path).Because(ledger.ErrStorageFailed.Because(err))
	}
	return ledger.ErrStorageFailed.At(path).Because(err)
}
