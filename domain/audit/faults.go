package audit

import (
	"fmt"

	"htxledger/domain/fault"
)

// A word stands in a sentence of either language: English sentences print it
// with %s, Vietnamese ones with %v.
type word struct{ en, vi string }

// Format prints the one or the other.
func (w word) Format(to fmt.State, verb rune) {
	if verb == 'v' {
		fmt.Fprint(to, w.vi)
		return
	}
	fmt.Fprint(to, w.en)
}

// What the keys and their folder can be wrong about.
var (
	ErrNoKey = fault.Declare("audit-no-key", fault.NotFound,
		"there is no signing key yet; make one with: htxledger key new", "chưa có khóa ký; hãy tạo bằng lệnh: htxledger key new")
	errKeyExists = fault.Declare("audit-key-exists", fault.Conflict,
		"the key %s exists already; a key is never replaced", "khóa %s đã có; không bao giờ ghi đè khóa")
	errKeyMode = fault.Declare("audit-key-mode", fault.Forbidden,
		"others may read the key file %s: set its mode to 0600, and make another key if somebody may have read it",
		"người khác đọc được tệp khóa %s: hãy đặt quyền 0600, và tạo khóa khác nếu có thể đã bị đọc")
	ErrKeyForm = fault.Declare("audit-key-form", fault.Malformed,
		"%s is not a key of this program", "%s không phải là khóa của chương trình này")
	errKeyFile = fault.Declare("audit-key-unreadable", fault.Unavailable,
		"the key file %s cannot be read", "không đọc được tệp khóa %s")
	errKeyMany = fault.Declare("audit-key-many", fault.Conflict,
		"%d keys could sign size %d; announce the new one in the ledger first",
		"có %d khóa có thể ký cỡ sổ %d; hãy công bố khóa mới trong sổ cái trước")
	errKeyNotHere = fault.Declare("audit-key-not-here", fault.NotFound,
		"size %d is to be signed with key %s, which is not here", "cỡ sổ %d phải ký bằng khóa %s, nhưng khóa đó không có ở đây")
	errKeyStrange = fault.Declare("audit-key-strange", fault.Conflict,
		"record %d announces key %s, which is not in the key folder: nothing is signed that would hand over to it; if it is lost or not yours, end it with: htxledger key void %s --reason WHY",
		"bản ghi %d công bố khóa %s nhưng khóa này không có trong thư mục khóa: không ký gì để bàn giao cho nó; nếu khóa đã mất hoặc không phải của mình, hãy hủy bằng: htxledger key void %s --reason …")
	errVoidLater = fault.Declare("audit-void-later", fault.Conflict,
		"size %d holds the announcement of key %s but not record %d, which voids it; sign size %d or a larger one",
		"cỡ sổ %d có bản công bố khóa %s nhưng chưa có bản ghi %d hủy khóa đó; hãy ký cỡ %d trở lên")
	errOriginForm = fault.Declare("audit-origin-form", fault.Rejected,
		"%q cannot name a key: no spaces, no line ends, no plus sign, not empty",
		"%q không thể làm tên khóa: không khoảng trắng, không xuống dòng, không dấu cộng, không rỗng")
	ErrDisk = fault.Declare("audit-disk", fault.Unavailable,
		"the folder of keys and checkpoints failed", "thư mục khóa và điểm kiểm tra gặp lỗi")
	ErrBusy = fault.Declare("audit-busy", fault.Locked,
		"another process is signing", "một tiến trình khác đang ký")
)

