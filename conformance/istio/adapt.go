package main

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	proxyprotocol "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/proxy_protocol/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"istio.io/istio/pkg/wellknown"
)

// The header in which Envoy says what it decided.
const answerHeader = "x-answer"

// The header in which the backend says which path it was asked for.
const pathHeader = "x-path"

// Makes a sidecar's listener one that Envoy can run on loopback, and that answers by itself. What decides stays as
// Istio wrote it: filter chains, RBAC, the normalization of paths, the order and the matches of routes.
func (s sidecar) adapt(name string, pki *pki) (*listener.Listener, error) {
	l := proto.Clone(s.listener).(*listener.Listener)
	l.Name, l.Address = name, loopback(0)
	l.BindToPort, l.UseOriginalDst, l.AccessLog, l.AdditionalAddresses = nil, nil, nil, nil
	l.ListenerFilters = listenerFilters(l.ListenerFilters)
	chains := l.FilterChains
	if l.DefaultFilterChain != nil {
		chains = append(chains, l.DefaultFilterChain)
	}
	for _, chain := range chains {
		if err := s.adaptChain(chain, pki); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, chain.Name, err)
		}
	}
	return l, nil
}

// The PROXY protocol says what a redirected socket would: which address the client meant.
func listenerFilters(istio []*listener.ListenerFilter) []*listener.ListenerFilter {
	filters := []*listener.ListenerFilter{{
		Name:       "proxy_protocol",
		ConfigType: &listener.ListenerFilter_TypedConfig{TypedConfig: pack(&proxyprotocol.ProxyProtocol{})},
	}}
	for _, f := range istio {
		if f.Name != wellknown.OriginalDestination {
			filters = append(filters, f)
		}
	}
	return filters
}

func (s sidecar) adaptChain(chain *listener.FilterChain, pki *pki) error {
	if chain.TransportSocket != nil {
		if err := adaptTLS(chain.TransportSocket, pki); err != nil {
			return err
		}
	}
	filters := chain.Filters
	chain.Filters = nil
	for _, f := range filters {
		if telemetry[f.Name] {
			continue
		}
		switch f.Name {
		case wellknown.TCPProxy:
			f.ConfigType = &listener.Filter_TypedConfig{TypedConfig: pack(&tcp.TcpProxy{
				StatPrefix:       "tcp",
				ClusterSpecifier: &tcp.TcpProxy_Cluster{Cluster: backendCluster},
			})}
		case wellknown.HTTPConnectionManager:
			if err := s.adaptHTTP(f); err != nil {
				return err
			}
		}
		chain.Filters = append(chain.Filters, f)
	}
	return nil
}

// Filters that only Istio's build of Envoy has. None decides on a request; any other makes Envoy refuse to start.
var telemetry = map[string]bool{"istio.alpn": true, "istio.metadata_exchange": true}

// Certificates of this run instead of those of the mesh; what they are checked against stays.
func adaptTLS(socket *core.TransportSocket, pki *pki) error {
	var context tls.DownstreamTlsContext
	if err := socket.GetTypedConfig().UnmarshalTo(&context); err != nil {
		return err
	}
	common := context.CommonTlsContext
	validation := &tls.CertificateValidationContext{}
	if combined := common.GetCombinedValidationContext(); combined != nil {
		validation = combined.DefaultValidationContext
	}
	validation.TrustedCa = inline(pki.authority)
	common.ValidationContextType = &tls.CommonTlsContext_ValidationContext{ValidationContext: validation}
	common.TlsCertificateSdsSecretConfigs = nil
	common.TlsCertificates = []*tls.TlsCertificate{{CertificateChain: inline(pki.server.certificate), PrivateKey: inline(pki.server.key)}}
	socket.ConfigType = &core.TransportSocket_TypedConfig{TypedConfig: pack(&context)}
	return nil
}

func inline(pem []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: pem}}
}

func (s sidecar) adaptHTTP(f *listener.Filter) error {
	var manager hcm.HttpConnectionManager
	if err := f.GetTypedConfig().UnmarshalTo(&manager); err != nil {
		return err
	}
	manager.AccessLog, manager.Tracing = nil, nil
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
		return fmt.Errorf("no routes for %s", &manager)
	}
	routes = proto.Clone(routes).(*route.RouteConfiguration)
	for _, host := range routes.VirtualHosts {
		for _, r := range host.Routes {
			answer(r)
		}
	}
	manager.RouteSpecifier = &hcm.HttpConnectionManager_RouteConfig{RouteConfig: routes}
	f.ConfigType = &listener.Filter_TypedConfig{TypedConfig: pack(&manager)}
	return nil
}

// Instead of sending a request to its clusters, a route names them. Where it rewrites the path, whoever stands behind says
// what came of it.
func answer(r *route.Route) {
	action := r.GetRoute()
	if action == nil {
		return
	}
	if action.RegexRewrite != nil || action.PrefixRewrite != "" {
		r.Action = &route.Route_Route{Route: &route.RouteAction{
			ClusterSpecifier: &route.RouteAction_Cluster{Cluster: backendCluster},
			RegexRewrite:     action.RegexRewrite,
			PrefixRewrite:    action.PrefixRewrite,
		}}
	} else {
		r.Action = &route.Route_DirectResponse{DirectResponse: &route.DirectResponseAction{Status: 200}}
	}
	r.ResponseHeadersToAdd = append(r.ResponseHeadersToAdd, &core.HeaderValueOption{
		Header:       &core.HeaderValue{Key: answerHeader, Value: describe(action)},
		AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
	})
}

// The backends with their shares, as in `{"shop/v1:80":0.9,"shop/v2:80":0.1}`.
func describe(action *route.RouteAction) string {
	weights := map[string]float64{}
	total := 0.0
	add := func(cluster string, weight uint32) {
		weights[backendOf(cluster)] += float64(weight)
		total += float64(weight)
	}
	if weighted := action.GetWeightedClusters(); weighted != nil {
		for _, c := range weighted.Clusters {
			add(c.Name, c.Weight.GetValue())
		}
	} else {
		add(action.GetCluster(), 1)
	}
	var shares []string
	for backend, weight := range weights {
		if weight > 0 {
			name, _ := json.Marshal(backend)
			shares = append(shares, fmt.Sprintf("%s:%v", name, math.Round(weight/total*1e6)/1e6))
		}
	}
	sort.Strings(shares)
	return "{" + strings.Join(shares, ",") + "}"
}

// `outbound|80||v1.shop.svc.cluster.local` is the port 80 of the Service shop/v1.
func backendOf(cluster string) string {
	parts := strings.Split(cluster, "|")
	if len(parts) != 4 {
		return cluster
	}
	host := strings.Split(strings.TrimSuffix(parts[3], ".svc.cluster.local"), ".")
	if len(host) != 2 {
		return cluster
	}
	return fmt.Sprintf("%s/%s:%s", host[1], host[0], parts[1])
}

func pack(m proto.Message) *anypb.Any {
	packed, err := anypb.New(m)
	if err != nil {
		panic(err)
	}
	return packed
}
