package main

import (
	"encoding/json"
	"fmt"
	"slices"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
)

// How a sidecar sends requests to a host outside the cluster.
type upstream struct {
	Timeout    string   `json:"timeout,omitempty"`
	Retries    uint32   `json:"retries"`
	PerTry     string   `json:"perTry,omitempty"`
	Statuses   []uint32 `json:"statuses,omitempty"`
	Port       uint32   `json:"port"`
	ServerName string   `json:"serverName,omitempty"`
	// The names of which the certificate of the server has to have one.
	Names []string `json:"names,omitempty"`
	// Where its CAs, and the certificate of the client, come from.
	CAs         string `json:"cas,omitempty"`
	Certificate string `json:"certificate,omitempty"`
}

// The action of the route to a host and the cluster that it names; neither where there is no route.
func (s sidecar) wayTo(host string, port uint32) (*route.RouteAction, *cluster.Cluster, error) {
	action := s.routeTo(host)
	if action == nil {
		return nil, nil, nil
	}
	name := fmt.Sprintf("outbound|%d||%s", port, host)
	i := slices.IndexFunc(s.clusters, func(c *cluster.Cluster) bool { return c.Name == name })
	if i < 0 || action.GetCluster() != name {
		return nil, nil, fmt.Errorf("no cluster %s for %v", name, action)
	}
	return action, s.clusters[i], nil
}

// What it says of its way to a host, in the words of one of the suites.
func (s sidecar) told(host string, port uint32, words func(*route.RouteAction, *cluster.Cluster) (any, error)) (string, error) {
	action, c, err := s.wayTo(host, port)
	if err != nil {
		return "", err
	}
	if action == nil {
		return noRoute, nil
	}
	said, err := words(action, c)
	if err != nil {
		return "", err
	}
	answer, err := json.Marshal(said)
	return string(answer), err
}

func upstreamOf(action *route.RouteAction, c *cluster.Cluster) (any, error) {
	u := upstream{
		Retries:  action.GetRetryPolicy().GetNumRetries().GetValue(),
		Statuses: action.GetRetryPolicy().GetRetriableStatusCodes(),
		Port:     c.GetLoadAssignment().GetEndpoints()[0].GetLbEndpoints()[0].GetEndpoint().GetAddress().GetSocketAddress().GetPortValue(),
	}
	if t := action.GetTimeout().AsDuration(); t > 0 {
		u.Timeout = t.String()
	}
	if t := action.GetRetryPolicy().GetPerTryTimeout(); t != nil {
		u.PerTry = t.AsDuration().String()
	}
	if socket := c.GetTransportSocket(); socket.GetName() == "envoy.transport_sockets.tls" {
		var session tls.UpstreamTlsContext
		if err := socket.GetTypedConfig().UnmarshalTo(&session); err != nil {
			return nil, err
		}
		u.ServerName = session.Sni
		combined := session.GetCommonTlsContext().GetCombinedValidationContext()
		for _, m := range combined.GetDefaultValidationContext().GetMatchSubjectAltNames() {
			u.Names = append(u.Names, m.GetExact())
		}
		u.CAs = combined.GetValidationContextSdsSecretConfig().GetName()
		for _, secret := range session.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs() {
			u.Certificate = secret.GetName()
		}
	}
	return u, nil
}

// The first route of what is sent to a host.
func (s sidecar) routeTo(host string) *route.RouteAction {
	for _, configuration := range s.routes {
		for _, v := range configuration.VirtualHosts {
			if slices.Contains(v.Domains, host) {
				return v.Routes[0].GetRoute()
			}
		}
	}
	return nil
}
