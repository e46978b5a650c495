package main

import (
	"fmt"
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	router "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"

	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

// Makes a listener one that answers by itself. Filter chains, the order and the matches of routes stay as Contour wrote them.
func (g *gatewayConfig) adapt(name string, original *listener.Listener, pki *sidecars.PKI) (*listener.Listener, error) {
	adapted, err := sidecars.Adapt(original, name, pki, func(f *listener.Filter) (*listener.Filter, error) {
		if f.GetTypedConfig().MessageIs(&hcm.HttpConnectionManager{}) {
			return g.adaptHTTP(f)
		}
		var proxy tcp.TcpProxy
		if err := f.GetTypedConfig().UnmarshalTo(&proxy); err != nil {
			return nil, err
		}
		backends := sidecars.Shares{}
		for _, c := range proxy.GetWeightedClusters().GetClusters() {
			backends[serviceOf(c.Name)] += float64(c.Weight)
		}
		if cluster := proxy.GetCluster(); cluster != "" {
			backends[serviceOf(cluster)]++
		}
		return answerConnection(backends), nil
	})
	if err != nil {
		return nil, err
	}
	for _, chain := range adapted.FilterChains {
		if len(chain.GetFilterChainMatch().GetServerNames()) > 0 && chain.TransportSocket == nil {
			chain.TransportSocket = sidecars.EndTLS(pki)
		}
	}
	return adapted, nil
}

func (g *gatewayConfig) adaptHTTP(f *listener.Filter) (*listener.Filter, error) {
	var manager hcm.HttpConnectionManager
	if err := f.GetTypedConfig().UnmarshalTo(&manager); err != nil {
		return nil, err
	}
	routes := g.routes[manager.GetRds().GetRouteConfigName()]
	if routes == nil {
		return nil, fmt.Errorf("no routes for %s", manager.GetRds().GetRouteConfigName())
	}
	return sidecars.AdaptHTTP(f, &manager, routes, g.answer), nil
}

// Instead of sending a request to its clusters, a route names them. What it sends over TLS goes to pods, which say who they are.
func (g *gatewayConfig) answer(r *route.Route) {
	action := r.GetRoute()
	if action == nil {
		return
	}
	if g.encrypted[action.GetCluster()] != nil {
		r.Action = &route.Route_Route{Route: &route.RouteAction{
			ClusterSpecifier: &route.RouteAction_Cluster{Cluster: g.podsOf(action.GetCluster())},
		}}
		return
	}
	backends := sidecars.Shares{}
	for _, c := range action.GetWeightedClusters().GetClusters() {
		backends[serviceOf(c.Name)] += float64(c.Weight.GetValue())
	}
	if cluster := action.GetCluster(); cluster != "" {
		backends[serviceOf(cluster)]++
	}
	sidecars.Answer(r, backends)
}

// Instead of sending a connection to its clusters, whoever takes it names them: to the request that the client sends in it.
func answerConnection(backends sidecars.Shares) *listener.Filter {
	every := &route.Route{Match: &route.RouteMatch{PathSpecifier: &route.RouteMatch_Prefix{Prefix: "/"}}}
	sidecars.Answer(every, backends)
	return &listener.Filter{
		Name: "envoy.filters.network.http_connection_manager",
		ConfigType: &listener.Filter_TypedConfig{TypedConfig: sidecars.Pack(&hcm.HttpConnectionManager{
			StatPrefix: "connections",
			HttpFilters: []*hcm.HttpFilter{{
				Name:       "envoy.filters.http.router",
				ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: sidecars.Pack(&router.Router{})},
			}},
			RouteSpecifier: &hcm.HttpConnectionManager_RouteConfig{RouteConfig: &route.RouteConfiguration{
				VirtualHosts: []*route.VirtualHost{{Name: "every", Domains: []string{"*"}, Routes: []*route.Route{every}}},
			}},
		})},
	}
}

// A cluster is a Service, its port and what sets it apart, as in `shop/v1/8080/da39a3ee5e`.
func serviceOf(cluster string) string {
	parts := strings.Split(cluster, "/")
	if len(parts) != 4 {
		return cluster
	}
	return fmt.Sprintf("%s/%s:%s", parts[0], parts[1], parts[2])
}
