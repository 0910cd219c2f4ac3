package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"htxledger/api/imports"
	"htxledger/api/shown"
	"htxledger/domain/register"
)

// A matrixRow is a line of the table of docs/access.md, which is written by hand.
type matrixRow struct {
	kinds   []string
	variant string // "of a count", or ""
	cells   []string
}

// matrixRoles are the senders of the columns: role, place, and of the officers
// which of the three commands of a row they send.
var matrixRoles = []struct {
	roles    []string
	relation string
}{
	{[]string{"officer"}, "own"}, {[]string{"officer"}, "elsewhere"}, {[]string{"officer"}, "across"},
	{[]string{"alliance"}, ""}, {[]string{"admin"}, ""}, {[]string{"auditor", "analyst"}, ""},
}

// wantedCodes are the codes of a refusal by the word of a cell; none is accepted.
var wantedCodes = map[string][]string{
	"yes":        nil,
	"no":         {"forbidden", "outside-own-place", "not-for-role"},
	"other side": {"both-sides"},
	"second":     {"second-person"},
	"command":    {"kind-reserved"},
	"issuer":     nil, // the alliance of the matrix issued the statement
	"never":      {"ledger-opened", "correction-uncorrectable"},
}

func readMatrix(t *testing.T) []matrixRow {
	b, err := os.ReadFile("../docs/access.md")
	require.NoError(t, err)
	var rows []matrixRow
	kind := regexp.MustCompile("`[^`]+`")
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 7 || !strings.HasPrefix(line, "| `") {
			continue
		}
		row := matrixRow{variant: strings.TrimSpace(kind.ReplaceAllString(cells[0], ""))}
		for _, k := range kind.FindAllString(cells[0], -1) {
			row.kinds = append(row.kinds, strings.Trim(k, "`"))
		}
		for _, c := range cells[1:] {
			row.cells = append(row.cells, strings.TrimSpace(c))
		}
		rows = append(rows, row)
	}
	require.LessOrEqual(t, len(rows), 60)
	return rows
}

