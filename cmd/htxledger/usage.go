package main

import (
	"fmt"
	"regexp"

	"github.com/spf13/pflag"

	"htxledger/domain/fault"
)

// usageFault is wrong use of the command line, in both languages.
func usageFault(english, vietnamese string) error {
	return errUsage.With(fault.Text{English: english, Vietnamese: vietnamese})
}

// flagFault is the fault of a flag that pflag refuses; English is pflag's own sentence.
func flagFault(err error) error {
	vietnamese := err.Error()
	switch e := err.(type) {
	case *pflag.NotExistError:
		vietnamese = "lệnh này không có cờ " + flagWords(e.GetSpecifiedName(), e.GetSpecifiedShortnames()) + "; xem --help"
	case *pflag.ValueRequiredError:
		vietnamese = "cờ " + flagWords(e.GetSpecifiedName(), e.GetSpecifiedShortnames()) + " phải có giá trị"
	case *pflag.InvalidValueError:
		vietnamese = "giá trị “" + e.GetValue() + "” không dùng được cho cờ --" + e.GetFlag().Name
	case *pflag.InvalidSyntaxError:
		vietnamese = "cờ " + e.GetSpecifiedFlag() + " viết chưa đúng"
	}
	return usageFault(err.Error(), vietnamese)
}

// flagWords is a flag as typed: --name, or -letters where letters were given.
func flagWords(name, letters string) string {
	if letters != "" {
		return "-" + letters
	}
	return "--" + name
}

// cobraSentences translate the errors of cobra, which have no types. A sentence that
// a later cobra words anew stays English until it is added here.
var cobraSentences = []struct {
	english    *regexp.Regexp
	vietnamese string // with the groups of english
}{
	{regexp.MustCompile(`^unknown command ("[^"]*") for ("[^"]*")`), "không có lệnh %s trong %s; xem --help"},
	{regexp.MustCompile(`^accepts (\d+) arg\(s\), received (\d+)$`), "lệnh cần đúng %s tham số, đã nhận %s"},
	{regexp.MustCompile(`^accepts at most (\d+) arg\(s\), received (\d+)$`), "lệnh nhận tối đa %s tham số, đã nhận %s"},
	{regexp.MustCompile(`^required flag\(s\) (.+) not set$`), "thiếu cờ %s"},
}

// cobraFault is the fault of a command line that cobra refuses before any command runs.
func cobraFault(err error) error {
	for _, s := range cobraSentences {
		if groups := s.english.FindStringSubmatch(err.Error()); groups != nil {
			words := make([]any, len(groups)-1)
			for i, g := range groups[1:] {
				words[i] = g
			}
			return usageFault(err.Error(), fmt.Sprintf(s.vietnamese, words...))
		}
	}
	return usageFault(err.Error(), err.Error())
}
