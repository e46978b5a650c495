package main

import (
	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	upstreamhttp "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/durationpb"
)

const httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"

// How a sidecar keeps connections to the pods of a Service.
type connections struct {
	Connect     string `json:"connect"`
	Idle        string `json:"idle,omitempty"`
	Duration    string `json:"duration,omitempty"`
	Keepalive   bool   `json:"keepalive,omitempty"`
	KeepTime    uint32 `json:"keepTime,omitempty"`
	KeepEach    uint32 `json:"keepEach,omitempty"`
	KeepProbes  uint32 `json:"keepProbes,omitempty"`
	Requests    uint32 `json:"requests,omitempty"`
	HTTP2       bool   `json:"http2,omitempty"`
	Streams     uint32 `json:"streams,omitempty"`
	Connections uint32 `json:"connections,omitempty"`
}

func connectionsOf(_ *route.RouteAction, c *cluster.Cluster) (any, error) {
	keepalive := c.GetUpstreamConnectionOptions().GetTcpKeepalive()
	told := connections{
		Connect:    in(c.GetConnectTimeout()),
		Keepalive:  keepalive != nil,
		KeepTime:   keepalive.GetKeepaliveTime().GetValue(),
		KeepEach:   keepalive.GetKeepaliveInterval().GetValue(),
		KeepProbes: keepalive.GetKeepaliveProbes().GetValue(),
	}
	// Istio says no limit with the largest number.
	if most := c.GetCircuitBreakers().GetThresholds()[0].GetMaxConnections().GetValue(); most != ^uint32(0) {
		told.Connections = most
	}
	if said := c.GetTypedExtensionProtocolOptions()[httpOptions]; said != nil {
		options := &upstreamhttp.HttpProtocolOptions{}
		if err := said.UnmarshalTo(options); err != nil {
			return nil, err
		}
		common := options.GetCommonHttpProtocolOptions()
		http2 := options.GetExplicitHttpConfig().GetHttp2ProtocolOptions()
		told.Idle, told.Duration = in(common.GetIdleTimeout()), in(common.GetMaxConnectionDuration())
		told.Requests = common.GetMaxRequestsPerConnection().GetValue()
		told.HTTP2, told.Streams = http2 != nil, http2.GetMaxConcurrentStreams().GetValue()
	}
	return told, nil
}

func in(d *durationpb.Duration) string {
	if d == nil {
		return ""
	}
	return d.AsDuration().String()
}
