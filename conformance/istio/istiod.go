package main

import (
	"encoding/json"
	"fmt"
	"slices"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/networking/core"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config/constants"
	"istio.io/istio/pkg/config/labels"
	"istio.io/istio/pkg/config/schema/gatewayapi"
	"istio.io/istio/pkg/config/schema/gvr"
	"istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/kube/kclient/clienttest"
	"istio.io/istio/pkg/test"
)

// What Istio's control plane tells the sidecar, or the waypoint, that a probe meets.
type sidecar struct {
	ztunnel  *ztunnel
	listener *listener.Listener
	routes   map[string]*route.RouteConfiguration
	clusters []*cluster.Cluster
	// Whether requests are sent on, and tried again.
	tried bool
}

// Which sidecar it is: the same for all probes with the same key.
type sidecarKey struct {
	// Index of the case.
	test      int
	address   string
	namespace string
	// Zero for the inbound listener, which takes all ports.
	port uint32
	// Of the client.
	labels string
	tried  bool
}

func (k sidecarKey) String() string {
	return fmt.Sprintf("%d/%s/%s/%d/%s/%v", k.test, k.address, k.namespace, k.port, k.labels, k.tried)
}

func keyOf(i int, c testCase, p probe) (sidecarKey, *pod, error) {
	if p.Waypoint != "" {
		return sidecarKey{test: i, address: "waypoint", namespace: p.Waypoint, tried: p.Tried}, nil, nil
	}
	target, err := c.pod(p.Address)
	if p.Ztunnel != "" {
		return sidecarKey{test: i, address: p.Address, namespace: "ztunnel"}, target, err
	}
	if p.Gateway {
		return sidecarKey{test: i, address: p.Address, namespace: fmt.Sprintf("gateway behind %d", p.TrustedProxies), port: p.Port}, nil, err
	}
	if target != nil {
		return sidecarKey{test: i, address: p.Address}, target, err
	}
	return sidecarKey{i, p.Address, p.Namespace, p.Port, labels.Instance(p.Labels).String(), p.Tried}, nil, err
}

func init() {
	// The versions of CRDs stand in annotations, which a cluster without an API server does not have.
	clear(gatewayapi.MinimumCRDVersions)
}

// Has Istio's control plane translate the manifests of a case, and adds the sidecars that its probes meet.
func translate(i int, c testCase, sidecars map[sidecarKey]sidecar) error {
	return test.Wrap(func(t test.Failer) {
		ambient := slices.ContainsFunc(c.Probes, func(p probe) bool { return p.Waypoint != "" || p.Ztunnel != "" })
		upstream := slices.ContainsFunc(c.Probes, func(p probe) bool { return p.Upstream || p.Balancing || p.Connections })
		test.SetForTest(t, &features.EnableAmbient, ambient)
		test.SetForTest(t, &features.EnableAmbientWaypoints, ambient)
		stream := c.stream()
		configs, _, err := crd.ParseInputs(stream)
		if err != nil {
			t.Fatal(err)
		}
		for i := range configs {
			// Short names of hosts are read in the domain of the cluster.
			configs[i].Domain = constants.DefaultClusterLocalDomain
		}
		config, err := c.meshConfig()
		if err != nil {
			t.Fatal(err)
		}
		istiod := xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
			Configs: configs, KubernetesObjectString: stream, MeshConfig: config,
			// A CRD that its list of those of a cluster does not have.
			KubeClientModifier: func(client kube.Client) { clienttest.MakeCRD(t, client, gvr.ListenerSet) },
		})
		for _, p := range c.hops() {
			key, target, err := keyOf(i, c, p)
			if err != nil {
				t.Fatal(err)
			}
			if _, known := sidecars[key]; known {
				continue
			}
			if p.Waypoint != "" {
				proxy, err := c.waypointProxy(p.Waypoint)
				if err != nil {
					t.Fatal(err)
				}
				sidecars[key] = find(t, istiod, proxy, core.MainInternalName)
			} else if p.Ztunnel != "" {
				z, err := ztunnelOf(istiod, target)
				if err != nil {
					t.Fatal(err)
				}
				sidecars[key] = sidecar{ztunnel: z}
			} else if p.Gateway {
				proxy, err := c.gatewayProxy(p)
				if err != nil {
					t.Fatal(err)
				}
				sidecars[key] = find(t, istiod, proxy, fmt.Sprintf("0.0.0.0_%d", p.Port))
			} else if target != nil {
				sidecars[key] = find(t, istiod, inboundProxy(target), "virtualInbound")
			} else {
				names := []string{fmt.Sprintf("%s_%d", p.Address, p.Port), fmt.Sprintf("0.0.0.0_%d", p.Port)}
				if p.Anywhere {
					names = append(names, "virtualOutbound")
				}
				sidecars[key] = find(t, istiod, outboundProxy(p), names...)
				if upstream || p.Anywhere {
					s := sidecars[key]
					s.clusters = istiod.Clusters(istiod.SetupProxy(outboundProxy(p)))
					sidecars[key] = s
				}
			}
			if p.Tried {
				s := sidecars[key]
				s.tried = true
				sidecars[key] = s
			}
		}
	})
}

