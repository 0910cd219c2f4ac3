package imports

import "htxledger/domain/fault"

// What a file as a whole can be wrong about.
var (
	errFileSize = fault.Declare("import-too-large", fault.TooLarge,
		"the file has %d bytes, over the limit of %d", "tệp có %d byte, vượt giới hạn %d byte; hãy chia thành nhiều tệp")
	ErrFileLines = fault.Declare("import-too-long", fault.TooLarge,
		"the file has more than %d lines", "tệp có hơn %d dòng; hãy chia thành nhiều tệp")
	ErrNoRows = fault.Declare("import-empty", fault.Malformed,
		"the file holds no data", "tệp không có dòng dữ liệu nào")
	ErrForm = fault.Declare("import-form", fault.NotFound,
		"there is no form %q; the forms are: %s", "không có biểu mẫu %q; các biểu mẫu: %s")
	errUTF16 = fault.Declare("encoding-utf16", fault.Malformed,
		"the file is UTF-16, not UTF-8",
		"tệp dùng bảng mã UTF-16; trong Excel chọn Lưu thành (Save As) → “CSV UTF-8 (Comma delimited)” rồi gửi lại")
	errNotUTF8 = fault.Declare("encoding", fault.Malformed,
		"line %d: byte 0x%02X is not UTF-8",
		"dòng %d có byte 0x%02X không phải UTF-8 (có thể tệp dùng bảng mã Windows-1258, TCVN3 hoặc VNI); trong Excel chọn Lưu thành (Save As) → “CSV UTF-8 (Comma delimited)” rồi gửi lại")
	errLegacy = fault.Declare("encoding-legacy", fault.Malformed,
		"the text looks like TCVN3, VNI, or UTF-8 read in a wrong code page",
		"chữ giống phông cũ TCVN3 (.VnTime), VNI, hoặc UTF-8 bị mở sai bảng mã; hãy chuyển sang phông Unicode rồi lưu lại dạng “CSV UTF-8”")
	errNUL = fault.Declare("csv-nul", fault.Malformed,
		"line %d: there is a NUL byte", "dòng %d có byte NUL; tệp có lẽ không phải tệp văn bản CSV, hãy xuất lại")
	errNotText = fault.Declare("import-file-type", fault.Malformed,
		"this is a file of type %s, not text",
		"đây là tệp %s, không phải tệp văn bản; hãy lưu lại dạng “CSV UTF-8 (Comma delimited)”")
	errSeparator = fault.Declare("csv-separator", fault.Malformed,
		"the headings fit more than one separator (%s); declare it (--separator)",
		"không rõ dấu ngăn cách cột (%s đều có trong dòng tiêu đề); hãy khai báo dấu ngăn cách (--separator)")
	ErrSeparatorChoice = fault.Declare("csv-separator-choice", fault.Malformed,
		"%q cannot separate columns (want comma, semicolon or tab)",
		"không dùng được %q làm dấu ngăn cách cột (chỉ dấu phẩy, chấm phẩy hoặc tab)")
	errQuote = fault.Declare("csv-quote", fault.Malformed,
		"a quote opens here and is never closed", "dấu nháy kép mở ở dòng này không được đóng")
	errBareQuote = fault.Declare("csv-bare-quote", fault.Malformed,
		"a quote is out of place at character %d of the line",
		"dấu nháy kép đặt sai chỗ ở ký tự thứ %d của dòng (trong ô có dấu nháy phải viết đôi và bọc cả ô trong dấu nháy)")
	errColumns = fault.Declare("csv-columns", fault.Malformed,
		"the line has %d cells, the headings have %d",
		"dòng có %d ô trong khi tiêu đề có %d cột (số có dấu phẩy phải đặt trong dấu nháy kép)")
)

