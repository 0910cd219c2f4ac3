package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"htxledger/api/shown"
	"htxledger/api/vi"
	"htxledger/domain/calendar"
	"htxledger/domain/canonical"
	"htxledger/domain/ledger"
	"htxledger/domain/recorder"
)

// A typedCommand is a command from flags; absent members are left out of the JSON, so that
// the ledger's own reader judges the command like a line of a file.
type typedCommand struct {
	Key      string          `json:"key"`
	Stream   string          `json:"stream"`
	Kind     string          `json:"kind"`
	Valid    string          `json:"valid,omitempty"`
	Source   *typedSource    `json:"source,omitempty"`
	Corrects *typedTarget    `json:"corrects,omitempty"`
	Data     json.RawMessage `json:"data,omitempty"`
}

type typedSource struct {
	Document string `json:"document,omitempty"`
	Issued   string `json:"issued,omitempty"`
	Issuer   string `json:"issuer,omitempty"`
	SHA256   string `json:"sha256,omitempty"`
	Note     string `json:"note,omitempty"`
}

type typedTarget struct {
	Key    string `json:"key,omitempty"`
	ID     string `json:"id,omitempty"`
	Reason string `json:"reason,omitempty"`
	Note   string `json:"note,omitempty"`
}

// recordFlags are the flags of a command to be recorded, as typed.
type recordFlags struct {
	command       typedCommand
	source        typedSource
	target        typedTarget
	content       string // --content
	formerContent string // content given as --data, as it was before --content
	formerFolder  string // folder given as --ledger, as it was before --content
	folderChosen  bool   // --data gave the folder
	corrects      string
	dry           bool
}

// A folderValue is --data of the commands that once took their content there. A
// value that begins like a JSON object, @FILE or - is content; any other value
// is the folder, and sets chosen.
type folderValue struct {
	folder, content *string
	chosen          *bool
}

// String is the folder, which the help prints as the default.
func (v folderValue) String() string {
	if v.folder == nil { // pflag compares with a zero value
		return ""
	}
	return *v.folder
}

// Set takes one value of the flag.
func (v folderValue) Set(s string) error {
	if s == "-" || strings.HasPrefix(s, "@") || strings.HasPrefix(strings.TrimSpace(s), "{") {
		*v.content = s
		return nil
	}
	*v.folder, *v.chosen = s, true
	return nil
}

// Type is what the help calls the value.
func (v folderValue) Type() string { return "string" }

// recordCommand is the command "record": record one fact.
func (a *app) recordCommand() *cobra.Command {
	x := &recordFlags{}
	cmd := &cobra.Command{
		Use:   "record KIND",
		Short: "Ghi một sự việc / record one fact",
		Long: `Ghi một sự việc, đính chính (ledger.restated/1) hoặc rút lại (ledger.retracted/1) vào sổ.

Records one fact, correction or retraction. The same --key with the same words records
once, however often it is sent; without --key a new one is made and printed.
The content is JSON, @FILE, or - for standard input.`,
		Example: `  htxledger record coop.members-counted/1 --stream coop/htx-nong-nghiep-xanh-nam-da --valid 2024-03-31 \
    --content '{"official":41}' --source "Báo cáo quý I/2024" --key bao-cao/nam-da/2024q1`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: completeKinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := a.allowOutputs("table", "json"); err != nil {
				return err
			}
			c, err := a.readTyped(x, args[0])
			if err != nil {
				return asInputFault(err)
			}
			return asInputFault(a.record(cmd, c, x.dry))
		},
	}
	a.recordFlags(cmd, x)
	a.ifSizeFlag(cmd)
	return cmd
}

// recordFlags gives a command the flags of a command to be recorded.
func (a *app) recordFlags(cmd *cobra.Command, x *recordFlags) {
	f := cmd.Flags()
	f.StringVar(&x.command.Key, "key", "", "khóa của lệnh, gửi lại cũng chỉ ghi một lần / name of the command (default: a new one)")
	f.StringVar(&x.command.Stream, "stream", "", "luồng / family/key, such as coop/htx-nam-da")
	f.StringVar(&x.command.Valid, "valid", "", "ngày có hiệu lực / YYYY-MM-DD, YYYY-MM, YYYY, or dd/mm/yyyy")
	f.StringVar(&x.content, "content", "", "nội dung / JSON, @FILE, or -")
	f.Var(folderValue{&a.data, &x.formerContent, &x.folderChosen}, "data", dataUsage)
	f.StringVar(&x.formerFolder, "ledger", "", "") // the folder, where --data was the content
	_ = f.MarkHidden("ledger")
	f.StringVar(&x.source.Document, "source", "", "văn bản làm căn cứ / document")
	f.StringVar(&x.source.Issued, "source-issued", "", "ngày văn bản / day of the document")
	f.StringVar(&x.source.Issuer, "source-issuer", "", "cơ quan ban hành / who issued it")
	f.StringVar(&x.source.SHA256, "source-sha256", "", "mã băm của tệp / hash of its file")
	f.StringVar(&x.source.Note, "source-note", "", "ghi chú về căn cứ / note on it")
	f.StringVar(&x.corrects, "corrects", "", "bản ghi được đính chính: khóa hoặc id / key or id of what is corrected")
	f.StringVar(&x.target.Reason, "reason", "", "lý do đính chính / "+strings.Join(ledger.Reasons, ", "))
	f.StringVar(&x.target.Note, "note", "", "diễn giải lý do / the reason in words")
	f.BoolVar(&x.dry, "dry-run", false, "chỉ thử, không ghi / decide and record nothing")
	_ = cmd.MarkFlagRequired("stream")
	completeFlag(cmd, "reason", ledger.Reasons...)
}

