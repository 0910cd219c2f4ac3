package relay_test

const childEnv = "HTXLEDGER_TEST_CHILD"

func playChild(string) {}
