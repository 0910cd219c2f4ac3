package sheets

import "htxledger/domain/fault"

// What a file as a whole can be wrong about.
var (
	ErrOldExcel = fault.Declare("workbook-xls", fault.Malformed,
		"this is an old Excel file (.xls)",
		"đây là tệp Excel đời cũ (.xls); mở bằng Excel hoặc LibreOffice, chọn Lưu thành (Save As) → “Excel Workbook (*.xlsx)” rồi gửi lại")
	ErrEncrypted = fault.Declare("workbook-encrypted", fault.Malformed,
		"the workbook is encrypted", "tệp đang đặt mật khẩu mở; vào Tệp (File) → Thông tin (Info) → Bảo vệ (Protect Workbook), bỏ mật khẩu, lưu rồi gửi lại")
	ErrMacro = fault.Declare("workbook-macro", fault.Malformed,
		"the workbook holds macros (.xlsm)", "tệp có macro (.xlsm) nên không nhận; chọn Lưu thành (Save As) → “Excel Workbook (*.xlsx)” rồi gửi lại")
	ErrBinary = fault.Declare("workbook-xlsb", fault.Malformed,
		"this is a binary workbook (.xlsb)", "đây là sổ tính nhị phân (.xlsb); chọn Lưu thành (Save As) → “Excel Workbook (*.xlsx)” rồi gửi lại")
	ErrOpenDocument = fault.Declare("workbook-ods", fault.Malformed,
		"this is an OpenDocument spreadsheet (.ods)", "đây là tệp OpenDocument (.ods); trong LibreOffice chọn Lưu thành (Save As) → “Excel 2007–365 (.xlsx)” rồi gửi lại")
	ErrWebPage = fault.Declare("workbook-web-page", fault.Malformed,
		"this is a page of the web (HTML) under the name of a workbook", "đây là trang web (HTML) mang tên tệp Excel; mở bằng Excel, chọn Lưu thành (Save As) → “Excel Workbook (*.xlsx)” rồi gửi lại")
	ErrExcel2003 = fault.Declare("workbook-xml-2003", fault.Malformed,
		"this is an XML spreadsheet of Excel 2003", "đây là tệp “XML Spreadsheet 2003”; mở bằng Excel, chọn Lưu thành (Save As) → “Excel Workbook (*.xlsx)” rồi gửi lại")
	ErrOtherFile = fault.Declare("workbook-other", fault.Malformed,
		"this is no .xlsx workbook", "đây không phải tệp bảng tính .xlsx; hãy gửi tệp .xlsx hoặc CSV UTF-8")
	ErrArchive = fault.Declare("workbook-damaged", fault.Malformed,
		"the file is damaged: %s", "tệp bị hỏng hoặc tải lên chưa hết (%s); hãy mở bằng Excel, lưu lại rồi gửi lại")
	ErrPart = fault.Declare("workbook-part-damaged", fault.Malformed,
		"the part %s is damaged at byte %d", "phần %s trong tệp bị hỏng ở byte %d nên không đọc tiếp; hãy mở bằng Excel, lưu lại rồi gửi lại")
	ErrUnlisted = fault.Declare("workbook-sheet-unlisted", fault.Malformed,
		"the file is damaged: its list of sheets leaves out the sheet %s", "tệp bị hỏng: danh sách sheet của tệp thiếu sheet ở phần %s, mở ra sẽ mất sheet này; hãy gửi lại tệp gốc")
	ErrDoctype = fault.Declare("workbook-doctype", fault.Malformed,
		"the part %s declares a document type", "phần %s trong tệp có khai báo DOCTYPE, không phải do Excel ghi; hãy mở bằng Excel, lưu lại rồi gửi lại")
	ErrExternal = fault.Declare("workbook-external", fault.Malformed,
		"the workbook takes values from other files", "tệp lấy số liệu từ tệp khác; vào Dữ liệu (Data) → Sửa liên kết (Edit Links) → Ngắt liên kết (Break Link), lưu rồi gửi lại")
	ErrEntryName = fault.Declare("workbook-entry", fault.Malformed,
		"the archive holds an entry %q that no spreadsheet has", "tệp nén bên trong có mục %q bất thường, không phải do Excel ghi")
)