// What the sidecars say they are.
const istioVersion = "1.31.0"

func outboundProxy(p probe) *model.Proxy {
	return &model.Proxy{
		ConfigNamespace: p.Namespace,
		Labels:          p.Labels,
		Metadata:        &model.NodeMetadata{Labels: p.Labels, ClusterID: constants.DefaultClusterName, IstioVersion: istioVersion},
	}
}

func inboundProxy(p *pod) *model.Proxy {
	return &model.Proxy{
		ID:              p.Metadata.Name + "." + p.Metadata.Namespace,
		ConfigNamespace: p.Metadata.Namespace,
		Labels:          p.Metadata.Labels,
		IPAddresses:     []string{p.Status.PodIP},
		Metadata:        &model.NodeMetadata{Labels: p.Metadata.Labels, ClusterID: constants.DefaultClusterName, IstioVersion: istioVersion},
	}
}

// The pod of the waypoint of a namespace.
func (c testCase) waypointProxy(namespace string) (*model.Proxy, error) {
	for _, m := range c.Manifests {
		var p pod
		if err := json.Unmarshal(m, &p); err != nil {
			return nil, err
		}
		if p.Kind == "Pod" && p.Metadata.Name == "waypoint" && p.Metadata.Namespace == namespace {
			proxy := inboundProxy(&p)
			proxy.Type = model.Waypoint
			return proxy, nil
		}
	}
	return nil, fmt.Errorf("no waypoint in %s", namespace)
}

// The pod of a gateway.
func (c testCase) gatewayProxy(p probe) (*model.Proxy, error) {
	target, err := c.pod(p.Address)
	if err != nil || target == nil {
		return nil, fmt.Errorf("no pod of a gateway at %s: %w", p.Address, err)
	}
	proxy := inboundProxy(target)
	proxy.Type = model.Router
	proxy.Metadata.ProxyConfig = &model.NodeMetaProxyConfig{GatewayTopology: &meshconfig.Topology{NumTrustedProxies: p.TrustedProxies}}
	return proxy, nil
}

// Whether a sidecar takes TLS at a port of its pod: clients are told, and speak plain text where it does not.
func (s sidecar) takesTLS(port uint32) bool {
	isOf := func(port uint32) func(*listener.FilterChain) bool {
		return func(c *listener.FilterChain) bool {
			return c.GetFilterChainMatch().GetDestinationPort().GetValue() == port
		}
	}
	chains := s.listener.FilterChains
	if !slices.ContainsFunc(chains, isOf(port)) {
		port = 0
	}
	return slices.ContainsFunc(chains, func(c *listener.FilterChain) bool { return isOf(port)(c) && c.TransportSocket != nil })
}

// The first of these listeners that there is, and its routes.
func find(t test.Failer, istiod *xds.FakeDiscoveryServer, proxy *model.Proxy, names ...string) sidecar {
	proxy = istiod.SetupProxy(proxy)
	all := istiod.Listeners(proxy)
	found := sidecar{routes: map[string]*route.RouteConfiguration{}}
	for _, name := range names {
		i := slices.IndexFunc(all, func(l *listener.Listener) bool { return l.Name == name })
		if i >= 0 {
			found.listener = all[i]
			break
		}
	}
	if found.listener == nil {
		t.Fatalf("no listener %v", names)
	}
	for _, r := range istiod.RoutesFromListeners(proxy, []*listener.Listener{found.listener}) {
		found.routes[r.Name] = r
	}
	return found
}