// matrixWorld is what the commands of the matrix are about: for each of two
// districts one co-operative in every state that a kind needs, and m, which
// moves from dak-mil to krong-no in the middle of 2023.
func matrixWorld() []string {
	world := []string{
		`{"key":"p9","stream":"place/p9","kind":"place.declared/1","valid":"2004-01-01","data":{"code":"p9","level":"commune","name":"Xã Chín","parent":"krong-no"}}`,
		`{"key":"kh","stream":"plan/kh","kind":"plan.adopted/1","valid":"2023-01-10","data":{"number":"1/KH","issued":"2023-01-10","year":2023,"place":"dak-nong","title":"Kế hoạch","targets":[{"id":"T1","text":"2 HTX","rule":"at-least","low":2,"unit":"HTX","indicator":"coops.established","owners":["LMHTX"],"cited":"I"}],"tasks":[{"id":"A1","text":"Báo cáo","leads":["LMHTX"],"with":[],"results":[{"text":"Báo cáo"}],"due":"2023-12","cited":"PL"}]}}`,
		`{"key":"f-m","stream":"coop/m","kind":"coop.established/1","valid":"2020-01-02","data":{"name":"HTX Mười","form":"htx","place":"dak-mil","agricultural":true,"sector":"x","law":"2003"}}`,
		`{"key":"l-m","stream":"coop/m","kind":"coop.linked/1","valid":"2020-02-02","data":{"contract":"HD1","enterprise":"Doanh nghiệp"}}`,
		`{"key":"s-m","stream":"coop/m","kind":"coop.suspended/1","valid":"2023-01-05","data":{}}`,
		`{"key":"n-m","stream":"coop/m","kind":"coop.members-counted/1","valid":"2023-01-05","data":{"official":12}}`,
		`{"key":"move-m","stream":"coop/m","kind":"coop.relocated/1","valid":"2023-07-01","data":{"place":"nam-da"}}`,
	}
	for side, place := range map[string]string{"own": "dak-mil", "far": "nam-da"} {
		line := func(format string) {
			world = append(world, strings.NewReplacer("{s}", side, "{p}", place).Replace(format))
		}
		line(`{"key":"f-{s}","stream":"coop/{s}","kind":"coop.established/1","valid":"2020-01-02","data":{"name":"HTX {s}","form":"htx","place":"{p}","agricultural":true,"sector":"x","law":"2003"}}`)
		line(`{"key":"f2-{s}","stream":"coop/{s}2","kind":"coop.established/1","valid":"2020-01-02","data":{"name":"HTX {s} 2","form":"htx","place":"{p}","agricultural":true,"sector":"x"}}`)
		line(`{"key":"s2-{s}","stream":"coop/{s}2","kind":"coop.suspended/1","valid":"2023-01-05","data":{}}`)
		line(`{"key":"l-{s}","stream":"coop/{s}","kind":"coop.linked/1","valid":"2020-02-02","data":{"contract":"HD1","enterprise":"Doanh nghiệp"}}`)
		line(`{"key":"n-{s}","stream":"coop/{s}","kind":"coop.members-counted/1","valid":"2023-01-05","data":{"official":12}}`)
		line(`{"key":"c-{s}","stream":"certificate/{s}","kind":"certificate.granted/1","valid":"2023-01-05","data":{"coop":"{s}","scheme":"vietgap","group":"production","until":"2025-01-01"}}`)
		line(`{"key":"c2-{s}","stream":"certificate/{s}2","kind":"certificate.granted/1","valid":"2023-01-05","data":{"coop":"{s}","scheme":"organic","group":"production","until":"2025-01-01"}}`)
		line(`{"key":"cs2-{s}","stream":"certificate/{s}2","kind":"certificate.suspended/1","valid":"2023-02-05","data":{}}`)
		line(`{"key":"o-{s}","stream":"ocop/{s}","kind":"ocop.rated/1","valid":"2023-01-05","data":{"product":"{s}","name":"Gạo","owner":"{s}","stars":3,"authority":"district"}}`)
		line(`{"key":"r-{s}","stream":"request/{s}","kind":"request.made/1","valid":"2024-01-01","data":{"command":{"stream":"coop/{s}","kind":"coop.relocated/1","valid":"2023-05-01","data":{"place":"p9"}}}}`)
	}
	return world
}

