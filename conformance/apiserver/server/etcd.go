package main

import (
	"errors"
	"net/url"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// startEtcd serves on a socket in the folder, and returns its address.
func startEtcd(folder string) (string, func(), error) {
	socket := url.URL{Scheme: "unix", Path: filepath.Join(folder, "etcd.sock")}

	config := embed.NewConfig()
	config.Dir = filepath.Join(folder, "etcd")
	config.LogLevel = "error"
	config.LogOutputs = []string{"stderr"}
	config.ListenClientUrls = []url.URL{socket}
	// Nobody else connects, but an address has to have a host and a port.
	config.ListenPeerUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	// The data does not outlive the process.
	config.UnsafeNoFsync = true

	etcd, err := embed.StartEtcd(config)
	if err != nil {
		return "", nil, err
	}
	select {
	case <-etcd.Server.ReadyNotify():
		return socket.String(), etcd.Close, nil
	case <-time.After(time.Minute):
		etcd.Close()
		return "", nil, errors.New("not ready after a minute")
	}
}