// What the headings can be wrong about.
var (
	errFormNeeded = fault.Declare("import-form-needed", fault.Malformed,
		"the workbook is none of our forms; name the form", "tệp không phải biểu mẫu của htxledger; hãy nêu tên biểu mẫu (--form)")
	errTemplateForm = fault.Declare("template-form", fault.Malformed,
		"the workbook is the form %s, not %s", "tệp là biểu mẫu %s, không phải %s")
	errTemplateNewer = fault.Declare("template-newer", fault.NewerFormat,
		"the form is of version %d; this program reads up to %d",
		"biểu mẫu thuộc phiên bản %d, chương trình này chỉ đọc đến phiên bản %d; hãy cập nhật chương trình hoặc tải mẫu mới")
	ErrSheetHidden = fault.Declare("sheet-hidden", fault.Malformed,
		"the sheet is hidden and holds data", "sheet bị ẩn mà có dữ liệu; hãy bỏ ẩn (Unhide) để kiểm tra, hoặc xóa sheet, hoặc chấp nhận đọc cả phần ẩn")
	ErrSheetVeryHidden = fault.Declare("sheet-very-hidden", fault.Malformed,
		"the sheet is hidden from Excel's menu and holds data", "sheet bị ẩn hẳn (menu Unhide của Excel không hiện được) mà có dữ liệu; hãy nhờ người lập tệp bỏ ẩn hoặc xóa sheet, hoặc chấp nhận đọc cả phần ẩn")
	ErrColumnHidden = fault.Declare("column-hidden", fault.Malformed,
		"the column is hidden and holds data", "cột bị ẩn mà có dữ liệu; hãy bỏ ẩn (Unhide) để kiểm tra, hoặc chấp nhận đọc cả phần ẩn")
	errHeadNotFound = fault.Declare("header-not-found", fault.Malformed,
		"no row of headings of form %s is found (expected: %s)",
		"không tìm thấy dòng tiêu đề của biểu mẫu %s (cần có các cột: %s); hãy sửa tiêu đề, hoặc chỉ định sheet cần đọc (--sheet)")
	errHeadingUnknown = fault.Declare("header-unknown", fault.Malformed,
		"form %s has no column %q%s",
		"biểu mẫu %s không có cột %q%s")
	errHeadingMissing = fault.Declare("header-missing", fault.Malformed,
		"the required column %q is missing", "thiếu cột bắt buộc %q")
	errHeadingTwice = fault.Declare("header-doubled", fault.Malformed,
		"columns %d and %d are the same", "cột thứ %d và cột thứ %d là một")
	errHeadingBlank = fault.Declare("header-blank", fault.Malformed,
		"column %d has cells but no heading", "cột thứ %d có dữ liệu nhưng không có tiêu đề")
	ErrUnit = fault.Declare("money-unit", fault.Malformed,
		"the money column says no unit; write it into the heading, or declare it (--unit triệu)",
		"cột tiền chưa ghi đơn vị; viết đơn vị vào tiêu đề, ví dụ “(triệu đồng)”, hoặc khai báo khi nhập (--unit triệu)")
	errUnitName = fault.Declare("money-unit-name", fault.Malformed,
		"%q is not a unit of money (want đồng, nghìn, triệu or tỷ)",
		"%q không phải là đơn vị tiền (đồng, nghìn, triệu hoặc tỷ)")
	errFormatName = fault.Declare("number-format-name", fault.Malformed,
		"%q is not a number format (want vi, en, space or plain)",
		"%q không phải là định dạng số (vi, en, space hoặc plain)")
)