// matrixCommands are, by kind and variant, the members stream, valid, corrects
// and data of a command, with {s} for a co-operative of one side and {p} for
// its place; a second text is the command across both places.
var matrixCommands = map[string][2]string{
	"coop.established/1":        {`"stream":"coop/new-{s}","valid":"2023-03-01","data":{"name":"HTX Mới","form":"htx","place":"{p}","agricultural":true,"sector":"x"}`},
	"coop.renamed/1":            coopCommand(`"valid":"2023-03-01","data":{"name":"HTX Tên Khác"}`),
	"coop.resectored/1":         coopCommand(`"valid":"2023-03-01","data":{"agricultural":false,"sector":"y"}`),
	"coop.identified/1":         coopCommand(`"valid":"2023-03-01","data":{"registration":"123"}`),
	"coop.reorganised/1":        coopCommand(`"valid":"2023-03-01","data":{"law":"2012"}`),
	"coop.suspended/1":          coopCommand(`"valid":"2023-03-01","data":{}`),
	"coop.resumed/1":            {`"stream":"coop/{s}2","valid":"2023-03-01","data":{}`, `"stream":"coop/m","valid":"2023-03-01","data":{}`},
	"coop.inactive/1":           coopCommand(`"valid":"2023-03-01","data":{}`),
	"coop.dissolving/1":         coopCommand(`"valid":"2023-03-01","data":{}`),
	"coop.dissolved/1":          {`"stream":"coop/{s}","valid":"2023-03-01","data":{"mode":"voluntary"}`},
	"coop.left/1":               {`"stream":"coop/{s}","valid":"2023-03-01","data":{"to":"enterprise"}`},
	"coop.relocated/1":          {`"stream":"coop/{s}","valid":"2023-03-01","data":{"place":"{p}"}`, `"stream":"coop/own","valid":"2023-03-01","data":{"place":"nam-da"}`},
	"coop.merged/1":             {`"stream":"coop/{s}2","valid":"2023-03-01","data":{"into":"{s}"}`, `"stream":"coop/own","valid":"2023-03-01","data":{"into":"far"}`},
	"coop.divided/1":            {`"stream":"coop/{s}","valid":"2023-03-01","data":{"into":["{s}","{s}2"]}`, `"stream":"coop/own","valid":"2023-03-01","data":{"into":["own","far"]}`},
	"coop.members-counted/1":    coopCommand(`"valid":"2023-03-01","data":{"official":21}`),
	"coop.workers-counted/1":    coopCommand(`"valid":"2023-03-01","data":{"regular":21}`),
	"coop.year-reported/1":      coopCommand(`"valid":"2022-12-31","data":{"year":2022,"basis":"actual","revenue":100}`),
	"coop.scored/1":             coopCommand(`"valid":"2022-12-31","data":{"year":2022,"scheme":"tt09-2017","points_hundredths":8000}`),
	"coop.classed/1":            coopCommand(`"valid":"2022-12-31","data":{"year":2022,"scheme":"tt09-2017","class":"weak"}`),
	"coop.linked/1":             coopCommand(`"valid":"2023-03-01","data":{"contract":"HD2","enterprise":"Doanh nghiệp"}`),
	"coop.unlinked/1":           coopCommand(`"valid":"2023-03-01","data":{"contract":"HD1"}`),
	"certificate.granted/1":     {`"stream":"certificate/new-{s}","valid":"2023-03-01","data":{"coop":"{s}","scheme":"vietgap","group":"production"}`, `"stream":"certificate/new-m","valid":"2023-03-01","data":{"coop":"m","scheme":"vietgap","group":"production"}`},
	"certificate.renewed/1":     {`"stream":"certificate/{s}","valid":"2023-03-01","data":{"until":"2026-01-01"}`},
	"certificate.suspended/1":   {`"stream":"certificate/{s}","valid":"2023-03-01","data":{}`},
	"certificate.reinstated/1":  {`"stream":"certificate/{s}2","valid":"2023-03-01","data":{}`},
	"certificate.withdrawn/1":   {`"stream":"certificate/{s}","valid":"2023-03-01","data":{}`},
	"ocop.rated/1":              {`"stream":"ocop/new-{s}","valid":"2023-03-01","data":{"product":"new-{s}","name":"Gạo","owner":"{s}","stars":3,"authority":"district"}`, `"stream":"ocop/far","valid":"2023-03-01","data":{"product":"far","name":"Gạo","owner":"own","stars":3,"authority":"district"}`},
	"ocop.revoked/1":            {`"stream":"ocop/{s}","valid":"2023-03-01","data":{}`},
	"training.held/1":           {`"stream":"training/new-{s}","valid":"2023-03-01","data":{"title":"Lớp","programme":"plan","place":"{p}","attendances":30}`},
	"support.conference-held/1": {`"stream":"support/new-{s}","valid":"2023-03-01","data":{"title":"Hội nghị","place":"{p}"}`},
	"support.given/1":           {`"stream":"support/new-{s}","valid":"2023-03-01","data":{"coop":"{s}","help":"packaging"}`, `"stream":"support/new-m","valid":"2023-03-01","data":{"coop":"m","help":"packaging"}`},
	"support.model-recognised/1": {`"stream":"support/new-{s}","valid":"2023-03-01","data":{"coop":"{s}","model":"value-chain"}`,
		`"stream":"support/new-m","valid":"2023-03-01","data":{"coop":"m","model":"value-chain"}`},
	"support.fair-attended/1": {`"stream":"support/new-{s}","valid":"2023-03-01","data":{"fair":"Hội chợ","coops":["{s}"]}`,
		`"stream":"support/new-m","valid":"2023-03-01","data":{"fair":"Hội chợ","coops":["own","far"]}`},
	"ledger.restated/1 of a count":                {`"stream":"coop/{s}","corrects":{"key":"n-{s}","reason":"typo"},"data":{"official":13}`, `"stream":"coop/m","corrects":{"key":"n-m","reason":"typo"},"data":{"official":13}`},
	"ledger.restated/1 that moves a seat":         {`"stream":"coop/{s}","corrects":{"key":"f-{s}","reason":"typo"},"data":{"name":"HTX","form":"htx","place":"{p}","agricultural":true,"sector":"x"}`, `"stream":"coop/own","corrects":{"key":"f-own","reason":"typo"},"data":{"name":"HTX","form":"htx","place":"nam-da","agricultural":true,"sector":"x"}`},
	"ledger.restated/1 that moves a holder":       {`"stream":"certificate/{s}","corrects":{"key":"c-{s}","reason":"typo"},"data":{"coop":"{s}2","scheme":"vietgap","group":"production"}`, `"stream":"certificate/own","corrects":{"key":"c-own","reason":"typo"},"data":{"coop":"far","scheme":"vietgap","group":"production"}`},
	"ledger.retracted/1 of a count":               {`"stream":"coop/{s}","corrects":{"key":"n-{s}","reason":"typo"}`},
	"ledger.retracted/1 of a move":                {`"stream":"coop/far","corrects":{"key":"n-far","reason":"typo"}`, `"stream":"coop/m","corrects":{"key":"move-m","reason":"typo"}`},
	"place.declared/1":                            {`"stream":"place/new","valid":"2023-03-01","data":{"code":"new","level":"commune","name":"Xã Mới","parent":"dak-mil"}`},
	"place.renamed/1":                             {`"stream":"place/dak-mil","valid":"2023-03-01","data":{"name":"Huyện Tên Khác"}`},
	"place.moved/1":                               {`"stream":"place/p9","valid":"2023-03-01","data":{"parent":"dak-mil"}`},
	"place.merged/1":                              {`"stream":"place/p9","valid":"2023-03-01","data":{"into":"nam-da"}`},
	"place.abolished/1":                           {`"stream":"place/p9","valid":"2023-03-01","data":{}`},
	"place.split/1":                               {`"stream":"place/p9","valid":"2023-03-01","data":{"into":["p9","nam-da"]}`},
	"place.renamed/1 of the ledger's province":    {`"stream":"place/dak-nong","valid":"2023-03-01","data":{"name":"Tỉnh Tên Khác"}`},
	"ledger.retracted/1 of the ledger's province": {`"stream":"place/dak-nong","corrects":{"key":"p0","reason":"typo"}`},
	"plan.adopted/1":                              {`"stream":"plan/new","valid":"2024-01-02","data":{"number":"2/KH","issued":"2024-01-02","year":2024,"place":"dak-nong","title":"Kế hoạch","targets":[],"tasks":[]}`},
	"plan.adopted/1 in place of another":          {`"stream":"plan/new","valid":"2024-01-02","data":{"number":"2/KH","issued":"2024-01-02","year":2023,"place":"dak-nong","title":"Kế hoạch","targets":[],"tasks":[]}`},
	"plan.delivered/1":                            {`"stream":"plan/kh","valid":"2023-12-01","data":{"task":"A1","deliverable":"Báo cáo","unit":"LMHTX"}`},
	"plan.noted/1":                                {`"stream":"plan/kh","valid":"2023-12-01","data":{"about":"T1","finding":"vague","text":"Chưa rõ"}`},
	"plan.amended/1":                              {`"stream":"plan/kh","valid":"2023-12-01","data":{"document":"3/KH","targets":[{"id":"T1","text":"1 HTX","rule":"at-least","low":1,"unit":"HTX","indicator":"coops.established","owners":["LMHTX"],"cited":"I"}]}`},
	"policy.chosen/1":                             {`"stream":"policy/p","valid":"2023-12-01","data":{"of":"tolerance","value":"10%"}`},
	"ledger.retracted/1 of a plan":                {`"stream":"plan/kh","corrects":{"key":"kh","reason":"typo"}`},
	"request.made/1":                              {`"stream":"request/new-{s}","valid":"2024-01-02","data":{"command":{"stream":"coop/{s}","kind":"coop.renamed/1","valid":"2023-03-01","data":{"name":"HTX Tên Khác"}}}`, `"stream":"request/new-m","valid":"2024-01-02","data":{"command":{"stream":"coop/m","kind":"coop.members-counted/1","valid":"2023-03-01","data":{"official":4}}}`},
	"request.refused/1":                           {`"stream":"request/{s}","valid":"2024-01-02","data":{"reason":"chưa có văn bản"}`, `"stream":"request/own","valid":"2024-01-02","data":{"reason":"chưa có văn bản"}`},
	"statement.issued/1":                          {`"stream":"statement/x","valid":"2024-01-02","data":{"definitions":{"coops.registered":1},"figures":[{"denominator":1,"indicator":"coops.registered","numerator":999,"unit":"HTX","value":"999"}],"map":"2023-12-31","period":"year","place":"dak-nong","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","scheme":"tt09-2017","size":1,"title":"Giả","valid":"2023-12-31"}`},
	"statement.issued/2":                          {`"stream":"statement/x","valid":"2024-01-02","data":{"duties":2,"definitions":{"coops.registered":1},"figures":[{"denominator":1,"indicator":"coops.registered","numerator":999,"unit":"HTX","value":"999"}],"map":"2023-12-31","period":"year","place":"dak-nong","root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","scheme":"tt09-2017","size":1,"title":"Giả","valid":"2023-12-31"}`},
	"ledger.key-announced/1":                      {`"stream":"ledger/keys","valid":"2024-01-02","data":{"key":"x","from":99}`},
	"ledger.key-announced/2":                      {`"stream":"ledger/keys","valid":"2024-01-02","data":{"key":"x","from":99}`},
	"ledger.recovered/1":                          {`"stream":"ledger/main","valid":"2024-01-02","data":{}`},
	"ledger.key-voided/1":                         {`"stream":"ledger/keys","valid":"2024-01-02","data":{"key":"x","reason":"không phải khóa của sổ"}`},
	"statement.withdrawn/1":                       {`"stream":"statement/st","valid":"2024-01-05","data":{"reason":"in nhầm"}`},
	"ledger.retracted/1 of a statement":           {`"stream":"statement/st","corrects":{"key":"statement/st","reason":"typo"}`},
	"ledger.opened/1":                             {`"stream":"ledger/other","valid":"2024-01-02","data":{"origin":"x.test","place":"dak-nong","title":"x"}`},
}

