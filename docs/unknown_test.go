package docs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An unknown is what some packages may not know, whatever arrows house.md draws.
// A name that ends in /... is a package and all below it; "+" begins what is not
// ours; a path without either is of the standard library.
type unknown struct {
	rooms  []string // the packages that may not know
	except []string // some of them that may
	never  []string // what they may not import
	why    string
}

// unknowns can only be changed here, by hand: no -update extends them. A rule that
// stands in the way of a change is a question about the change first.
var unknowns = []unknown{
	{
		rooms:  []string{"domain/...", "projections/...", "api/..."},
		except: []string{"domain/ledger/embedded", "domain/ledger/eventstoredb/..."},
		never:  []string{"domain/ledger/embedded", "domain/ledger/eventstoredb/..."},
		why:    "a store is known only through ledger.Log, or two stores would not give the same answers",
	}, {
		rooms: []string{"domain/ledger/embedded", "domain/ledger/eventstoredb/..."},
		never: []string{"domain/register/...", "domain/recorder", "domain/audit/...", "domain/indicator", "domain/imports"},
		why:   "a store keeps bytes, and does not know what they say",
	}, {
		rooms: []string{"domain/place", "domain/coop", "domain/certificate", "domain/ocop", "domain/training", "domain/support", "domain/plan", "domain/statement", "domain/request"},
		never: []string{"domain/place", "domain/coop", "domain/certificate", "domain/ocop", "domain/training", "domain/support", "domain/plan", "domain/statement",
			"domain/request", "domain/register/...", "domain/recorder", "domain/indicator", "domain/assessment", "domain/audit/...", "domain/classification"},
		why: "a family is one folder that another ledger could leave out; the register puts families together",
	}, {
		rooms:  []string{"domain/register"},
		never:  []string{"domain/indicator", "domain/assessment", "domain/recorder", "domain/audit/..."},
		except: nil,
		why:    "the state of a day does not depend on what is counted of it",
	}, {
		rooms: []string{"domain/indicator", "domain/assessment"},
		never: []string{"domain/recorder", "domain/audit/...", "domain/durable"},
		why:   "a figure is a function of records and a question, so that a verifier can count it alone",
	}, {
		rooms:  []string{"domain/...", "projections/...", "api/..."},
		except: []string{"domain/durable", "domain/ledger/embedded", "domain/ledger/eventtest", "domain/audit/keydir", "projections/relay", "api", "api/access", "api/web", "api/report/reporttest"},
		never:  []string{"os"},
		why:    "files are read and written in few rooms, which say what is durable when (life-of-a-record.md)",
	}, {
		rooms:  []string{"domain/...", "projections/..."},
		except: []string{"domain/ledger/eventstoredb/...", "projections/relay"},
		never:  []string{"net", "net/http", "database/sql"},
		why:    "only what speaks to another machine knows the network",
	}, {
		rooms: []string{"projections/asof", "projections/answers", "projections/directory"},
		never: []string{"projections/feed", "projections/relay", "domain/recorder", "domain/imports"},
		why:   "an answer is read from what is known, and writes nothing",
	}, {
		rooms: []string{"projections/feed", "projections/relay"},
		never: []string{"projections/asof", "projections/answers", "projections/directory", "domain/register/..."},
		why:   "what carries records does not know what they say",
	}, {
		rooms: []string{"api/web", "api/vi", "api/shown", "api/report", "api/sheets", "api/chart", "api/docx"},
		never: []string{"projections/asof", "projections/feed", "projections/relay"},
		why:   "what is shown is what answers and directory say, at the point that they say it for",
	}, {
		rooms: []string{"api/web"},
		never: []string{"api/access", "domain/recorder", "api/sheets", "+github.com/labstack/echo/v4"},
		why:   "a page is an answer laid out; who may record, and how, is for the server to say",
	}, {
		rooms: []string{"api/openapi"},
		never: []string{"domain/...", "projections/...", "api/shown"},
		why:   "the document says what the table of routes and the Go types say",
	}, {
		rooms: []string{"cmd/htxverify"},
		never: []string{"domain/ledger", "domain/ledger/...", "domain/recorder", "domain/durable", "projections/...", "api/...", "net", "net/http"},
		why:   "the auditor's program needs no store and no server, and trusts none",
	},
}

// matches reports whether a package is of a name.
func matches(names []string, dir string) bool {
	for _, name := range names {
		if below, all := strings.CutSuffix(name, "/..."); dir == name || all && (dir == below || strings.HasPrefix(dir, below+"/")) {
			return true
		}
	}
	return false
}

// knowsTooMuch lists the imports that the unknowns forbid.
func knowsTooMuch(tree map[string]*room) (list []string) {
	for _, u := range unknowns {
		for dir, r := range tree {
			if !matches(u.rooms, dir) || matches(u.except, dir) {
				continue
			}
			for _, x := range append(sorted(r.imports), sorted(r.standard)...) {
				if x != dir && matches(u.never, x) {
					list = append(list, dir+" -> "+x+": "+u.why)
				}
			}
		}
	}
	return list
}

// What a package may not know it does not import.
func TestUnknowns(t *testing.T) {
	tree := rooms(t)
	require.Empty(t, knowsTooMuch(tree))
	for _, u := range unknowns {
		for _, name := range append(append([]string{}, u.rooms...), u.except...) {
			found := false
			for dir := range tree {
				found = found || matches([]string{name}, dir)
			}
			require.True(t, found, "the unknowns name %s, which is not there", name)
		}
	}
}

// An import that every other test lets pass once -update has drawn it is refused.
func TestUnknownsCannotBeExtended(t *testing.T) {
	tree := rooms(t)
	for _, c := range [][2]string{
		{"domain/indicator", "domain/ledger/embedded"}, {"domain/recorder", "domain/ledger/eventstoredb"}, {"api", "domain/ledger/embedded"},
		{"api/web", "projections/asof"}, {"domain/coop", "domain/place"}, {"cmd/htxverify", "net/http"}, {"projections/relay", "domain/register"},
		{"domain/plan", "os"}, {"domain/ledger/embedded", "domain/register"},
	} {
		imports := tree[c[0]].standard
		if tree[c[1]] != nil {
			imports = tree[c[0]].imports
		}
		imports[c[1]] = true
		list := knowsTooMuch(tree)
		delete(imports, c[1])
		require.NotEmpty(t, list, "%s -> %s", c[0], c[1])
		require.Contains(t, list[0], c[0]+" -> "+c[1])
	}
}
