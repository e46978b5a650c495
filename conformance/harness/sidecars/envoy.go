// Package sidecars runs what a control plane tells its sidecars in one Envoy on loopback, and asks it.
package sidecars

import (
	"encoding/json"
	"fmt"
	"net"
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

// Envoy has every sidecar's listener, each on a port of its own.
type Envoy struct {
	process *exec.Cmd
	backend net.Listener
	pki     *PKI
	folder  string
	// Address of each listener, by its name.
	listeners map[string]string
}

// The cluster of what stands behind the sidecars.
const backendCluster = "backend"

// Start waits until all of the listeners take connections. Filters of theirs may ask other clusters.
func Start(binary string, listeners []*listener.Listener, pki *PKI, others ...*cluster.Cluster) (*Envoy, error) {
	folder, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return nil, err
	}
	e := &Envoy{pki: pki, folder: folder}
	if err := e.start(binary, listeners, others); err != nil {
		e.Stop()
		return nil, err
	}
	return e, nil
}

func (e *Envoy) start(binary string, listeners []*listener.Listener, others []*cluster.Cluster) error {
	socket := filepath.Join(e.folder, "backend")
	var err error
	if e.backend, err = serveBackend(socket); err != nil {
		return err
	}
	config, err := proto.Marshal(bootstrapOf(listeners, socket, others))
	if err != nil {
		return err
	}
	configFile, adminFile, logFile := filepath.Join(e.folder, "envoy.pb"), filepath.Join(e.folder, "admin"), filepath.Join(e.folder, "envoy.log")
	if err := os.WriteFile(configFile, config, 0o600); err != nil {
		return err
	}
	e.process = exec.Command(binary, "--config-path", configFile, "--admin-address-path", adminFile, "--log-path", logFile,
		"--log-level", "warning", "--concurrency", "1", "--use-dynamic-base-id")
	if err := e.process.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	go func() { exited <- e.process.Wait() }()
	for range 1200 {
		select {
		case err := <-exited:
			log, _ := os.ReadFile(logFile)
			return fmt.Errorf("envoy ended: %v\n%s", err, log)
		case <-time.After(100 * time.Millisecond):
		}
		if e.listeners = activeListeners(adminFile); len(e.listeners) == len(listeners) {
			return nil
		}
	}
	log, _ := os.ReadFile(logFile)
	return fmt.Errorf("envoy did not start: it has %d listeners of %d\n%s", len(e.listeners), len(listeners), log)
}

// Stop ends Envoy, and leaves nothing behind.
func (e *Envoy) Stop() {
	if e.process != nil && e.process.Process != nil {
		_ = e.process.Process.Kill()
	}
	if e.backend != nil {
		e.backend.Close()
	}
	os.RemoveAll(e.folder)
}

// Has tells whether there is a listener of that name.
func (e *Envoy) Has(name string) bool {
	return e.listeners[name] != ""
}

func bootstrapOf(listeners []*listener.Listener, backend string, others []*cluster.Cluster) *bootstrap.Bootstrap {
	return &bootstrap.Bootstrap{
		Node:  &core.Node{Id: "conformance", Cluster: "conformance"},
		Admin: &bootstrap.Admin{Address: loopback(0)},
		StaticResources: &bootstrap.Bootstrap_StaticResources{
			Listeners: listeners,
			Clusters: append(append([]*cluster.Cluster{clusterOf(backendCluster, &core.Address{
				Address: &core.Address_Pipe{Pipe: &core.Pipe{Path: backend}},
			})}, triedClusters(backend)...), others...),
		},
	}
}

// Cluster is a server on loopback, under the name by which filters ask it.
func Cluster(name string, port int) *cluster.Cluster {
	return clusterOf(name, loopback(uint32(port)))
}

func clusterOf(name string, address *core.Address) *cluster.Cluster {
	return &cluster.Cluster{
		Name: name,
		// Longer than a client waits: that Envoy is slow must not look as if it refused.
		ConnectTimeout: durationpb.New(2 * patience),
		LoadAssignment: &endpoint.ClusterLoadAssignment{
			ClusterName: name,
			Endpoints: []*endpoint.LocalityLbEndpoints{{LbEndpoints: []*endpoint.LbEndpoint{{
				HostIdentifier: &endpoint.LbEndpoint_Endpoint{Endpoint: &endpoint.Endpoint{Address: address}},
			}}}},
		},
	}
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