// coopCommand is a command in the stream of a co-operative of one side, and in
// that of the one that moves from one to the other.
func coopCommand(rest string) [2]string {
	return [2]string{`"stream":"coop/{s}",` + rest, `"stream":"coop/m",` + rest}
}

// A command alone, as the last of a batch, and as the last line of a file comes
// to the same end, which is what the table of docs/access.md says.
func TestTheMatrixOfPermissions(t *testing.T) {
	h := newHouse(t)
	h.record(matrixWorld()...)
	tokens := map[string]string{}
	for _, role := range []string{"officer", "alliance", "admin", "auditor", "analyst"} {
		tokens[role] = h.token("t-"+role, role, "dak-mil")
	}
	other := h.token("t-alliance-2", "alliance", "")
	issued, got := h.do(http.MethodPost, "/api/v1/statements", `{"title":"Số liệu","key":"st","codes":["coops.registered"],"as_of":"2023-12-31"}`,
		"Content-Type", "application/json", "Authorization", "Bearer "+tokens["alliance"])
	require.Equal(t, http.StatusCreated, issued.StatusCode, got)

	rows, size, seen := readMatrix(t), h.size(), map[string]bool{}
	require.NotEmpty(t, rows)
	for _, row := range rows {
		for _, kind := range row.kinds {
			seen[kind] = true
			for i, column := range matrixRoles {
				cell := row.cells[i]
				commands := matrixSent(t, kind, row.variant, column.relation)
				if cell == "–" {
					continue
				}
				codes, known := wantedCodes[cell]
				require.True(t, known, "the table has the word %q", cell)
				for _, role := range column.roles {
					for n, command := range commands {
						if cell == "issuer" {
							key := fmt.Sprintf("other-%s-%d", strings.ReplaceAll(kind, "/", "@"), n)
							matrixTry(t, h, other, role, key, command, []string{"statement-not-issuer"})
						}
						key := fmt.Sprintf("%s-%s-%s-%d-%d", strings.ReplaceAll(kind, "/", "@"), strings.ReplaceAll(row.variant, " ", "-"), role, i, n)
						matrixTry(t, h, tokens[role], role, key, command, codes)
					}
				}
			}
		}
	}
	require.Equal(t, size, h.size(), "a dry run or a refusal recorded something")
	for _, kind := range register.Kinds() {
		require.True(t, seen[string(kind)], "docs/access.md does not say who may record %s", kind)
	}
}

