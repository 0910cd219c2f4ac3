package api

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/projections/answers"
)

// Mistakes in a query string.
var (
	errQuery = fault.Declare("query", fault.Malformed,
		"the query string cannot be read", "không đọc được phần tham số của địa chỉ")
	errParameter = fault.Declare("parameter-unknown", fault.Malformed,
		"there is no parameter %q here (want %s)", "ở đây không có tham số %q (chỉ nhận %s)")
	errTwice = fault.Declare("parameter-twice", fault.Malformed,
		"the parameter %s is given twice", "tham số %s bị nêu hai lần")
	errValue = fault.Declare("parameter-value", fault.Malformed,
		"%q is not allowed here (want %s)", "giá trị %q không được chấp nhận ở đây (cần %s)")
)

// parameters are the values of a query string, each of which was allowed.
type parameters struct{ values url.Values }

// parseQuery reads a query string. Only the parameters allowed may occur, and
// only code more than once.
func parseQuery(raw string, allowed ...string) (parameters, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return parameters{}, errQuery
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		switch {
		case !slices.Contains(allowed, name):
			return parameters{}, errParameter.With(name, strings.Join(allowed, ", ")).At(name)
		case len(values[name]) > 1 && name != "code":
			return parameters{}, errTwice.With(name).At(name)
		}
	}
	return parameters{values}, nil
}

// query is the question of the parameters, in words.
func (p parameters) query() answers.Query { return answers.QueryOf(p.values) }

func (p parameters) get(name string) string { return strings.TrimSpace(p.values.Get(name)) }

// number is a whole number between least and most, or a default.
func (p parameters) number(name string, otherwise, least, most int64) (int64, error) {
	s := p.get(name)
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < least || n > most || strconv.FormatInt(n, 10) != s {
		want := strconv.FormatInt(least, 10) + "–" + strconv.FormatInt(most, 10)
		return 0, errValue.With(s, want).At(name)
	}
	return n, nil
}

// flag is true or false; an absent flag is false.
func (p parameters) flag(name string) (bool, error) {
	switch s := p.get(name); s {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, errValue.With(s, "true, false").At(name)
	}
}

func (p parameters) size(name string) (ledger.Position, error) {
	n, err := p.number(name, 0, 0, 1<<53-1)
	return ledger.Position(n), err
}
