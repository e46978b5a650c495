package sidecars

import (
	"fmt"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	originaldst "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/original_dst/v3"
	proxyprotocol "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/listener/proxy_protocol/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
)

// Adapt makes a sidecar's listener one that Envoy can run on loopback. Filter chains stay, and their filters as the program leaves
// them: nil is none.
func Adapt(original *listener.Listener, name string, pki *PKI, filter func(*listener.Filter) (*listener.Filter, error)) (*listener.Listener, error) {
	l := proto.Clone(original).(*listener.Listener)
	l.Name, l.Address = name, loopback(0)
	l.BindToPort, l.UseOriginalDst, l.AccessLog = nil, nil, nil
	l.ListenerFilters = listenerFilters(l.ListenerFilters)
	chains := l.FilterChains
	if l.DefaultFilterChain != nil {
		chains = append(chains[:len(chains):len(chains)], l.DefaultFilterChain)
	}
	for _, chain := range chains {
		if err := adaptChain(chain, pki, filter); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", name, chain.Name, err)
		}
	}
	return l, nil
}

// The PROXY protocol says what a redirected socket would: which address the client meant.
func listenerFilters(original []*listener.ListenerFilter) []*listener.ListenerFilter {
	filters := []*listener.ListenerFilter{{
		Name:       "proxy_protocol",
		ConfigType: &listener.ListenerFilter_TypedConfig{TypedConfig: Pack(&proxyprotocol.ProxyProtocol{})},
	}}
	for _, f := range original {
		if !f.GetTypedConfig().MessageIs(&originaldst.OriginalDst{}) {
			filters = append(filters, f)
		}
	}
	return filters
}

func adaptChain(chain *listener.FilterChain, pki *PKI, filter func(*listener.Filter) (*listener.Filter, error)) error {
	if chain.TransportSocket != nil {
		if err := adaptTLS(chain.TransportSocket, pki); err != nil {
			return err
		}
	}
	filters := chain.Filters
	chain.Filters = nil
	for _, f := range filters {
		adapted, err := filter(f)
		if err != nil {
			return err
		}
		if adapted != nil {
			chain.Filters = append(chain.Filters, adapted)
		}
	}
	return nil
}

// Certificates of this run instead of those of the mesh; what they are checked against stays.
func adaptTLS(socket *core.TransportSocket, pki *PKI) error {
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
	common.TlsCertificates = pki.certificates()
	socket.ConfigType = &core.TransportSocket_TypedConfig{TypedConfig: Pack(&context)}
	return nil
}

// EndTLS is what the server behind a listener would do with TLS that passes through.
func EndTLS(pki *PKI) *core.TransportSocket {
	return &core.TransportSocket{
		Name: "envoy.transport_sockets.tls",
		ConfigType: &core.TransportSocket_TypedConfig{TypedConfig: Pack(&tls.DownstreamTlsContext{
			CommonTlsContext: &tls.CommonTlsContext{TlsCertificates: pki.certificates()},
		})},
	}
}

func (p *PKI) certificates() []*tls.TlsCertificate {
	return []*tls.TlsCertificate{{CertificateChain: inline(p.server.certificate), PrivateKey: inline(p.server.key)}}
}

func inline(pem []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: pem}}
}

// ToBackend has a TCP proxy say where a connection goes instead of taking it there: whoever stands behind is told in the head of a tunnel, and
// answers in its place. What stands before the proxy decides as ever.
func ToBackend(f *listener.Filter, backends Shares) *listener.Filter {
	f.ConfigType = &listener.Filter_TypedConfig{TypedConfig: Pack(&tcp.TcpProxy{
		StatPrefix:       "tcp",
		ClusterSpecifier: &tcp.TcpProxy_Cluster{Cluster: backendCluster},
		TunnelingConfig: &tcp.TcpProxy_TunnelingConfig{
			Hostname: "backend:80",
			HeadersToAdd: []*core.HeaderValueOption{{
				Header: &core.HeaderValue{Key: AnswerHeader, Value: backends.String()},
			}},
		},
	})}
	return f
}

// BackendsOf has the shares of the clusters of a TCP proxy, by the names that they are given here.
func BackendsOf(proxy *tcp.TcpProxy, name func(cluster string) string) Shares {
	backends := Shares{}
	for _, c := range proxy.GetWeightedClusters().GetClusters() {
		backends[name(c.Name)] += float64(c.Weight)
	}
	if cluster := proxy.GetCluster(); cluster != "" {
		backends[name(cluster)]++
	}
	return backends
}

// AdaptHTTP has the routes stand where the sidecar would ask for them, adapted one by one.
func AdaptHTTP(f *listener.Filter, manager *hcm.HttpConnectionManager, routes *route.RouteConfiguration, adapt func(*route.Route)) *listener.Filter {
	manager.AccessLog, manager.Tracing = nil, nil
	routes = proto.Clone(routes).(*route.RouteConfiguration)
	for _, host := range routes.VirtualHosts {
		for _, r := range host.Routes {
			adapt(r)
		}
	}
	manager.RouteSpecifier = &hcm.HttpConnectionManager_RouteConfig{RouteConfig: routes}
	f.ConfigType = &listener.Filter_TypedConfig{TypedConfig: Pack(manager)}
	return f
}

// Answer has a route say where it goes instead of going there. Where it rewrites the path, whoever stands behind says what came of it.
func Answer(r *route.Route, backends Shares) {
	if action := r.GetRoute(); action.GetRegexRewrite() != nil || action.GetPrefixRewrite() != "" {
		r.Action = &route.Route_Route{Route: &route.RouteAction{
			ClusterSpecifier: &route.RouteAction_Cluster{Cluster: backendCluster},
			RegexRewrite:     action.RegexRewrite,
			PrefixRewrite:    action.PrefixRewrite,
		}}
	} else {
		r.Action = &route.Route_DirectResponse{DirectResponse: &route.DirectResponseAction{Status: 200}}
	}
	for name, value := range map[string]string{AnswerHeader: backends.String(), flagsHeader: "%RESPONSE_FLAGS%"} {
		r.ResponseHeadersToAdd = append(r.ResponseHeadersToAdd, &core.HeaderValueOption{
			Header:       &core.HeaderValue{Key: name, Value: value},
			AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
		})
	}
}

// Pack makes a message one of any kind.
func Pack(m proto.Message) *anypb.Any {
	packed, err := anypb.New(m)
	if err != nil {
		panic(err)
	}
	return packed
}
