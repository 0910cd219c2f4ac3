package imports

import "htxledger/domain/fault"

// What can be wrong with how a file is sent, and with a file that waits on a server.
var (
	ErrRejected = fault.Declare("import-rejected", fault.Rejected,
		"%d problems in %s", "có %d lỗi trong tệp %s")
	errFileName = fault.Declare("import-file-name", fault.Malformed,
		"the file's name must end in .xlsx, .csv or .ndjson, not %q", "tên tệp phải kết thúc bằng .xlsx, .csv hoặc .ndjson, không phải %q")
	errFormOfText = fault.Declare("import-form-text", fault.Malformed,
		"a CSV file needs --form, one of %s", "tệp CSV phải nêu biểu mẫu (--form), một trong: %s")
	errColumnChoice = fault.Declare("import-column", fault.Malformed,
		`a column is chosen as "HEADING=column" or "HEADING=-", not %q`, `chọn cột bằng "TIÊU ĐỀ=cột" hoặc "TIÊU ĐỀ=-", không phải %q`)
	ErrTime = fault.Declare("import-time", fault.TooLarge,
		"reading and checking the file took more than %d seconds", "đọc và kiểm tra tệp quá %d giây; hãy chia thành nhiều tệp")
	ErrRowCount = fault.Declare("import-row-count", fault.Rejected,
		"the file has %d rows with data, not %d as stated", "tệp có %d dòng số liệu, không phải %d như đã khai; hãy kiểm tra tệp gửi có đủ không")
	ErrNotHere = fault.Declare("import-not-here", fault.NotFound,
		"there is no such file here: it was forgotten after a while, another server took it, or somebody else sent it; send it again",
		"không có tệp này: tệp đã hết hạn giữ tạm, do máy chủ khác nhận, hoặc do người khác gửi; hãy gửi lại tệp")
	ErrCutByRestart = fault.Declare("import-cut-by-restart", fault.Unavailable,
		"the server ended while the file was being recorded; confirm again: what is recorded is not recorded again",
		"máy chủ dừng trong lúc đang ghi tệp; hãy xác nhận lại: phần đã ghi không ghi lại lần nữa")
	ErrTrayFailed = fault.Declare("import-not-kept", fault.Unavailable,
		"the file could not be kept: %v", "không lưu được tệp gửi lên (%v); hãy thử lại")
	ErrTrayFull = fault.Declare("import-tray-full", fault.Unavailable,
		"too many files wait here; confirm or drop some, or try again later", "đang giữ tạm quá nhiều tệp; hãy ghi hoặc bỏ bớt tệp đã gửi, hoặc thử lại sau")
	ErrNotReady = fault.Declare("import-not-ready", fault.Conflict,
		"the file is %s", "tệp đang ở bước “%s”, chưa làm việc này được")
	ErrDiffers = fault.Declare("import-differs", fault.Conflict,
		"%d rows would be recorded otherwise than the preview said; look at it again, then confirm",
		"có %d dòng sẽ được ghi khác với bản xem trước (sổ đã thay đổi hoặc lựa chọn đã khác); hãy xem lại rồi xác nhận")
	ErrEffectDiffers = fault.Declare("import-effect-differs", fault.Conflict,
		"targets would come out otherwise than the preview said; look at it again, then confirm",
		"đánh giá chỉ tiêu sau khi ghi sẽ khác với bản xem trước; hãy xem lại rồi xác nhận")
	ErrUploadSize = fault.Declare("import-upload-size", fault.TooLarge,
		"a file sent here may have %d MB at most", "tệp gửi lên không được quá %d MB; hãy chia thành nhiều tệp")
	ErrNothingBack = fault.Declare("import-nothing-back", fault.NotFound,
		"there is nothing of this file to be handed back", "tệp này không có gì để trả lại")
)

// Why an import is not taken back.
var (
	errReceipt = fault.Declare("receipt", fault.Malformed,
		"%q is no receipt: give SHA256@FIRST-LAST as it was printed, or the SHA-256 of the file alone",
		"“%s” không phải biên nhận: hãy ghi SHA256@ĐẦU-CUỐI như đã in, hoặc chỉ mã SHA-256 của tệp")
	ErrUndoKept = fault.Declare("undo-kept", fault.Conflict,
		"others decided about %d records of the import since; say that these are to be left out (leave), or take back what was decided first",
		"có %d bản ghi của lần nộp này đã được người khác đính chính hoặc rút lại sau đó; hãy chọn để nguyên các bản ghi ấy (--leave), hoặc rút lại các đính chính trước")
	ErrUndoOrphans = fault.Declare("undo-orphans", fault.Conflict,
		"%d facts that others recorded would lose what they are about; confirm that (orphans)",
		"có %d nội dung do lần ghi khác nêu sẽ không còn chỗ dựa và không được tính nữa; hãy xem danh sách rồi xác nhận (--orphans)")
	ErrUndoDiffers = fault.Declare("undo-differs", fault.Conflict,
		"the ledger changed since the preview: undoing would come to something else; look at it again, then confirm",
		"sổ đã thay đổi từ lúc xem trước nên hoàn tác sẽ khác đi; hãy xem lại rồi xác nhận")
	ErrUndoRefused = fault.Declare("undo-refused", fault.Rejected,
		"%d of %d records cannot be taken back; nothing was taken back", "có %d trong %d bản ghi không rút lại được; chưa rút lại bản ghi nào")
)

