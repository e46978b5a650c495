package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	bootstrap "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
)

// An Envoy on loopback that has every sidecar's listener, each on a port of its own.
type proxy struct {
	process *exec.Cmd
	// Address of each listener, by its name.
	listeners map[string]string
}

// The cluster that takes the connections which pass the policies of a TCP port.
const backendCluster = "backend"

func start(binary, folder string, listeners []*listener.Listener, backend string) (*proxy, error) {
	config, err := proto.Marshal(&bootstrap.Bootstrap{
		Node:  &core.Node{Id: "conformance", Cluster: "conformance"},
		Admin: &bootstrap.Admin{Address: loopback(0)},
		StaticResources: &bootstrap.Bootstrap_StaticResources{
			Listeners: listeners,
			Clusters: []*cluster.Cluster{{
				Name:           backendCluster,
				ConnectTimeout: durationpb.New(5 * time.Second),
				LoadAssignment: &endpoint.ClusterLoadAssignment{
					ClusterName: backendCluster,
					Endpoints: []*endpoint.LocalityLbEndpoints{{LbEndpoints: []*endpoint.LbEndpoint{{
						HostIdentifier: &endpoint.LbEndpoint_Endpoint{Endpoint: &endpoint.Endpoint{Address: &core.Address{
							Address: &core.Address_Pipe{Pipe: &core.Pipe{Path: backend}},
						}}},
					}}}},
				},
			}},
		},
	})
	if err != nil {
		return nil, err
	}
	configFile, adminFile, logFile := filepath.Join(folder, "envoy.pb"), filepath.Join(folder, "admin"), filepath.Join(folder, "envoy.log")
	if err := os.WriteFile(configFile, config, 0o600); err != nil {
		return nil, err
	}
	e := &proxy{process: exec.Command(binary, "--config-path", configFile, "--admin-address-path", adminFile, "--log-path", logFile,
		"--log-level", "warning", "--concurrency", "1", "--use-dynamic-base-id")}
	if err := e.process.Start(); err != nil {
		return nil, err
	}
	exited := make(chan error, 1)
	go func() { exited <- e.process.Wait() }()
	for range 600 {
		select {
		case err := <-exited:
			log, _ := os.ReadFile(logFile)
			return nil, fmt.Errorf("envoy ended: %v\n%s", err, log)
		case <-time.After(100 * time.Millisecond):
		}
		if e.listeners = activeListeners(adminFile); len(e.listeners) == len(listeners) {
			return e, nil
		}
	}
	e.stop()
	log, _ := os.ReadFile(logFile)
	return nil, fmt.Errorf("envoy did not start: it has %d listeners of %d\n%s", len(e.listeners), len(listeners), log)
}

func (e *proxy) stop() {
	_ = e.process.Process.Kill()
}

// The listeners of a ready Envoy; none before it is ready.
func activeListeners(adminFile string) map[string]string {
	admin, err := os.ReadFile(adminFile)
	if err != nil {
		return nil
	}
	base := "http://" + strings.TrimSpace(string(admin))
	ready, err := http.Get(base + "/ready")
	if err != nil {
		return nil
	}
	ready.Body.Close()
	if ready.StatusCode != http.StatusOK {
		return nil
	}
	response, err := http.Get(base + "/listeners?format=json")
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	var statuses struct {
		ListenerStatuses []struct {
			Name         string `json:"name"`
			LocalAddress struct {
				SocketAddress struct {
					Address   string `json:"address"`
					PortValue int    `json:"port_value"`
				} `json:"socket_address"`
			} `json:"local_address"`
		} `json:"listener_statuses"`
	}
	if err := json.NewDecoder(response.Body).Decode(&statuses); err != nil {
		return nil
	}
	found := map[string]string{}
	for _, s := range statuses.ListenerStatuses {
		found[s.Name] = fmt.Sprintf("%s:%d", s.LocalAddress.SocketAddress.Address, s.LocalAddress.SocketAddress.PortValue)
	}
	return found
}

func loopback(port uint32) *core.Address {
	return &core.Address{Address: &core.Address_SocketAddress{SocketAddress: &core.SocketAddress{
		Address:       "127.0.0.1",
		PortSpecifier: &core.SocketAddress_PortValue{PortValue: port},
	}}}
}
