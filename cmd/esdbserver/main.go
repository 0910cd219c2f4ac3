// Command esdbserver runs the test-only EventStoreDB server, over our embedded
// store, to try htxledger against a server where no real one can be had:
//
//	go run ./cmd/esdbserver -data DIR
//
// It has neither TLS nor passwords, listens on this machine only, and is no
// place to keep anything. It stops on an interrupt; killed, it loses nothing
// that it has answered.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"

	"htxledger/domain/ledger/embedded"
	"htxledger/domain/ledger/eventstoredb/esdbtest"
)

func main() {
	data := flag.String("data", "", "directory for the events; it is made if it is not there")
	listen := flag.String("listen", "127.0.0.1:2113", "address on this machine")
	flag.Parse()
	if err := serve(*data, *listen); err != nil {
		fmt.Fprintln(os.Stderr, "esdbserver:", err)
		os.Exit(1)
	}
}

func serve(data, listen string) error {
	if data == "" {
		return errors.New("-data is missing")
	}
	if host, _, err := net.SplitHostPort(listen); err != nil || !net.ParseIP(host).IsLoopback() {
		return fmt.Errorf("-listen %s is not an address of this machine alone", listen)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	disk, err := embedded.Open(ctx, data, embedded.Options{Create: true})
	if err != nil {
		return err
	}
	defer disk.Close()
	db, err := esdbtest.OpenDatabase(ctx, disk)
	if err != nil {
		return err
	}
	server := esdbtest.NewServer(db, listen, esdbtest.Config{})
	if err := server.Start(); err != nil {
		return err
	}
	defer server.Stop()
	fmt.Println("test-only EventStoreDB server at", server.URL())
	<-ctx.Done()
	return nil
}
