package main

import (
	"encoding/json"
	"fmt"
	"time"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/google/uuid"
	smiaccess "github.com/servicemeshinterface/smi-sdk-go/pkg/apis/access/v1alpha3"
	smispecs "github.com/servicemeshinterface/smi-sdk-go/pkg/apis/specs/v1alpha4"
	smisplit "github.com/servicemeshinterface/smi-sdk-go/pkg/apis/split/v1alpha2"
	accessfake "github.com/servicemeshinterface/smi-sdk-go/pkg/gen/client/access/clientset/versioned/fake"
	specsfake "github.com/servicemeshinterface/smi-sdk-go/pkg/gen/client/specs/clientset/versioned/fake"
	splitfake "github.com/servicemeshinterface/smi-sdk-go/pkg/gen/client/split/clientset/versioned/fake"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubefake "k8s.io/client-go/kubernetes/fake"

	configv1alpha2 "github.com/openservicemesh/osm/pkg/apis/config/v1alpha2"
	policyv1alpha1 "github.com/openservicemesh/osm/pkg/apis/policy/v1alpha1"
	"github.com/openservicemesh/osm/pkg/catalog"
	"github.com/openservicemesh/osm/pkg/certificate"
	tresorfake "github.com/openservicemesh/osm/pkg/certificate/providers/tresor/fake"
	"github.com/openservicemesh/osm/pkg/configurator"
	"github.com/openservicemesh/osm/pkg/constants"
	"github.com/openservicemesh/osm/pkg/endpoint"
	"github.com/openservicemesh/osm/pkg/envoy"
	"github.com/openservicemesh/osm/pkg/envoy/lds"
	"github.com/openservicemesh/osm/pkg/envoy/rds"
	"github.com/openservicemesh/osm/pkg/envoy/registry"
	configfake "github.com/openservicemesh/osm/pkg/gen/client/config/clientset/versioned/fake"
	policyfake "github.com/openservicemesh/osm/pkg/gen/client/policy/clientset/versioned/fake"
	"github.com/openservicemesh/osm/pkg/identity"
	"github.com/openservicemesh/osm/pkg/k8s"
	"github.com/openservicemesh/osm/pkg/k8s/informers"
	"github.com/openservicemesh/osm/pkg/messaging"
	"github.com/openservicemesh/osm/pkg/policy"
	"github.com/openservicemesh/osm/pkg/providers/kube"
	"github.com/openservicemesh/osm/pkg/service"
	"github.com/openservicemesh/osm/pkg/smi"
)

const (
	meshName        = "osm"
	systemNamespace = "osm-system"
	meshConfigName  = "osm-mesh-config"
)

// OSM's control plane for one case, on fake clients.
type controlPlane struct {
	catalog      *catalog.MeshCatalog
	configurator configurator.Configurator
	certificates *certificate.Manager
	registry     *registry.ProxyRegistry
	pods         map[string]*corev1.Pod
}

// What it tells one sidecar.
type sidecar struct {
	inbound, outbound *listener.Listener
	routes            map[string]*route.RouteConfiguration
}

// One for all cases: to make its key takes longer than to translate a case.
var certificates = func() *certificate.Manager {
	stop := make(chan struct{})
	return tresorfake.NewFake(messaging.NewBroker(stop), time.Hour)
}()