// Questions to the sender of a file: a row waits for an answer.
var (
	askReason = fault.Declare("row-changed", fault.Conflict,
		"the row says otherwise than record @%d, recorded at %s (%s); give the reason of the correction",
		"dòng này khác với bản ghi @%d (ghi lúc %s): %s; nếu là đính chính, hãy nêu lý do (--reason)")
	askRetracted = fault.Declare("row-retracted", fault.Conflict,
		"what the row says was recorded as @%d and taken back by @%d at %s (%s); give the reason why it is brought back",
		"nội dung của dòng này đã ghi ở bản ghi @%d và đã được rút lại bởi bản ghi @%d (lúc %s, lý do: %s); nếu muốn ghi lại, hãy nêu lý do (--reason)")
	askWhich = fault.Declare("row-which", fault.Conflict,
		"the row fits %d facts: %s; give the code of the one that is meant, or fill in the columns that tell them apart",
		"dòng này khớp với %d bản ghi đã có: %s; hãy ghi mã của việc cần sửa, hoặc điền thêm cột phân biệt")
	askWhichRow = fault.Declare("row-which-row", fault.Conflict,
		"the row fits the fact of record %s and also that of %s; give the code of the one that is meant, or fill in the columns that tell them apart",
		"dòng này khớp với bản ghi %s, mà cũng khớp với %s; hãy ghi mã của việc cần nói đến, hoặc điền thêm cột phân biệt")
	askOtherDay = fault.Declare("row-other-day", fault.Conflict,
		"record @%d says the same from %s on, and the row from %s on: is it renewed (--other-day renewal), or is the day mended (--other-day correction)?",
		"bản ghi @%d cũng nêu việc này từ %s, dòng này ghi %s: là gia hạn hay sửa ngày? Hãy chọn gia hạn (--other-day renewal) hoặc sửa ngày (--other-day correction)")
	askAlike = fault.Declare("ask-alike", fault.Conflict,
		"%q may be %s (%q, %s), which is in the ledger",
		"%q có phải là HTX đã có trong sổ, mã %s (%q, %s)? Nếu phải, hãy ghi mã đó; nếu là HTX khác, hãy xác nhận")
	askName = fault.Declare("ask-name", fault.Conflict,
		"the row gives no key and no tax code; is it %s (%q, %s)?",
		"dòng không ghi mã HTX hay mã số thuế; có phải là HTX mã %s (%q, %s)? Nếu phải, hãy ghi mã đó vào cột “Mã HTX”")
	askOther = fault.Declare("ask-other", fault.Conflict,
		"the key %s is that of %q, and the row names %q; mend the key or the name",
		"mã %s là của %q, tên trong tệp là %q; hãy sửa mã hoặc tên")
)

// Doubts refuse nothing: the sender of a file looks again.
var (
	doubtJump = fault.Declare("doubt-jump", fault.Rejected,
		"%s of %d is %s; the year before it was %s, five times less or more",
		"%s năm %d là %s, năm trước là %s (chênh từ 5 lần trở lên); hãy xem lại")
	doubtUnit = fault.Declare("doubt-unit", fault.Rejected,
		"%s of %d is %s, and %s the year before: the unit may be wrong",
		"%s năm %d là %s, năm trước là %s: có thể nhầm đơn vị đồng, nghìn, triệu, tỷ")
	doubtPay = fault.Declare("doubt-pay", fault.Rejected,
		"pay of %s is above revenue of %s", "tổng thu nhập của người lao động %s lớn hơn doanh thu %s")
	doubtSmall = fault.Declare("doubt-small", fault.Rejected,
		"revenue is %s for the whole year: the unit may be wrong", "doanh thu cả năm chỉ %s: có thể nhầm đơn vị đồng, nghìn, triệu")
	doubtLarge = fault.Declare("doubt-large", fault.Rejected,
		"revenue is %s for the whole year: the unit may be wrong", "doanh thu cả năm tới %s: có thể nhầm đơn vị đồng, nghìn, triệu")
	doubtMembers = fault.Declare("doubt-members", fault.Rejected,
		"%d members; the last count was %d, five times less or more", "%d thành viên, lần trước là %d (chênh từ 5 lần trở lên); hãy xem lại")
	doubtFuture = fault.Declare("doubt-future", fault.Rejected,
		"the day %s is still to come", "ngày %s chưa đến")
	doubtIdle = fault.Declare("doubt-idle", fault.Rejected,
		"a class is given to a co-operative that is not operating since %s", "xếp loại cho HTX đã ngừng hoạt động từ %s")
)

// What rows of one file say about one fact, and other notes of holding a file
// against a ledger.
var (
	errDisagree = fault.Declare("row-disagrees", fault.Conflict,
		"%s is %s here and %s in %s, and the rows are about one fact",
		"hai dòng nói về cùng một việc mà “%s” ở đây là %s, còn %s ở %s; hãy sửa một trong hai dòng")
	errJoinedLeft = fault.Declare("row-joined-left", fault.Conflict,
		"the row is about the same fact as %s, which is left out", "dòng này nói cùng một việc với %s, dòng ấy chưa ghi được")
	noteJoined = fault.Declare("note-joined", fault.Conflict,
		"the row is about the same fact as %s, and was joined to it", "dòng này nói cùng một việc với %s, được gộp vào dòng ấy")
	noteOtherPaper = fault.Declare("note-other-paper", fault.Conflict,
		"the row says what record @%d says and names another paper, so nothing is recorded", "dòng này nêu văn bản khác nhưng số liệu như bản ghi @%d, nên không ghi lại")
)
