package eventstoredb_test
const fatalChild = "HTXLEDGER_TEST_FATAL"
func readUndated(string) int { return 0 }