// What a row or a cell can be wrong about.
var (
	errCellMissing = fault.Declare("cell-missing", fault.Malformed,
		"the cell must not be blank", "ô không được để trống")
	errColumnNeeded = fault.Declare("row-column-missing", fault.Malformed,
		"the row needs the column %q, which is not there", "dòng này cần cột %q nhưng tệp không có")
	errCellUnused = fault.Declare("cell-unused", fault.Malformed,
		"the cell has no meaning for %q; leave it blank", "ô này không dùng cho “%s”; hãy để trống")
	errCellCharacter = fault.Declare("cell-character", fault.Malformed,
		"character %d of the cell, U+%04X, %s", "ký tự thứ %d của ô (U+%04X) %s; hãy xóa hoặc gõ lại ký tự này")
	errCellLong = fault.Declare("cell-too-long", fault.TooLarge,
		"the cell has %d bytes, over the limit of %d", "ô dài %d byte, vượt giới hạn %d byte")
	errWord = fault.Declare("cell-word", fault.Malformed,
		"%q is not one of: %s", "%q không thuộc các từ dùng được: %s")
	errYesNo = fault.Declare("cell-yes-no", fault.Malformed,
		"%q is neither yes nor no", "%q không phải là “có” hay “không”")
	errReference = fault.Declare("cell-key", fault.Malformed,
		"%q is not a key (ASCII letters, digits, . _ : -), such as %s",
		"%q không phải là mã (chỉ chữ cái không dấu, chữ số và . _ : -), ví dụ %s")
	errTaxCodeForm = fault.Declare("cell-tax-code", fault.Malformed,
		"%q is not a tax code (10 digits, or 10 digits, a dash and 3 digits)",
		"%q không phải là mã số thuế (10 chữ số, hoặc 10 chữ số, gạch nối và 3 chữ số; nếu Excel làm mất số 0 đầu thì định dạng ô là Văn bản)")
	ErrNoCoop = fault.Declare("row-coop-missing", fault.Malformed,
		"the row names no co-operative: give its key or its tax code",
		"dòng không nêu HTX nào: ghi mã HTX hoặc mã số thuế")
	errTwoCoops = fault.Declare("row-coop-twice", fault.Malformed,
		"the row names two co-operatives: the key %s, and the tax code that stands for %s; give one",
		"dòng nêu hai HTX: mã %s, và mã số thuế ứng với %s; chỉ ghi một trong hai")
	errOneKey = fault.Declare("cell-one-key", fault.Malformed,
		"the cell must name exactly one", "ô này chỉ được ghi một mã")
	errNoRemoval = fault.Declare("cell-removal", fault.Malformed,
		"the column holds nothing that can be taken away", "cột này không có nội dung để xóa; hãy ghi giá trị hoặc để trống")
	errNothing = fault.Declare("row-nothing", fault.Malformed,
		"the row says nothing to record", "dòng không có số liệu nào để ghi")
	ErrRowHidden = fault.Declare("row-hidden", fault.Malformed,
		"the row is hidden and holds data", "dòng bị ẩn mà có dữ liệu; hãy bỏ ẩn hoặc bỏ lọc (Filter) để kiểm tra, hoặc chấp nhận đọc cả phần ẩn")
	errCellMerged = fault.Declare("cell-merged", fault.Malformed,
		"the cell is merged with others", "ô bị gộp với ô khác nên không rõ số liệu của dòng nào; hãy bỏ gộp (Unmerge) rồi điền từng ô")
	errCellIsDay = fault.Declare("cell-is-day", fault.Malformed,
		"the cell holds the day %s, and the column takes none",
		"ô đang ở dạng ngày (%s) mà cột này không phải cột ngày; hãy định dạng lại ô rồi gõ lại")
	ErrTotalDiffers = fault.Declare("total-differs", fault.Malformed,
		"the stated sum is %s, but the %d rows that it is about add up to %s",
		"dòng tổng ghi %s nhưng cộng %d dòng được %s; hãy kiểm tra lại các dòng hoặc dòng tổng")
	errRowAbove = fault.Declare("row-above-head", fault.Malformed,
		"the row stands above the headings and holds data: %s",
		"dòng nằm trên dòng tiêu đề mà có số liệu (%s); hãy chuyển xuống dưới tiêu đề, hoặc xóa")
	errMergesOverlap = fault.Declare("merges-overlap", fault.Malformed,
		"merged areas of the sheet overlap", "sheet có các vùng gộp ô chồng lên nhau, không phải do Excel ghi; hãy mở bằng Excel, lưu lại rồi gửi lại")
	errCellSample = fault.Declare("cell-sample", fault.Malformed,
		"the cell still holds the words of the sample, %q", "ô còn chữ ví dụ của mẫu (“%s”); hãy điền số liệu thật hoặc xóa")
	errTotalRow = fault.Declare("row-total", fault.Malformed,
		"this is a row of totals; take it out", "đây là dòng cộng tổng; hãy xóa khỏi tệp")
	errDuplicateKey = fault.Declare("row-key-twice", fault.Malformed,
		"the key %q is that of line %d already", "khóa lệnh %q đã dùng ở dòng %d")
	errBothEnds = fault.Declare("cell-both-ends", fault.Malformed,
		"give either the last day or the first day out, not both",
		"chỉ ghi một trong hai: ngày cuối còn hiệu lực hoặc ngày hết hiệu lực")
)

