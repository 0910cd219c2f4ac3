package main

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"htxledger/domain/fault"
	"htxledger/domain/ledger"
)

var (
	errTwoAdmins = fault.Declare("two-admins", fault.Forbidden,
		"this server has accounts: %s takes two administrators, each with a token: --admin-token FILE, given twice",
		"máy chủ này có tài khoản: %s cần hai quản trị viên, mỗi người một mã truy cập: nêu --admin-token TỆP hai lần")
	errSameAdmin = fault.Declare("two-admins-same", fault.Forbidden,
		"both tokens are of the account %s; the second administrator must be another person", "cả hai mã đều của tài khoản %s; quản trị viên thứ hai phải là người khác")
	errNotAdmin = fault.Declare("two-admins-role", fault.Forbidden,
		"the token in %s is of a %s, not of an administrator", "mã trong tệp %s thuộc vai trò %s, không phải quản trị viên")
	errNoAccounts = fault.Declare("two-admins-none", fault.Malformed,
		"there are no accounts in this folder, so no --admin-token can be checked", "thư mục này chưa có tài khoản nào nên không kiểm tra được --admin-token")
)

// adminTokens adds the flag by which two administrators agree to a command.
func adminTokens(cmd *cobra.Command, files *[]string) {
	cmd.Flags().StringArrayVar(files, "admin-token", nil,
		"tệp chứa mã truy cập của một quản trị viên; nêu hai lần, hai người khác nhau / a file with an administrator's token, given twice")
}

// readAdmins reads the two administrators who agree to a command, by the files of
// their tokens: the first is the actor of the record, and of the second the
// record names the account. Where no account was ever made whoever may write
// the folder's files is a person: the local user, and no second.
func (a *app) readAdmins(command string, files []string) (first *ledger.Actor, second string, err error) {
	store, err := a.openTokens()
	if err != nil {
		return nil, "", err
	}
	used, err := store.WasUsed()
	switch {
	case err != nil:
		return nil, "", err
	case !used && len(files) > 0:
		return nil, "", errNoAccounts
	case !used:
		return localActor(), "", nil
	case len(files) != 2:
		return nil, "", errTwoAdmins.With(command)
	}
	var both [2]ledger.Actor
	for i, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, "", err
		}
		t, err := store.Check(strings.TrimSpace(string(b)), a.now())
		if err != nil {
			return nil, "", err
		}
		if t.Role != "admin" {
			return nil, "", errNotAdmin.With(file, t.Role)
		}
		both[i] = t.Actor()
	}
	if both[0].ID == both[1].ID {
		return nil, "", errSameAdmin.With(both[0].ID)
	}
	return &both[0], both[1].ID, nil
}
