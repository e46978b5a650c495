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
	directresponse "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/direct_response/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/openservicemesh/osm/pkg/envoy"
)

// The header in which Envoy says what it decided.
const answerHeader = "x-answer"

// Envoy would not take what OSM tells it, by the rules that come with its API: the sidecar stays without it.
type errRefused struct{ error }

// Makes a sidecar's listener one that Envoy can run on loopback, and that answers by itself. What decides stays as OSM wrote it:
// filter chains, RBAC, the order and the matches of routes.
func (s sidecar) adapt(name string, original *listener.Listener, pki *pki) (*listener.Listener, error) {
	l := proto.Clone(original).(*listener.Listener)
	l.Name, l.Address, l.AccessLog = name, loopback(0), nil
	l.ListenerFilters = listenerFilters(l.ListenerFilters)
	for _, chain := range l.FilterChains {
		if err := s.adaptChain(chain, l.TrafficDirection == core.TrafficDirection_INBOUND, pki); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, chain.Name, err)
		}
	}
	return l, nil
}

// The PROXY protocol says what a redirected socket would: which address the client meant.
func listenerFilters(osm []*listener.ListenerFilter) []*listener.ListenerFilter {
	filters := []*listener.ListenerFilter{{
		Name:       "proxy_protocol",
		ConfigType: &listener.ListenerFilter_TypedConfig{TypedConfig: pack(&proxyprotocol.ProxyProtocol{})},
	}}
	for _, f := range osm {
		if f.Name != envoy.OriginalDstFilterName {
			filters = append(filters, f)
		}
	}
	return filters
}

func (s sidecar) adaptChain(chain *listener.FilterChain, inbound bool, pki *pki) error {
	if chain.TransportSocket != nil {
		if err := adaptTLS(chain.TransportSocket, pki); err != nil {
			return err
		}
	}
	for _, f := range chain.Filters {
		switch f.Name {
		case envoy.TCPProxyFilterName:
			if err := adaptTCP(f, inbound); err != nil {
				return err
			}
		case envoy.HTTPConnectionManagerFilterName:
			if err := s.adaptHTTP(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// Certificates of this run instead of those of the mesh, which OSM serves apart.
func adaptTLS(socket *core.TransportSocket, pki *pki) error {
	var context tls.DownstreamTlsContext
	if err := socket.GetTypedConfig().UnmarshalTo(&context); err != nil {
		return err
	}
	common := context.CommonTlsContext
	common.ValidationContextType = &tls.CommonTlsContext_ValidationContext{ValidationContext: &tls.CertificateValidationContext{
		TrustedCa: inline(pki.authority),
	}}
	common.TlsCertificateSdsSecretConfigs = nil
	common.TlsCertificates = []*tls.TlsCertificate{{CertificateChain: inline(pki.server.certificate), PrivateKey: inline(pki.server.key)}}
	socket.ConfigType = &core.TransportSocket_TypedConfig{TypedConfig: pack(&context)}
	return nil
}

func inline(pem []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: pem}}
}

// A connection that comes in goes to whoever answers; one that goes out is told its clusters.
func adaptTCP(f *listener.Filter, inbound bool) error {
	if inbound {
		f.ConfigType = &listener.Filter_TypedConfig{TypedConfig: pack(&tcp.TcpProxy{
			StatPrefix: "tcp", ClusterSpecifier: &tcp.TcpProxy_Cluster{Cluster: backendCluster},
		})}
		return nil
	}
	var proxy tcp.TcpProxy
	if err := f.GetTypedConfig().UnmarshalTo(&proxy); err != nil {
		return err
	}
	if err := proxy.Validate(); err != nil {
		return errRefused{err}
	}
	all := shares{}
	for _, c := range proxy.GetWeightedClusters().GetClusters() {
		all.add(c.Name, c.Weight)
	}
	if cluster := proxy.GetCluster(); cluster != "" {
		all.add(cluster, 1)
	}
	f.Name = "envoy.filters.network.direct_response"
	f.ConfigType = &listener.Filter_TypedConfig{TypedConfig: pack(&directresponse.Config{
		Response: &core.DataSource{Specifier: &core.DataSource_InlineString{InlineString: all.String()}},
	})}
	return nil
}

func (s sidecar) adaptHTTP(f *listener.Filter) error {
	var manager hcm.HttpConnectionManager
	if err := f.GetTypedConfig().UnmarshalTo(&manager); err != nil {
		return err
	}
	manager.AccessLog, manager.Tracing = nil, nil
	routes := s.routes[manager.GetRds().GetRouteConfigName()]
	if routes == nil {
		// As OSM answers a sidecar that asks for routes which are none.
		routes = &route.RouteConfiguration{Name: manager.GetRds().GetRouteConfigName()}
	}
	if err := routes.Validate(); err != nil {
		return errRefused{err}
	}
	routes = proto.Clone(routes).(*route.RouteConfiguration)
	for _, host := range routes.VirtualHosts {
		for _, r := range host.Routes {
			// The rules in Go look over what is there and empty.
			if len(r.GetRoute().GetWeightedClusters().GetClusters()) == 0 {
				return errRefused{fmt.Errorf("%s has no clusters", host.Name)}
			}
			answer(r)
		}
	}
	manager.RouteSpecifier = &hcm.HttpConnectionManager_RouteConfig{RouteConfig: routes}
	f.ConfigType = &listener.Filter_TypedConfig{TypedConfig: pack(&manager)}
	return nil
}

// Instead of sending a request to its clusters, a route names them.
func answer(r *route.Route) {
	all := shares{}
	for _, c := range r.GetRoute().GetWeightedClusters().GetClusters() {
		all.add(c.Name, c.Weight.GetValue())
	}
	r.Action = &route.Route_DirectResponse{DirectResponse: &route.DirectResponseAction{Status: 200}}
	r.ResponseHeadersToAdd = append(r.ResponseHeadersToAdd, &core.HeaderValueOption{Header: &core.HeaderValue{Key: answerHeader, Value: all.String()}})
}

// Of the Services behind a route, as in `{"shop/v1":0.9,"shop/v2":0.1}`.
type shares map[string]float64

// A cluster is a Service and a port of its pods, as in `shop/v1|8080`.
func (s shares) add(cluster string, weight uint32) {
	service, _, _ := strings.Cut(cluster, "|")
	s[service] += float64(weight)
}

func (s shares) String() string {
	total := 0.0
	for _, weight := range s {
		total += weight
	}
	var parts []string
	for service, weight := range s {
		if weight > 0 {
			name, _ := json.Marshal(service)
			parts = append(parts, fmt.Sprintf("%s:%v", name, math.Round(weight/total*1e6)/1e6))
		}
	}
	sort.Strings(parts)
	return "{" + strings.Join(parts, ",") + "}"
}

func pack(m proto.Message) *anypb.Any {
	packed, err := anypb.New(m)
	if err != nil {
		panic(err)
	}
	return packed
}
