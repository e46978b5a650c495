package main

import (
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
)

// How a sidecar chooses among the pods of a Service.
type balancing struct {
	Policy string `json:"policy"`
	// What of a request is hashed.
	Header string `json:"header,omitempty"`
	Cookie string `json:"cookie,omitempty"`
	Query  string `json:"query,omitempty"`
	Source bool   `json:"source,omitempty"`
	// Whether the proxy makes a cookie for who has none.
	Makes   bool   `json:"makes,omitempty"`
	Ring    uint64 `json:"ring,omitempty"`
	Choices uint32 `json:"choices,omitempty"`
	WarmUp  string `json:"warmUp,omitempty"`
}

func balancingOf(action *route.RouteAction, c *cluster.Cluster) (any, error) {
	b := balancing{
		Policy:  c.GetLbPolicy().String(),
		Ring:    c.GetRingHashLbConfig().GetMinimumRingSize().GetValue(),
		Choices: c.GetLeastRequestLbConfig().GetChoiceCount().GetValue(),
	}
	slow := c.GetRoundRobinLbConfig().GetSlowStartConfig()
	if slow == nil {
		slow = c.GetLeastRequestLbConfig().GetSlowStartConfig()
	}
	if slow != nil {
		b.WarmUp = slow.GetSlowStartWindow().AsDuration().String()
	}
	for _, h := range action.GetHashPolicy() {
		switch of := h.GetPolicySpecifier().(type) {
		case *route.RouteAction_HashPolicy_Header_:
			b.Header = of.Header.GetHeaderName()
		case *route.RouteAction_HashPolicy_Cookie_:
			b.Cookie, b.Makes = of.Cookie.GetName(), of.Cookie.GetTtl() != nil
		case *route.RouteAction_HashPolicy_QueryParameter_:
			b.Query = of.QueryParameter.GetName()
		case *route.RouteAction_HashPolicy_ConnectionProperties_:
			b.Source = of.ConnectionProperties.GetSourceIp()
		}
	}
	return b, nil
}
