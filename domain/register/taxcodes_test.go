package register_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"htxledger/domain/calendar"
	"htxledger/domain/coop"
	"htxledger/domain/register"
	"htxledger/domain/register/registertest"
)

// At no moment, and on no day, do two living co-operatives hold one tax code,
// whatever is said, restated and taken back.
func TestATaxCodeHasOneLivingHolder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := registertest.Begin(rt)
		for range rapid.IntRange(1, 2*commands).Draw(rt, "commands") {
			_ = h.Send(rt, h.Command(rt))
		}
		r := register.Fold(h.Records(), calendar.MaxDay)
		for _, day := range registertest.Days {
			holders := map[string]string{}
			for _, s := range r.Subjects {
				if s.Coop == nil {
					continue
				}
				c := s.Coop.History.On(registertest.Day(t, day))
				if !c.IsRegistered() || c.TaxCode == "" {
					continue
				}
				require.Empty(rt, holders[c.TaxCode], "%s and %s hold %s on %s", holders[c.TaxCode], s.Key, c.TaxCode, day)
				holders[c.TaxCode] = s.Key
			}
		}
	})
}

// What each record would leave is decided, not what stands now.
func TestWhoTakesATaxCode(t *testing.T) {
	for name, story := range map[string]string{
		"given up, but not yet on the day": `
coop/a coop.established/1 2020-03-01 {"tax_code":"0100109106"}
coop/a coop.identified/1 2025-01-01 {"tax_code":"0101248141"}
refuse tax-code-taken coop/b coop.established/1 2022-03-01 {"tax_code":"0100109106"}
coop/b coop.established/1 2025-01-01 {"tax_code":"0100109106"}`,
		"an end retracted": `
coop/a coop.established/1 2020-03-01 {"tax_code":"0100109106"}
#d coop/a coop.dissolved/1 2022-01-01 {}
coop/b coop.established/1 2023-03-01 {"tax_code":"0100109106"}
refuse tax-code-taken retract #d
refuse tax-code-taken restate #d 2023-03-02 {"mode":"voluntary"}
restate #d 2023-03-01 {"mode":"voluntary"}`,
		"a code given back by a retraction": `
coop/a coop.established/1 2020-03-01 {"tax_code":"0100109106"}
#i coop/a coop.identified/1 2021-01-01 {"tax_code":"0101248141"}
coop/b coop.established/1 2022-03-01 {"tax_code":"0100109106"}
refuse tax-code-taken retract #i
refuse tax-code-taken restate #i 2022-03-02 {"tax_code":"0101248141"}
restate #i 2022-02-01 {"tax_code":"0101248141"}`,
		"a retraction of a retraction": `
#a coop/a coop.established/1 2020-03-01 {"tax_code":"0100109106"}
#r retract #a
coop/b coop.established/1 2022-03-01 {"tax_code":"0100109106"}
refuse tax-code-taken retract #r`,
		"a swap, one after the other": `
coop/a coop.established/1 2020-03-01 {"tax_code":"0100109106"}
coop/b coop.established/1 2020-03-01 {"tax_code":"0101248141"}
#i coop/a coop.identified/1 2021-01-01 {"tax_code":"0300588569"}
coop/b coop.identified/1 2021-01-01 {"tax_code":"0100109106"}
restate #i {"tax_code":"0101248141"}`,
		"said again by its holder": `
coop/a coop.established/1 2020-03-01 {"tax_code":"0100109106"}
coop/a coop.identified/1 2021-01-01 {"tax_code":"0100109106"}
coop/b coop.established/1 2020-03-01 {}
#i coop/b coop.identified/1 2021-01-01 {"tax_code":"0101248141"}
retract #i
refuse tax-code-taken coop/b coop.identified/1 2021-06-01 {"tax_code":"0100109106"}`,
	} {
		t.Run(name, func(t *testing.T) {
			registertest.New(t).Tell("@ 2026-01-01" + story)
		})
	}
}

// The fault is at the member that is to blame.
func TestWhereATaxCodeClashes(t *testing.T) {
	w := registertest.New(t).Tell(`@ 2026-01-01
coop/a coop.established/1 2020-03-01 {"tax_code":"0100109106"}
#d coop/a coop.dissolved/1 2022-01-01 {}
#b coop/b coop.established/1 2023-03-01 {"tax_code":"0100109106"}`)
	for command, field := range map[string]string{
		`retract #d`: "/corrects",
		`restate #b 2021-03-01 {"name":"HTX","form":"htx","place":"dak-mil","agricultural":true,"sector":"x","tax_code":"0100109106"}`: "/data/tax_code",
	} {
		_, err := w.Send(w.Draft(command))
		require.ErrorIs(t, err, coop.ErrTaxCode)
		require.Contains(t, fmt.Sprint(err), field+": ")
	}
}
