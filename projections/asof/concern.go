package asof

import (
	"strings"

	"htxledger/domain/indicator"
	"htxledger/domain/ledger"
	"htxledger/domain/register"
)

// concernsFigure tells whether a fact of a kind can change a figure, so that the
// index need not judge the others again. What is not listed concerns every
// figure over the subjects that it is about; a line too few costs time, a line
// too many would give wrong figures, and the oracle test finds those.
func concernsFigure(k ledger.Kind, d *indicator.Definition) bool {
	codes, listed := concerns[k]
	if !listed {
		switch k.Family() {
		case "certificate":
			codes, listed = []string{"certificates.valid"}, true
		case "ocop":
			codes, listed = []string{"ocop."}, true
		case "support":
			return d.Flow
		}
	}
	if !listed || d.Over != register.CoopSubject {
		return true
	}
	for _, code := range codes {
		if strings.HasPrefix(d.Code, code) {
			return true
		}
	}
	return false
}

// concerns are the kinds that say one thing about a co-operative and leave its
// life, its seat and its trade as they are, with the beginnings of the codes
// of the figures that look at it.
var concerns = map[ledger.Kind][]string{
	"coop.renamed/1":         {},
	"coop.identified/1":      {},
	"coop.members-counted/1": {"members."},
	"coop.workers-counted/1": {"workers."},
	"coop.year-reported/1":   {"revenue.", "income."},
	"coop.scored/1":          {"quality."},
	"coop.classed/1":         {"quality."},
	"coop.linked/1":          {"linked."},
	"coop.unlinked/1":        {"linked."},
}