// matrixSent are the commands that a sender of a relation sends; the alliance
// and those above it send those of both sides.
func matrixSent(t *testing.T, kind, variant, relation string) (commands []string) {
	t.Helper()
	forms, ok := matrixCommands[strings.TrimSpace(kind+" "+variant)]
	require.True(t, ok, "no command for %s %s", kind, variant)
	side := func(s, p string) string {
		return `"kind":"` + kind + `",` + strings.NewReplacer("{s}", s, "{p}", p).Replace(forms[0])
	}
	if relation == "own" || relation == "" {
		commands = append(commands, side("own", "dak-mil"))
	}
	if relation == "elsewhere" || relation == "" {
		commands = append(commands, side("far", "nam-da"))
	}
	if (relation == "across" || relation == "") && forms[1] != "" {
		commands = append(commands, `"kind":"`+kind+`",`+forms[1])
	}
	return commands
}

// matrixTry sends a command in three ways, as a trial, and holds each answer to
// the codes of the refusal that is wanted; no code is an acceptance.
func matrixTry(t *testing.T, h *house, token, role, key, command string, codes []string) {
	t.Helper()
	line := `{"key":"` + key + `",` + command + `}`
	first := `{"key":"first-` + key + `","stream":"coop/first-` + strings.NewReplacer("@", "-", "'", "-").Replace(key) +
		`","kind":"coop.established/1","valid":"2023-03-01","data":{"name":"HTX Đầu","form":"htx","place":"dak-mil","agricultural":true,"sector":"x"}}`
	headers := []string{"Content-Type", "application/json", "Authorization", "Bearer " + token}

	check := func(way string, res *http.Response, found []string, body string) {
		t.Helper()
		if len(codes) == 0 {
			require.Less(t, res.StatusCode, 300, "%s %s %s: %s", role, way, line, body)
			require.Empty(t, found, "%s %s %s: %s", role, way, line, body)
			return
		}
		require.True(t, slices.ContainsFunc(found, func(code string) bool { return slices.Contains(codes, code) }),
			"%s %s %s: want %v, have %v in %s", role, way, line, codes, found, body)
	}
	res, body := h.do(http.MethodPost, "/api/v1/commands?dry_run=true", line, headers...)
	check("alone", res, problemCodes(t, res, body), body)
	res, body = h.do(http.MethodPost, "/api/v1/commands/batch?dry_run=true", `{"commands":[`+first+`,`+line+`]}`, headers...)
	check("in a batch", res, problemCodes(t, res, body), body)

	form, kind := formOfFiles(t, nil, "lenh.ndjson", first+"\n"+line+"\n")
	res, body = h.do(http.MethodPost, "/api/v1/imports", form, "Content-Type", kind, "Authorization", "Bearer "+token)
	if res.StatusCode != http.StatusAccepted {
		check("in a file", res, problemCodes(t, res, body), body)
		return
	}
	at := res.Header.Get("Location")
	h.server.tray.Wait()
	res, body = h.do(http.MethodGet, at, "", headers...)
	var staged imports.Staged
	require.NoError(t, json.Unmarshal([]byte(body), &staged), body)
	var found []string
	if staged.Result != nil {
		for _, e := range staged.Result.Errors {
			found = append(found, e.Code)
		}
	}
	if staged.Problem != nil {
		found = append(found, staged.Problem.Code)
	}
	check("in a file", res, found, body)
	deleted, body := h.do(http.MethodDelete, at, "", "Authorization", "Bearer "+token)
	require.Less(t, deleted.StatusCode, 300, body)
}