func newControlPlane(c testCase, stop chan struct{}) (*controlPlane, error) {
	var core, access, specs, splits, outside []runtime.Object
	pods := map[string]*corev1.Pod{}
	for _, m := range c.Manifests {
		object, err := decode(m)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m, err)
		}
		switch o := object.(type) {
		case *smiaccess.TrafficTarget:
			access = append(access, o)
		case *smispecs.HTTPRouteGroup, *smispecs.TCPRoute:
			specs = append(specs, o)
		case *smisplit.TrafficSplit:
			splits = append(splits, o)
		case *policyv1alpha1.Egress:
			outside = append(outside, o)
		case *corev1.Pod:
			// As OSM's injector leaves a pod.
			o.Labels[constants.EnvoyUniqueIDLabelName] = uuid.NewSHA1(uuid.Nil, []byte(o.Namespace+"/"+o.Name)).String()
			pods[o.Namespace+"/"+o.Name] = o
			core = append(core, o)
		case *corev1.Namespace:
			o.Labels = map[string]string{constants.OSMKubeResourceMonitorAnnotation: meshName}
			core = append(core, o)
		default:
			core = append(core, o)
		}
	}
	broker := messaging.NewBroker(stop)
	meshConfig := &configv1alpha2.MeshConfig{ObjectMeta: metav1.ObjectMeta{Name: meshConfigName, Namespace: systemNamespace}}
	meshConfig.Spec.Traffic.EnablePermissiveTrafficPolicyMode = c.Permissive
	meshConfig.Spec.FeatureFlags.EnableEgressPolicy = true
	policies := policyfake.NewSimpleClientset(outside...)
	collection, err := informers.NewInformerCollection(meshName, stop,
		informers.WithKubeClient(kubefake.NewSimpleClientset(core...)),
		informers.WithSMIClients(splitfake.NewSimpleClientset(splits...), specsfake.NewSimpleClientset(specs...), accessfake.NewSimpleClientset(access...)),
		informers.WithConfigClient(configfake.NewSimpleClientset(meshConfig), meshConfigName, systemNamespace),
		informers.WithPolicyClient(policies),
	)
	if err != nil {
		return nil, err
	}
	controller := k8s.NewKubernetesController(collection, policies, broker)
	settings := configurator.NewConfigurator(collection, systemNamespace, meshConfigName, broker)
	provider := kube.NewClient(controller, settings)
	return &controlPlane{
		catalog: catalog.NewMeshCatalog(controller, smi.NewSMIClient(collection, systemNamespace, controller, broker), certificates,
			policy.NewPolicyController(collection, controller, broker), stop, settings,
			[]service.Provider{provider}, []endpoint.Provider{provider}, broker),
		configurator: settings,
		certificates: certificates,
		registry:     registry.NewProxyRegistry(&registry.KubeProxyServiceMapper{KubeController: controller}, broker),
		pods:         pods,
	}, nil
}

func decode(manifest json.RawMessage) (runtime.Object, error) {
	var meta metav1.TypeMeta
	if err := json.Unmarshal(manifest, &meta); err != nil {
		return nil, err
	}
	object, ok := map[string]runtime.Object{
		"Namespace":      &corev1.Namespace{},
		"Pod":            &corev1.Pod{},
		"Service":        &corev1.Service{},
		"Endpoints":      &corev1.Endpoints{},
		"ServiceAccount": &corev1.ServiceAccount{},
		"TrafficTarget":  &smiaccess.TrafficTarget{},
		"HTTPRouteGroup": &smispecs.HTTPRouteGroup{},
		"TCPRoute":       &smispecs.TCPRoute{},
		"TrafficSplit":   &smisplit.TrafficSplit{},
		"Egress":         &policyv1alpha1.Egress{},
	}[meta.Kind]
	if !ok {
		return nil, fmt.Errorf("OSM does not read %s", meta.Kind)
	}
	return object, json.Unmarshal(manifest, object)
}

func (cp *controlPlane) sidecarOf(pod string) (sidecar, error) {
	s := sidecar{routes: map[string]*route.RouteConfiguration{}}
	p := cp.pods[pod]
	if p == nil {
		return s, fmt.Errorf("no pod %s", pod)
	}
	proxy := envoy.NewProxy(envoy.KindSidecar, uuid.MustParse(p.Labels[constants.EnvoyUniqueIDLabelName]), identity.New(p.Spec.ServiceAccountName, p.Namespace), nil)
	cp.registry.RegisterProxy(proxy)
	listeners, err := lds.NewResponse(cp.catalog, proxy, nil, cp.configurator, cp.certificates, cp.registry)
	if err != nil {
		return s, err
	}
	for _, resource := range listeners {
		l := resource.(*listener.Listener)
		switch l.Name {
		case lds.InboundListenerName:
			s.inbound = l
		case lds.OutboundListenerName:
			s.outbound = l
		}
	}
	var routes []types.Resource
	if routes, err = rds.NewResponse(cp.catalog, proxy, nil, cp.configurator, cp.certificates, cp.registry); err != nil {
		return s, err
	}
	for _, resource := range routes {
		r := resource.(*route.RouteConfiguration)
		s.routes[r.Name] = r
	}
	return s, nil
}