// What is asked about: see Questions.
var (
	ErrAnswer = fault.Declare("import-answer", fault.Malformed,
		"%q is no answer to a question of a file", "%q không phải là câu trả lời cho câu hỏi nào của tệp")
	errLeftBelow = fault.Declare("row-left-below", fault.Conflict,
		"the row stands below the data, names no co-operative, and is not read: %s; is it no data?",
		"dòng nằm dưới bảng, không nêu HTX nào nên không đọc (%s): có phải số liệu không? Nếu phải, hãy ghi mã HTX hoặc mã số thuế vào dòng")
	errLeftTitle = fault.Declare("row-left-title", fault.Conflict,
		"the row may be the title of a group, and is not read: %s; is it no data?",
		"dòng giống tên nhóm nên không đọc (%s): có phải số liệu không? Nếu phải, hãy ghi mã HTX hoặc mã số thuế vào dòng")
	errLeftAbove = fault.Declare("row-left-above", fault.Conflict,
		"the row stands above the headings and is not read: %s; is it no data?",
		"dòng nằm trên dòng tiêu đề nên không đọc (%s): có phải số liệu không? Nếu phải, hãy chuyển xuống dưới tiêu đề")
	errDash = fault.Declare("cell-dash", fault.Conflict,
		"%q stands in a column of numbers: is it 0, or no figure?",
		"ô ghi “%s” trong cột số: bằng 0, hay không có số liệu?")
	errShown = fault.Declare("cell-shown", fault.Conflict,
		"the cell shows %s, which stands for %s in this column, and holds %s, which would be recorded as %s: which is right?",
		"ô hiển thị %s (theo cột này là %s) nhưng đang lưu số %s (sẽ ghi là %s): lấy số nào?")
	errFont = fault.Declare("text-font", fault.Conflict,
		"%q may be text in %s for %q: is it to be converted?",
		"chữ “%s” có thể là chữ %s của “%s”: có chuyển không?")
	errSwappedDays = fault.Declare("date-swapped", fault.Conflict,
		"the cell holds the day %s; beside it stand days typed as text, such as %q, so day and month may have been swapped and %s be meant",
		"ô là ngày %s, mà cùng cột có ngày gõ dạng chữ như “%s”: có thể ngày và tháng bị đảo, ý là %s?")
)