// problemCodes are the codes of a refused request: its own, and of a batch those
// of its commands.
func problemCodes(t *testing.T, res *http.Response, body string) (codes []string) {
	t.Helper()
	if res.StatusCode < 300 {
		return nil
	}
	var p shown.Problem
	require.NoError(t, json.Unmarshal([]byte(body), &p), body)
	require.Equal(t, "not_recorded", p.Outcome, body)
	codes = append(codes, p.Code)
	for _, e := range p.Errors {
		codes = append(codes, e.Code)
	}
	return codes
}

// The attack of one batch: found at home, move to another district, count 500
// members there. Nothing of it is recorded, and the figures of that district
// stay as they were; with the agreement of the other side it is recorded.
func TestAnOfficersBatchMovesNothingElsewhere(t *testing.T) {
	h := newHouse(t)
	own, other := h.token("o1", "officer", "dak-mil"), h.token("o2", "officer", "krong-no")
	send := func(token, path, body string) (*http.Response, string) {
		return h.do(http.MethodPost, path, body, "Content-Type", "application/json", "Authorization", "Bearer "+token)
	}
	members := func() string {
		res, body := h.do(http.MethodGet, "/api/v1/indicators/members.total?as_of=2023-12-31&place=krong-no&format=csv", "", "Authorization", "Bearer "+other)
		require.Equal(t, http.StatusOK, res.StatusCode, body)
		return strings.Split(body, "\n")[1]
	}
	figure, size := members(), h.size()
	founding := `{"key":"x1","stream":"coop/x","kind":"coop.established/1","valid":"2023-01-02","data":{"name":"X","form":"htx","place":"dak-mil","agricultural":true,"sector":"x"}}`
	move := `"stream":"coop/x","kind":"coop.relocated/1","valid":"2023-01-03","data":{"place":"nam-da"}`
	count := `{"key":"x3","stream":"coop/x","kind":"coop.members-counted/1","valid":"2023-01-04","data":{"official":500}}`
	res, body := send(own, "/api/v1/commands/batch", `{"commands":[`+founding+`,{"key":"x2",`+move+`},`+count+`]}`)
	require.Equal(t, http.StatusForbidden, res.StatusCode, body)
	require.Contains(t, problemCodes(t, res, body), "both-sides")
	require.Equal(t, size, h.size())
	require.Equal(t, figure, members())

	res, body = send(own, "/api/v1/commands/batch", `{"commands":[`+founding+`,{"key":"ask","stream":"request/x","kind":"request.made/1","valid":"2024-01-05","data":{"command":{`+move+`}}}]}`)
	require.Equal(t, http.StatusCreated, res.StatusCode, body)
	res, body = send(own, "/api/v1/commands", `{"key":"request/x",`+move+`}`)
	require.Equal(t, http.StatusForbidden, res.StatusCode, body)
	res, body = send(other, "/api/v1/commands", `{"key":"request/x",`+move+`}`)
	require.Equal(t, http.StatusCreated, res.StatusCode, body)
	res, body = send(own, "/api/v1/commands", count)
	require.Equal(t, http.StatusForbidden, res.StatusCode, body)
	res, body = send(other, "/api/v1/commands", count)
	require.Equal(t, http.StatusCreated, res.StatusCode, body)
	require.NotEqual(t, figure, members())
}
