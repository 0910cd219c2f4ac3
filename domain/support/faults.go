package support

import "htxledger/domain/fault"

// errTwice is raised where a list names a co-operative twice.
var errTwice = fault.Declare("support-coop-twice", fault.Rejected,
	"co-operative %s is named twice", "HTX %s được nêu hai lần")