// Which limit a file is over.
var (
	ErrUploadSize = fault.Declare("workbook-too-large", fault.TooLarge,
		"the file has %d bytes, over the limit of %d", "tệp có %d byte, vượt giới hạn %d byte; hãy chia thành nhiều tệp")
	ErrEntries = fault.Declare("workbook-entries", fault.TooLarge,
		"the archive has %d entries, over the limit of %d", "tệp có %d mục bên trong, vượt giới hạn %d; hãy bỏ ảnh, biểu đồ và sheet thừa")
	ErrUnzipped = fault.Declare("workbook-unzipped", fault.TooLarge,
		"unpacked the file has more than %d bytes", "tệp bung ra lớn hơn %d byte; hãy xóa định dạng thừa ở các dòng trống hoặc chia thành nhiều tệp")
	ErrRatio = fault.Declare("workbook-ratio", fault.TooLarge,
		"the file unpacks to more than %d times its size", "tệp bung ra gấp hơn %d lần, giống tệp phá hoại; hãy chép số liệu sang tệp mới rồi gửi lại")
	ErrElements = fault.Declare("workbook-elements", fault.TooLarge,
		"the part %s has more than %d elements", "phần %s trong tệp có hơn %d thành phần, giống tệp phá hoại; hãy chép số liệu sang tệp mới rồi gửi lại")
	ErrSheets = fault.Declare("workbook-sheets", fault.TooLarge,
		"the workbook has %d sheets, over the limit of %d", "tệp có %d sheet, vượt giới hạn %d; hãy chia thành nhiều tệp")
	ErrRows = fault.Declare("workbook-rows", fault.TooLarge,
		"sheet %q has more than %d rows", "sheet %q có hơn %d dòng có dữ liệu; hãy chia thành nhiều tệp")
	ErrCells = fault.Declare("workbook-cells", fault.TooLarge,
		"the workbook has more than %d cells that hold something", "tệp có hơn %d ô có dữ liệu; hãy chia thành nhiều tệp")
	ErrKept = fault.Declare("workbook-blanks", fault.TooLarge,
		"the rows of the workbook reach so far to the right that they have more than %d cells, blanks included", "các dòng trong tệp kéo quá xa về bên phải, tính cả ô trống là hơn %d ô; hãy xóa dữ liệu thừa bên phải bảng hoặc chia thành nhiều tệp")
	ErrTexts = fault.Declare("workbook-texts", fault.TooLarge,
		"the texts of all cells have more than %d bytes", "chữ trong các ô dài tổng cộng hơn %d byte; hãy chia thành nhiều tệp")
	ErrFormulas = fault.Declare("workbook-formulas", fault.TooLarge,
		"the workbook has more than %d formulas that wait to be worked out", "tệp có hơn %d công thức chờ tính lại; hãy mở bằng Excel, lưu lại rồi gửi lại")
	ErrColumns = fault.Declare("workbook-columns", fault.TooLarge,
		"sheet %q has data in column %s, beyond column %d", "sheet %q có dữ liệu ở cột %s, quá cột thứ %d; hãy xóa dữ liệu thừa bên phải bảng")
)

// What a single cell can be wrong about.
var (
	ErrFormula = fault.Declare("cell-formula", fault.Malformed,
		"the formula was never worked out", "công thức chưa được tính; mở bằng Excel cho tính lại (F9) rồi lưu, hoặc gõ thẳng kết quả")
	ErrStale = fault.Declare("cell-formula-stale", fault.Malformed,
		"the formula gives %s, and the file holds the result %s: the program that saved the file did not calculate", "công thức tính lại ra %s, còn tệp giữ kết quả cũ %s (phần mềm lưu tệp không tính lại); mở bằng Excel cho tính lại (F9) rồi lưu, hoặc gõ thẳng số đúng")
	ErrStaleUnknown = fault.Declare("cell-formula-unsure", fault.Malformed,
		"the file says that its formulas are to be worked out again, and %s may be an old result", "tệp ghi là công thức chờ tính lại, kết quả %s trong ô có thể là số cũ; mở bằng Excel cho tính lại (F9) rồi lưu, hoặc gõ thẳng số đúng")
	ErrValue = fault.Declare("cell-error", fault.Malformed,
		"the cell holds the error %s", "ô báo lỗi %s; hãy sửa công thức hoặc gõ thẳng số liệu")
	ErrTime = fault.Declare("cell-time", fault.Malformed,
		"the cell holds a time of day or a length of time", "ô đang ở dạng giờ phút; hãy định dạng lại ô rồi gõ lại")
	ErrDayRange = fault.Declare("cell-day-range", fault.Malformed,
		"the number %s of the cell is no day", "số %s trong ô không phải là ngày; hãy gõ lại ngày dd/mm/yyyy")
	ErrTruth = fault.Declare("cell-boolean", fault.Malformed,
		"%q is neither true nor false", "giá trị %q trong ô không phải là TRUE hay FALSE")
	ErrNumber = fault.Declare("cell-number", fault.Malformed,
		"%q is no number", "giá trị %q trong ô không phải là số")
)