// Why a checkpoint is not signed.
var (
	ErrNothingToSign = fault.Declare("audit-nothing", fault.Rejected,
		"an empty ledger has no checkpoint", "sổ cái rỗng chưa có gì để ký")
	errSmaller = fault.Declare("audit-smaller", fault.Conflict,
		"size %d was asked, but size %d is signed already: a signature never goes back",
		"yêu cầu ký cỡ sổ %d, nhưng cỡ %d đã được ký: chữ ký không bao giờ lùi lại")
	errShrunk = fault.Declare("audit-shrunk", fault.Corrupt,
		"size %d was signed, but the ledger holds %d records: records are lost, or it is another copy",
		"cỡ sổ %d đã được ký, nhưng sổ cái chỉ có %d bản ghi: bản ghi đã mất, hoặc đây là bản sao khác")
	ErrFork = fault.Declare("audit-fork", fault.Corrupt,
		"the first %d records are not those that were signed: the ledger was altered",
		"%d bản ghi đầu tiên không còn là những bản ghi đã ký: sổ cái đã bị thay đổi")
	errOtherOrigin = fault.Declare("audit-other-origin", fault.Conflict,
		"this belongs to the ledger %q, not to %q", "phần này thuộc sổ cái %q, không thuộc %q")
	errJournal = fault.Declare("audit-journal", fault.Corrupt,
		"the journal of checkpoints is damaged at byte %d: %s", "nhật ký điểm kiểm tra bị hỏng ở byte %d: %v")
	ErrNoCheckpoint = fault.Declare("audit-no-checkpoint", fault.NotFound,
		"no checkpoint of at least %d records is signed yet", "chưa có điểm kiểm tra nào được ký cho ít nhất %d bản ghi")
)

// What texts of others can be wrong about.
var (
	errNote = fault.Declare("audit-note", fault.Malformed,
		"this is not a signed checkpoint: %s", "đây không phải là điểm kiểm tra đã ký: %v")
	errProofForm = fault.Declare("audit-proof-form", fault.Malformed,
		"this is not a proof: %s", "đây không phải là chuỗi băm chứng minh hợp lệ: %v")
	errProof = fault.Declare("audit-proof", fault.Unverified,
		"the proof does not hold", "bằng chứng không đúng")
	ErrProofRange = fault.Declare("audit-proof-range", fault.NotFound,
		"there is no proof from %d to %d in a ledger of %d records", "không có bằng chứng từ %d đến %d trong sổ cái có %d bản ghi")
	ErrRootAt = fault.Declare("audit-root-range", fault.NotFound,
		"there is no root of size %d in a ledger of %d records", "không có gốc Merkle của cỡ %d trong sổ cái có %d bản ghi")
)

// Why a witness does not cosign, in the words of C2SP tlog-witness.
var (
	errWitnessUnknown = fault.Declare("witness-unknown-log", fault.NotFound,
		"this witness does not know the ledger %q", "nhân chứng này không biết sổ cái %q")
	errWitnessUnsigned = fault.Declare("witness-unsigned", fault.Forbidden,
		"no key that this witness trusts signed the checkpoint of %q", "điểm kiểm tra của %q không do khóa nào mà nhân chứng tin cậy ký")
	errWitnessOld = fault.Declare("witness-old-size", fault.Conflict,
		"the proof starts at size %d, but this witness last saw size %d", "bằng chứng bắt đầu từ cỡ %d, nhưng nhân chứng đã thấy cỡ %d")
	errWitnessShrunk = fault.Declare("witness-shrunk", fault.Malformed,
		"the checkpoint of size %d is older than the size %d that it is said to grow from", "điểm kiểm tra cỡ %d lại cũ hơn cỡ %d mà nó nối tiếp")
	errWitnessFork = fault.Declare("witness-fork", fault.Conflict,
		"two different ledgers of size %d are shown under the name %q", "có hai sổ cái khác nhau cùng cỡ %d dưới tên %q")
	errWitnessProof = fault.Declare("witness-proof", fault.Unverified,
		"it is not proven that size %d grows from size %d", "chưa chứng minh được cỡ %d nối tiếp cỡ %d")
	errWitnessState = fault.Declare("witness-state", fault.Corrupt,
		"the memory of the witness is damaged: %s", "sổ nhớ của nhân chứng bị hỏng: %v")
	errWitnesses = fault.Declare("witnesses-few", fault.Unverified,
		"%d of the %d witnesses asked for cosigned, but %d are needed", "chỉ có %d trong %d nhân chứng được nêu đã ký xác nhận, cần %d")
	errPolicy = fault.Declare("witness-policy", fault.Malformed,
		"%d of %d witnesses cannot be asked for", "không thể đòi %d trong %d nhân chứng")
)
