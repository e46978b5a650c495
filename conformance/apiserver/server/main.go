// Command server runs a Kubernetes API server with its etcd on loopback, until its standard input ends.
// It writes where it listens, as JSON, to standard output, and keeps everything else in one folder.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/spf13/pflag"
	"k8s.io/apiserver/pkg/server/options"
	"k8s.io/client-go/util/keyutil"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	kubeoptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// access is what a client needs to know.
type access struct {
	URL   string `json:"url"`
	Token string `json:"token"`
	CA    string `json:"ca"`
}

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: server FOLDER")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(folder string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// A parent that dies closes the pipe, whatever it dies of.
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()

	storage, stop, err := startEtcd(folder)
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	defer stop()

	token := uuid.NewString()
	server, err := serverOptions(folder, storage, token)
	if err != nil {
		return err
	}
	completed, err := server.Complete(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(completed.Validate()...); err != nil {
		return err
	}

	ca := filepath.Join(folder, completed.SecureServing.ServerCert.PairName+".crt")
	if err := json.NewEncoder(os.Stdout).Encode(access{"https://" + server.SecureServing.Listener.Addr().String(), token, ca}); err != nil {
		return err
	}
	return app.Run(ctx, completed)
}

func serverOptions(folder, storage, token string) (*kubeoptions.ServerRunOptions, error) {
	key := filepath.Join(folder, "service-accounts.key")
	if _, _, err := keyutil.LoadOrGenerateKeyFile(key); err != nil {
		return nil, err
	}
	tokens := filepath.Join(folder, "tokens.csv")
	if err := os.WriteFile(tokens, []byte(token+",admin,admin,system:masters\n"), 0o600); err != nil {
		return nil, err
	}
	listener, port, err := options.CreateListener("tcp", "127.0.0.1:0", net.ListenConfig{})
	if err != nil {
		return nil, err
	}

	server := kubeoptions.NewServerRunOptions()
	flags := pflag.NewFlagSet("server", pflag.ContinueOnError)
	for _, set := range server.Flags().FlagSets {
		flags.AddFlagSet(set)
	}
	server.SecureServing.Listener, server.SecureServing.BindPort = listener, port
	return server, flags.Parse([]string{
		"--authorization-mode=AlwaysAllow",
		"--bind-address=127.0.0.1",
		"--cert-dir=" + folder,
		"--endpoint-reconciler-type=none",
		"--etcd-servers=" + storage,
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + key,
		"--service-account-signing-key-file=" + key,
		"--service-cluster-ip-range=10.0.0.0/16",
		"--token-auth-file=" + tokens,
	})
}
