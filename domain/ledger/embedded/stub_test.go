package embedded_test

func childFaulted(string) error { return nil }
