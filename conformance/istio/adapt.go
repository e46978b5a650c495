package main

import (
	"fmt"
	"slices"
	"strings"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	filterstate "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/common/set_filter_state/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	setfilterstate "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/set_filter_state/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"cdk8s-mesh.dev/conformance/harness/sidecars"
	"istio.io/istio/pilot/pkg/networking/util"
	"istio.io/istio/pkg/wellknown"
)

// Makes a sidecar's listener one that answers by itself. What decides stays as Istio wrote it: filter chains, RBAC, the
// normalization of paths, the order and the matches of routes.
func (s sidecar) adapt(name string, pki *sidecars.PKI) (*listener.Listener, error) {
	original := s.listener
	if original.GetInternalListener() != nil {
		original = withoutTunnel(original)
	}
	l, err := sidecars.Adapt(original, name, pki, func(f *listener.Filter) (*listener.Filter, error) {
		switch {
		case telemetry[f.Name]:
			return nil, nil
		case f.Name == wellknown.TCPProxy:
			return s.answerTCP(f)
		case f.Name == wellknown.HTTPConnectionManager:
			return s.adaptHTTP(f)
		}
		return f, nil
	})
	if err == nil {
		l.AdditionalAddresses = nil
	}
	return l, err
}

// Filters that only Istio's build of Envoy has. None decides on a request; any other makes Envoy refuse to start.
var telemetry = map[string]bool{"istio.alpn": true, "istio.metadata_exchange": true, "waypoint_upstream_peer_metadata": true}

// A waypoint's listener takes what comes out of a tunnel, with the address that was called and the identity of the client. Here the
// clients speak to it themselves, with the TLS that the tunnel has. What calls pods by their addresses is not asked.
func withoutTunnel(original *listener.Listener) *listener.Listener {
	l := proto.Clone(original).(*listener.Listener)
	l.ListenerSpecifier = nil
	l.FilterChains = slices.DeleteFunc(l.FilterChains, func(chain *listener.FilterChain) bool { return strings.HasPrefix(chain.Name, "direct-") })
	for _, chain := range l.FilterChains {
		chain.TransportSocket = &core.TransportSocket{
			Name: "tls",
			ConfigType: &core.TransportSocket_TypedConfig{TypedConfig: sidecars.Pack(&tls.DownstreamTlsContext{
				CommonTlsContext:         &tls.CommonTlsContext{},
				RequireClientCertificate: wrapperspb.Bool(true),
			})},
		}
		chain.Filters = append([]*listener.Filter{peerPrincipal()}, chain.Filters...)
	}
	return l
}

// As the end of a waypoint's tunnel does, but for the factory, which is of Istio's build.
func peerPrincipal() *listener.Filter {
	return &listener.Filter{
		Name: "peer_principal",
		ConfigType: &listener.Filter_TypedConfig{TypedConfig: sidecars.Pack(&setfilterstate.Config{
			OnDownstreamTlsHandshake: []*filterstate.FilterStateValue{{
				Key:        &filterstate.FilterStateValue_ObjectKey{ObjectKey: "io.istio.peer_principal"},
				FactoryKey: "envoy.string",
				Value: &filterstate.FilterStateValue_FormatString{FormatString: &core.SubstitutionFormatString{
					Format: &core.SubstitutionFormatString_TextFormatSource{TextFormatSource: &core.DataSource{
						Specifier: &core.DataSource_InlineString{InlineString: "%DOWNSTREAM_PEER_URI_SAN%"},
					}},
				}},
			}},
		})},
	}
}

func (s sidecar) adaptHTTP(f *listener.Filter) (*listener.Filter, error) {
	var manager hcm.HttpConnectionManager
	if err := f.GetTypedConfig().UnmarshalTo(&manager); err != nil {
		return nil, err
	}
	filters := manager.HttpFilters
	manager.HttpFilters = nil
	for _, h := range filters {
		if !telemetry[h.Name] {
			manager.HttpFilters = append(manager.HttpFilters, h)
		}
	}
	routes := manager.GetRouteConfig()
	if rds := manager.GetRds(); rds != nil {
		routes = s.routes[rds.RouteConfigName]
	}
	if routes == nil {
		return nil, fmt.Errorf("no routes for %s", &manager)
	}
	if s.tried {
		return sidecars.AdaptHTTP(f, &manager, sidecars.CountTries(routes), sidecars.Try), nil
	}
	return sidecars.AdaptHTTP(f, &manager, routes, s.answer), nil
}

// Instead of sending a connection to its clusters, a TCP proxy names them.
func (s sidecar) answerTCP(f *listener.Filter) (*listener.Filter, error) {
	var proxy tcp.TcpProxy
	if err := f.GetTypedConfig().UnmarshalTo(&proxy); err != nil {
		return nil, err
	}
	// Nobody stands there, or Istio makes no such cluster: Envoy closes the connection.
	if cluster := proxy.GetCluster(); cluster == util.BlackHoleCluster || strings.HasSuffix(cluster, "zero-weight|internal.cluster.local") {
		return f, nil
	}
	return sidecars.ToBackend(f, sidecars.BackendsOf(&proxy, s.backendOf)), nil
}

// Instead of sending a request to its clusters, a route names them.
func (s sidecar) answer(r *route.Route) {
	action := r.GetRoute()
	if action == nil {
		return
	}
	backends := sidecars.Shares{}
	if weighted := action.GetWeightedClusters(); weighted != nil {
		for _, c := range weighted.Clusters {
			backends[s.backendOf(c.Name)] += float64(c.Weight.GetValue())
		}
	} else {
		backends[s.backendOf(action.GetCluster())]++
	}
	sidecars.Answer(r, backends)
	r.ResponseHeadersToAdd = append(r.ResponseHeadersToAdd, &core.HeaderValueOption{
		Header:       &core.HeaderValue{Key: passedOnHeader, Value: "%REQ(:PATH)% %REQ(AUTHORIZATION)% %REQ(COOKIE)% %REQ(X-TOKEN)%"},
		AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
	})
}

// Where Envoy says what of a request, of all that may have a token, comes to the pod.
const passedOnHeader = "x-passed-on"

// Whoever is sent to a cluster that there is not gets nowhere.
const noCluster = "no cluster"

func (s sidecar) backendOf(name string) string {
	if s.clusters != nil && !slices.ContainsFunc(s.clusters, func(c *cluster.Cluster) bool { return c.Name == name }) {
		return noCluster
	}
	return backendOf(name)
}

// `outbound|80||v1.shop.svc.cluster.local` is the port 80 of the Service shop/v1; a subset stands behind it. In place of that, a waypoint has
// what the port speaks: `inbound-vip|80|http|v1.shop.svc.cluster.local`.
func backendOf(cluster string) string {
	parts := strings.Split(cluster, "|")
	if len(parts) != 4 {
		return cluster
	}
	host := strings.Split(strings.TrimSuffix(parts[3], ".svc.cluster.local"), ".")
	if len(host) != 2 {
		return cluster
	}
	backend := fmt.Sprintf("%s/%s:%s", host[1], host[0], parts[1])
	if parts[0] != "outbound" || parts[2] == "" {
		return backend
	}
	return backend + " " + parts[2]
}
