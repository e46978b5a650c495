package main

import (
	"fmt"
	"strings"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"

	"cdk8s-mesh.dev/conformance/harness/sidecars"
	"istio.io/istio/pkg/wellknown"
)

// Makes a sidecar's listener one that answers by itself. What decides stays as Istio wrote it: filter chains, RBAC, the
// normalization of paths, the order and the matches of routes.
func (s sidecar) adapt(name string, pki *sidecars.PKI) (*listener.Listener, error) {
	l, err := sidecars.Adapt(s.listener, name, pki, func(f *listener.Filter) (*listener.Filter, error) {
		switch {
		case telemetry[f.Name]:
			return nil, nil
		case f.Name == wellknown.TCPProxy:
			return sidecars.ToBackend(f), nil
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
var telemetry = map[string]bool{"istio.alpn": true, "istio.metadata_exchange": true}

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
	return sidecars.AdaptHTTP(f, &manager, routes, answer), nil
}

// Instead of sending a request to its clusters, a route names them.
func answer(r *route.Route) {
	action := r.GetRoute()
	if action == nil {
		return
	}
	backends := sidecars.Shares{}
	if weighted := action.GetWeightedClusters(); weighted != nil {
		for _, c := range weighted.Clusters {
			backends[backendOf(c.Name)] += float64(c.Weight.GetValue())
		}
	} else {
		backends[backendOf(action.GetCluster())]++
	}
	sidecars.Answer(r, backends)
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
