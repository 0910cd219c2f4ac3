package main

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/api/vi"
	"htxledger/api/wire"
	"htxledger/domain/indicator"
	"htxledger/projections/answers"
)

func (a *app) askCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "ask [CODE…]",
		Short: "Hỏi chỉ tiêu tại một ngày / ask for indicators as of a day",
		Long: `Trả lời một, nhiều hoặc tất cả chỉ tiêu tại ngày --as-of, theo những gì đã ghi đến --known-at.

Answers for the indicators named, or for all of them. CSV and JSON carry exact numbers:
numerator and denominator as counted, value in lowest terms; decimal is the value rounded
to six decimals, for spreadsheets.`,
		Example:           "  htxledger ask coops.registered linked.share --as-of 31/12/2023 --known-at 30/11/2023",
		ValidArgsFunction: completeCodes(0),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.outputs(outputsOf...); err != nil {
				return err
			}
			r, err := a.read(cmd.Context())
			if err != nil {
				return err
			}
			defer r.close()
			q := a.query
			q.Codes = args
			f, err := r.answers.Indicators(q)
			if err != nil {
				return err
			}
			return a.print(figuresReply(f))
		},
	}
}

func figuresReply(f *answers.Figures) reply {
	return reply{
		point: f.Point,
		json:  func() any { return wire.FromIndicators(f) },
		csv: func() *table {
			t := newTable(figureColumns("code", "version", "name", "unit")...)
			for _, x := range f.Figures {
				d := x.Definition
				t.add(append([]string{d.Code, strconv.Itoa(d.Version), d.Name, string(d.Unit)}, figureCells(x)...)...)
			}
			return t
		},
		text: func(p *page) {
			t := newTable(left("Mã"), wrap("Chỉ tiêu"), right("Giá trị"), left("Đơn vị"), right("Tử số"), right("Mẫu số"), left("Báo cáo"))
			for _, x := range f.Figures {
				num, den := "", ""
				if x.Definition.Ratio {
					num, den = vi.Integer(x.Num), vi.Integer(x.Den)
				}
				t.add(x.Definition.Code, x.Definition.Name, vi.Value(x), unitOf(x.Definition), num, den, coverage(x))
			}
			p.table(t)
		},
	}
}

// unitOf is the unit beside a printed value, which carries its own where it is
// money or a share.
func unitOf(d *indicator.Definition) string {
	if d.Unit == indicator.Share || d.Unit == indicator.Dong {
		return ""
	}
	return string(d.Unit)
}

// coverage is how many reported, shortly.
func coverage(f *indicator.Figure) string {
	if !f.Definition.Covered {
		return ""
	}
	return vi.Integer(f.Reported) + "/" + vi.Integer(f.Expected)
}

// figureColumns are columns that begin with some and end with a figure.
func figureColumns(first ...string) []column {
	var list []column
	for _, title := range append(first, "value", "numerator", "denominator", "no_data", "expected", "reported", "carried", "decimal") {
		list = append(list, left(title))
	}
	return list
}

// figureWidth is the number of columns of a figure; the first is its value, the
// last the same as a decimal.
const figureWidth = 8

// figureCells are the exact numbers of a figure, for programs, and its value as
// a decimal for spreadsheets.
func figureCells(f *indicator.Figure) []string {
	return []string{
		exact(f), plain(f.Num), plain(f.Den), strconv.FormatBool(f.NoData),
		plain(f.Expected), plain(f.Reported), plain(f.Carried), decimal(rational(f)),
	}
}

// rational is the value of a figure, or nil for no data.
func rational(f *indicator.Figure) *big.Rat {
	num, den, ok := f.Value()
	if !ok {
		return nil
	}
	return big.NewRat(num, den)
}

// ratio is a number in lowest terms: 211, 10900/7; "" for none.
func ratio(v *big.Rat) string {
	if v == nil {
		return ""
	}
	return v.RatString()
}

// mostDecimals is how many decimals the column "decimal" has at most.
const mostDecimals = 6

// decimal is a number with at most six decimals, rounded half away from zero and
// without zeros at its end; "" for none. It is for spreadsheets: nothing is
// judged by it.
func decimal(v *big.Rat) string {
	switch {
	case v == nil:
		return ""
	case v.IsInt():
		return v.Num().String()
	}
	return strings.TrimRight(strings.TrimRight(v.FloatString(mostDecimals), "0"), ".")
}

// exact is the value in lowest terms: 211, 10900/7, or "" for no data.
func exact(f *indicator.Figure) string { return ratio(rational(f)) }
