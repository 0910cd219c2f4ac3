package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"htxledger/domain/calendar"
	"htxledger/domain/fault"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
	"htxledger/domain/register"
)

// initCommand is the command "init": open a new ledger.
func (a *app) initCommand() *cobra.Command {
	var opened ledger.Opened
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Mở một sổ mới / open a new ledger",
		Long: `Tạo thư mục --data và ghi bản ghi số 0: sổ của tỉnh nào, tên gì.

Makes the directory and writes record 0. --origin is a name that no other ledger in the
world has, such as your office's domain and a path; it can never be changed.`,
		Example: `  htxledger init --place dak-nong --title "HTX nông nghiệp tỉnh Đắk Nông" --origin lmhtx.example/dak-nong`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			return asInputFault(a.open(cmd, opened))
		},
	}
	f := cmd.Flags()
	f.StringVar(&opened.Place, "place", "", "mã tỉnh của sổ / code of the province")
	f.StringVar(&opened.Title, "title", "", "tên sổ / title")
	f.StringVar(&opened.Origin, "origin", "", "tên duy nhất của sổ / a name unique in the world")
	for _, name := range []string{"place", "title", "origin"} {
		_ = cmd.MarkFlagRequired(name) // the flags are there
	}
	return cmd
}

// open writes record 0 to a ledger that has none.
func (a *app) open(cmd *cobra.Command, opened ledger.Opened) error {
	d, err := openingDraft("init/"+opened.Origin, opened, a.now().DayIn(), localActor())
	if err != nil {
		return err
	}
	results, err := a.recordDrafts(cmd, true, false, recorder.Door{}, d)
	if err != nil {
		if f, ok := fault.Of(err); ok && f.Is(ledger.ErrKeyReused) {
			return register.ErrOnlyFirst.Because(err)
		}
		return err
	}
	if err := a.printDone(recordedReply(d.Key, results, false)); err != nil {
		return err
	}
	if !results[0].Repeated {
		a.say(afterInit, opened.Place)
	}
	return nil
}

// afterInit is the advice for a ledger with nothing but its opening.
const afterInit = `Tiếp theo / next:
  1. khai báo địa bàn, cấp tỉnh (mã %[1]s) trước:  htxledger import dia-ban.csv --form places
  2. HTX đang có:                                  htxledger import htx.csv --form coop-establishments
  3. kế hoạch:                                     htxledger import ke-hoach.ndjson
Tệp mẫu và giải thích: docs/huong-dan.md, mục “Lập sổ của tỉnh mình”.`

// openingDraft is the command that writes record 0.
func openingDraft(key string, opened ledger.Opened, valid calendar.Day, by *ledger.Actor) (*ledger.Draft, error) {
	data, err := json.Marshal(opened)
	if err != nil {
		return nil, err
	}
	c := typedCommand{Key: key, Stream: "ledger/" + opened.Place, Kind: string(ledger.KindOpened), Valid: valid.String(), Data: data}
	d, err := c.draft()
	if err != nil {
		return nil, err
	}
	d.Actor = by
	return d, nil
}