// readTyped is the command of a kind the flags say.
func (a *app) readTyped(x *recordFlags, kind string) (*typedCommand, error) {
	c := &x.command
	c.Kind = kind
	if x.source != (typedSource{}) {
		c.Source = &x.source
	}
	if x.corrects != "" {
		x.target.name(x.corrects)
		c.Corrects = &x.target
	}
	if x.formerFolder != "" {
		// Two different folders cannot both be meant; the same one twice does no harm.
		if x.folderChosen && x.formerFolder != a.data {
			return nil, usageFault("two folders are given: with --data and with --ledger", "nêu hai thư mục sổ: ở --data và ở --ledger")
		}
		a.data = x.formerFolder
	}
	if x.formerContent != "" {
		if x.content != "" {
			return nil, usageFault("the content is given twice: with --content and with --data", "nêu nội dung hai lần: ở --content và ở --data")
		}
		a.say("Từ nay nội dung ghi sau --content; --data là thư mục sổ cái. / content is --content now; --data is the ledger's folder")
		x.content = x.formerContent
	}
	return c, a.readContent(c, x.content)
}

// name takes a word in the form of an id as a record's id, and any other as a command's key.
func (t *typedTarget) name(s string) {
	if _, err := ledger.ParseID(s); err == nil {
		t.ID = s
		return
	}
	t.Key = s
}

// readContent takes --content literally, or reads the named file or standard input.
func (a *app) readContent(c *typedCommand, content string) error {
	raw, err := []byte(content), error(nil)
	switch {
	case content == "-":
		raw, err = io.ReadAll(io.LimitReader(a.in, ledger.MaxAppendBytes+1))
	case strings.HasPrefix(content, "@"):
		raw, err = os.ReadFile(content[1:])
	}
	c.Data = raw
	return err
}

// draft reads the command as the ledger reads a line of a file. Data are looked
// at first and alone, so that no text in the data can pass for a member beside
// the data, and a fault in the data has its place there.
func (c *typedCommand) draft() (*ledger.Draft, error) {
	if len(c.Data) > 0 {
		data, err := canonical.Transform(c.Data, ledger.MaxEntryBytes)
		if err != nil {
			return nil, placeWithin("--content", err)
		}
		c.Data = data
	}
	line, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return ledger.ParseDraft(line)
}

// placeWithin puts the name of a flag before the place of a fault.
func placeWithin(flag string, err error) error {
	f := faultOf(err)
	if f.Field != "" {
		flag += " " + f.Field
	}
	return f.At(flag)
}

// record records a typed command and prints what became of it.
func (a *app) record(cmd *cobra.Command, c *typedCommand, dry bool) error {
	fresh := c.Key == ""
	if fresh {
		c.Key = "cli/" + uuid.NewString()
	}
	if err := c.isoDay(); err != nil {
		return err
	}
	d, err := c.draft()
	if err != nil {
		return err
	}
	results, err := a.recordDrafts(cmd, false, dry, plainDoor(), d)
	if err != nil {
		if errors.Is(err, ledger.ErrNoTarget) && c.Corrects != nil && c.Corrects.Key != "" {
			err = ledger.ErrNoTarget.With(c.Corrects.Key).At("--corrects").Because(err) // name the typed key, not the id made of it
		}
		if fresh {
			a.say("Khóa của lệnh / key: %s", c.Key)
		}
		return err
	}
	return a.printDone(recordedReply(c.Key, results, dry))
}

// isoDay turns a day typed as dd/mm/yyyy into the ledger's form.
func (c *typedCommand) isoDay() error {
	if !strings.Contains(c.Valid, "/") {
		return nil
	}
	d, err := calendar.ParseTyped(c.Valid)
	if err != nil {
		return placeWithin("--valid", err)
	}
	c.Valid = d.String()
	return nil
}

// recordDrafts opens the ledger, records through a door and closes it again.
func (a *app) recordDrafts(cmd *cobra.Command, create, dry bool, door recorder.Door, drafts ...*ledger.Draft) ([]recorder.Result, error) {
	corrects := func(d *ledger.Draft) bool { return d.Corrects != nil }
	if a.ifSize.size != nil && !slices.ContainsFunc(drafts, corrects) {
		return nil, usageFault("--if-size is for corrections", "--if-size chỉ dùng cho đính chính")
	}
	w, err := a.openWriting(cmd.Context(), create, a.now)
	if err != nil {
		return nil, err
	}
	door.UnchangedSince = a.ifSize.size
	results, err := w.takeDrafts(cmd.Context(), door, dry, drafts)
	a.closeWriting(w)
	return results, err
}

// closeWriting closes a ledger after writing. The records are durable already,
// so trouble in closing is a warning and no failure of the command.
func (a *app) closeWriting(w *writing) {
	if err := w.close(); err != nil {
		a.say("Lỗi khi đóng sổ; những gì đã báo ghi vẫn an toàn / closing failed; what was recorded is safe: %v", err)
	}
}

// recordedReply is the receipt of commands recorded, found or, in a dry run, tried.
func recordedReply(key string, results []recorder.Result, dry bool) reply {
	return reply{
		Answer: shown.Show(func() any { return shown.FromResults(results, dry) }),
		text: func(p *page) {
			for _, r := range results {
				word := "Đã ghi"
				switch {
				case dry:
					word = "Có thể ghi (chưa ghi gì)"
				case r.Repeated:
					word = "Đã ghi từ trước, lần này không ghi thêm"
				}
				p.line("%s: bản ghi @%d, %s, %s, lúc %s.", word, r.Record.Position, r.Record.Stream, r.Record.Kind, vi.Instant(r.Record.Recorded))
				p.line("id: %s", r.Record.ID)
				p.line("khóa: %s", key)
			}
		},
	}
}