// What a number or a day can be wrong about.
var (
	errNumberForm = fault.Declare("number", fault.Malformed,
		"%q is not a number; write it like %s", "%q không phải là số; hãy viết như %s")
	ErrNumberAmbiguous = fault.Declare("number-ambiguous", fault.Malformed,
		"%q may be %s or %s; declare the number format: --numbers vi (1.550,5) or --numbers en (1,550.5)",
		"%q có thể là %s hoặc %s; hãy khai báo định dạng số: --numbers vi (1.550,5) hoặc --numbers en (1,550.5)")
	ErrNumberUndeclared = fault.Declare("number-undeclared", fault.Malformed,
		"%q has separators and no number format is declared: --numbers vi (1.550,5) or --numbers en (1,550.5)",
		"%q có dấu ngăn cách mà chưa khai báo định dạng số: --numbers vi (1.550,5) hoặc --numbers en (1,550.5)")
	errNumberWhole = fault.Declare("number-whole", fault.Malformed,
		"%q is not a whole number", "%q không phải là số nguyên")
	errNumberPoints = fault.Declare("number-points", fault.Malformed,
		"%q has more than two decimals", "%q có quá hai chữ số thập phân")
	errNumberDong = fault.Declare("number-dong", fault.Malformed,
		"%q does not come out in whole đồng", "%q đổi ra đồng còn phần lẻ")
	errNumberRange = fault.Declare("number-range", fault.Malformed,
		"%q is out of range", "%q quá lớn")
	errTwoDigitYear = fault.Declare("date-two-digit-year", fault.Malformed,
		"%q has a year of two digits; write all four", "%q ghi năm hai chữ số; hãy viết đủ bốn chữ số")
	errSerialDay = fault.Declare("date-serial", fault.Malformed,
		"%q looks like the serial number of a day in a spreadsheet; format the cell as dd/mm/yyyy",
		"%q giống số thứ tự ngày của bảng tính; hãy định dạng ô là dd/mm/yyyy rồi xuất lại")
	errNumberDay = fault.Declare("date-number", fault.Malformed,
		"the cell holds the number %s, no day; type the day as dd/mm/yyyy, or the month as mm/yyyy, into a cell of text",
		"ô là số %s, không phải ngày; hãy gõ lại ngày dd/mm/yyyy hoặc tháng mm/yyyy trong ô định dạng Văn bản (Text)")
	errDayTime = fault.Declare("date-time", fault.Malformed,
		"%q states a time of day, %s, and the column takes days alone", "%q có cả giờ (%s), mà cột này chỉ nhận ngày; hãy bỏ phần giờ")
	errExactDay = fault.Declare("date-exact", fault.Malformed,
		"%q does not say the day", "%q thiếu ngày; ô này cần đủ ngày dd/mm/yyyy")
	errYearForm = fault.Declare("date-year", fault.Malformed,
		"%q is not a year of four digits", "%q không phải là năm bốn chữ số")
	errEstimateDay = fault.Declare("row-estimate-day", fault.Malformed,
		"an estimate needs the day on which it was made", "số ước tính phải ghi ngày ước tính (cột “Ngày chốt số liệu”)")
)

// What is no mistake, and should be seen by whoever sends a workbook.
var (
	noteHeading = fault.Declare("note-heading", fault.Malformed,
		"the heading %q is taken for %q", "tiêu đề %q được hiểu là %q")
	noteConverted = fault.Declare("note-converted", fault.Malformed,
		"text in %s was converted: %q to %q", "chữ %s đã được chuyển: %q thành %q")
	noteGroup = fault.Declare("note-group", fault.Malformed,
		"%q is taken for the title of a group of rows", "%q được hiểu là dòng tên nhóm, không có số liệu riêng")
	noteList = fault.Declare("note-list", fault.Malformed,
		"the hidden sheet holds the words of drop-downs and is not read", "sheet ẩn, chỉ là danh mục cho các ô chọn, không đọc")
	noteFooter = fault.Declare("note-footer", fault.Malformed,
		"%q stands below the data and is not read", "%q nằm dưới bảng, không đọc")
	noteTitle = fault.Declare("note-title", fault.Malformed,
		"%q stands above the headings and is not read", "%q nằm trên dòng tiêu đề, không đọc")
	noteHeadAgain = fault.Declare("note-head-again", fault.Malformed,
		"headings begin again here: the rows below are a table of their own", "dòng tiêu đề lặp lại ở đây: các dòng dưới được đọc như một bảng riêng")
	noteNumbering = fault.Declare("note-numbering", fault.Malformed,
		"the row numbers the columns and is not read", "dòng đánh số cột, không đọc")
	NoteSample = fault.Declare("note-sample", fault.Malformed,
		"the sample row of the form is not read", "dòng “Ví dụ” của mẫu, không đọc")
	noteTotalAlone = fault.Declare("note-total-alone", fault.Malformed,
		"%q is taken for a row of sums, and holds no sum that could be checked", "%q được hiểu là dòng cộng, không có số nào để đối chiếu")
	NoteTotal = fault.Declare("note-total", fault.Malformed,
		"the sums of %q come out right in %d columns", "dòng %q: %d cột cộng đúng")
)
