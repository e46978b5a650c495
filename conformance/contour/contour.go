package main

import (
	"encoding/json"
	"fmt"
	"io"

	cluster "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"github.com/sirupsen/logrus"
	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
	"sigs.k8s.io/gateway-api/apis/v1alpha2"
	"sigs.k8s.io/gateway-api/apis/v1alpha3"
	"sigs.k8s.io/gateway-api/apis/v1beta1"

	contour "github.com/projectcontour/contour/apis/projectcontour/v1alpha1"
	"github.com/projectcontour/contour/internal/dag"
	envoy "github.com/projectcontour/contour/internal/envoy/v3"
	xdscache "github.com/projectcontour/contour/internal/xdscache/v3"

	"cdk8s-mesh.dev/conformance/harness/sidecars"
)

// What Contour tells the Envoys of a Gateway.
type gatewayConfig struct {
	// Of its case.
	name      string
	listeners []*listener.Listener
	routes    map[string]*route.RouteConfiguration
	// Clusters with which it begins TLS.
	encrypted map[string]*cluster.Cluster
}

// The manifests of a case, as Contour translates them once all of them are there.
func translate(name string, c testCase, pki *sidecars.PKI) (*gatewayConfig, error) {
	log := logrus.New()
	log.SetOutput(io.Discard)
	builder := &dag.Builder{
		Source:     dag.KubernetesCache{FieldLogger: log},
		Processors: []dag.Processor{&dag.ListenerProcessor{}, &dag.GatewayAPIProcessor{FieldLogger: log}},
	}
	builder.Source.Insert(&gateway.GatewayClass{
		ObjectMeta: meta.ObjectMeta{Name: "contour"},
		Spec:       gateway.GatewayClassSpec{ControllerName: "projectcontour.io/gateway-controller"},
		Status:     gateway.GatewayClassStatus{Conditions: []meta.Condition{{Type: "Accepted", Status: meta.ConditionTrue}}},
	})
	for _, m := range c.Manifests {
		object, err := decode(m, pki)
		if err != nil {
			return nil, err
		}
		builder.Source.Insert(object)
	}
	root := builder.Build()
	generated := envoy.NewEnvoyGen(envoy.EnvoyGenOpt{XDSClusterName: "contour"})
	listeners := xdscache.NewListenerCache(xdscache.ListenerConfig{MergeSlashes: true}, contour.MetricsConfig{}, contour.HealthConfig{}, nil, 0, generated)
	listeners.OnChange(root)
	routes := &xdscache.RouteCache{}
	routes.OnChange(root)
	clusters := xdscache.NewClusterCache(generated)
	clusters.OnChange(root)
	g := &gatewayConfig{name: name, routes: map[string]*route.RouteConfiguration{}, encrypted: map[string]*cluster.Cluster{}}
	for _, m := range clusters.Contents() {
		if c := m.(*cluster.Cluster); c.TransportSocket != nil {
			g.encrypted[c.Name] = c
		}
	}
	for _, m := range listeners.Contents() {
		if l := m.(*listener.Listener); root.Listeners[l.Name] != nil {
			g.listeners = append(g.listeners, l)
		}
	}
	for _, m := range routes.Contents() {
		r := m.(*route.RouteConfiguration)
		g.routes[r.Name] = r
	}
	return g, nil
}

// The objects that Contour reads. What says the same in an older version is read as that.
func decode(manifest json.RawMessage, pki *sidecars.PKI) (runtime.Object, error) {
	var is struct {
		Kind     string          `json:"kind"`
		Metadata meta.ObjectMeta `json:"metadata"`
	}
	if err := json.Unmarshal(manifest, &is); err != nil {
		return nil, err
	}
	var object runtime.Object
	switch is.Kind {
	case "Namespace":
		object = &core.Namespace{}
	case "Service":
		object = &core.Service{}
	case "Gateway":
		object = &gateway.Gateway{}
	case "HTTPRoute":
		object = &gateway.HTTPRoute{}
	case "GRPCRoute":
		object = &gateway.GRPCRoute{}
	case "TLSRoute":
		object = &v1alpha2.TLSRoute{}
	case "TCPRoute":
		object = &v1alpha2.TCPRoute{}
	case "ReferenceGrant":
		object = &v1beta1.ReferenceGrant{}
	case "BackendTLSPolicy":
		object = &v1alpha3.BackendTLSPolicy{}
	case "ConfigMap":
		// It has the authority of this run, or another one.
		authority := pki.Authority()
		if is.Metadata.Name == "other-ca" {
			other, err := sidecars.NewPKI("gateway.example.com")
			if err != nil {
				return nil, err
			}
			authority = other.Authority()
		}
		return &core.ConfigMap{ObjectMeta: is.Metadata, Data: map[string]string{"ca.crt": string(authority)}}, nil
	case "Secret":
		// Its certificate is one of this run.
		certificate, key := pki.Server()
		return &core.Secret{
			ObjectMeta: is.Metadata,
			Type:       core.SecretTypeTLS,
			Data:       map[string][]byte{core.TLSCertKey: certificate, core.TLSPrivateKeyKey: key},
		}, nil
	default:
		return nil, fmt.Errorf("Contour does not read %s", is.Kind)
	}
	return object, json.Unmarshal(manifest, object)
}
