package support

import "htxledger/domain/fault"

// ErrTwice is raised where a list names a co-operative twice.
var ErrTwice = fault.Declare("support-coop-twice", fault.Rejected,
	"co-operative %s is named twice", "HTX %s được nêu hai lần")
