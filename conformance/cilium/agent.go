package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"slices"

	cilium "github.com/cilium/proxy/go/cilium/api"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/cilium/cilium/pkg/crypto/certificatemanager"
	"github.com/cilium/cilium/pkg/defaults"
	"github.com/cilium/cilium/pkg/endpoint/regeneration"
	"github.com/cilium/cilium/pkg/envoy"
	envoypolicy "github.com/cilium/cilium/pkg/envoy/policy"
	"github.com/cilium/cilium/pkg/identity"
	"github.com/cilium/cilium/pkg/identity/identitymanager"
	ipcachetypes "github.com/cilium/cilium/pkg/ipcache/types"
	"github.com/cilium/cilium/pkg/k8s"
	k8sconst "github.com/cilium/cilium/pkg/k8s/apis/cilium.io"
	v2 "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/v2"
	slimcorev1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/core/v1"
	slimnetworkingv1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/api/networking/v1"
	slimmetav1 "github.com/cilium/cilium/pkg/k8s/slim/k8s/apis/meta/v1"
	"github.com/cilium/cilium/pkg/labels"
	"github.com/cilium/cilium/pkg/labelsfilter"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/policy/api"
	policytypes "github.com/cilium/cilium/pkg/policy/types"
	policyutils "github.com/cilium/cilium/pkg/policy/utils"
	"github.com/cilium/cilium/pkg/proxy/accesslog"
	testcertificates "github.com/cilium/cilium/pkg/testutils/certificatemanager"
	ciliumtypes "github.com/cilium/cilium/pkg/types"
	"github.com/cilium/cilium/pkg/u8proto"
)

const (
	allowed = "allowed"
	denied  = "denied"
	// The agent drops a policy; then the pods have none.
	refused = "refused"
	// A lookup that passes through the proxy, which takes note of the addresses.
	noted = "noted"
)

var logger = slog.New(slog.NewTextHandler(io.Discard, nil))

// The agent as Kubernetes starts it; and as it has to be started for the words that need more.
func configure() error {
	option.Config.ClusterName = defaults.ClusterName
	option.Config.EnableIPv4, option.Config.EnableIPv6 = true, true
	option.Config.EnableICMPRules = true
	option.Config.EnableHostFirewall, option.Config.EnableExtendedIPProtocols, option.Config.EnableNodeSelectorLabels = true, true, true
	option.Config.UnsafeDaemonConfigOption.AllowLocalhost = option.AllowLocalhostAlways
	policy.SetPolicyEnabled(option.DefaultEnforcement)
	api.InitEntities(defaults.ClusterName)
	return labelsfilter.ParseLabelPrefixCfg(logger, nil, nil, "")
}

// The agent of the node on which the pods of a case run.
type agent struct {
	repository *policy.Repository
	translator envoypolicy.EnvoyL7RulesTranslator
	entries    policytypes.PolicyEntries
	// Why it drops one of the policies; empty if it drops none.
	refusal string
	// Of each probe.
	pods, peers []*identity.Identity
}

func newAgent(c testCase) (*agent, error) {
	a := &agent{translator: envoypolicy.NewEnvoyL7RulesTranslator(logger, certificatemanager.NewMockSecretManagerInline())}
	resources := map[ipcachetypes.ResourceID]policytypes.PolicyEntries{}
	for _, m := range c.Manifests {
		id, entries, err := parse(m)
		if err != nil {
			a.refusal = err.Error()
			return a, nil
		}
		resources[id] = entries
		a.entries = append(a.entries, entries...)
	}
	known := identities{byLabels: map[string]*identity.Identity{}, all: identity.IdentityMap{}, ports: ciliumtypes.NewNamedPortMultiMap()}
	for _, reserved := range []identity.NumericIdentity{identity.ReservedIdentityHost, identity.ReservedIdentityRemoteNode, identity.ReservedIdentityKubeAPIServer, identity.ReservedIdentityIngress, identity.ReservedIdentityInit, identity.ReservedIdentityHealth} {
		known.all[reserved] = identity.LookupReservedIdentity(reserved).LabelArray
	}
	for _, p := range c.Probes {
		peer, err := a.identityOf(known, p.Peer)
		if err != nil {
			return nil, err
		}
		subject, err := known.ofSubject(p.Pod)
		if err != nil {
			return nil, err
		}
		a.pods, a.peers = append(a.pods, subject), append(a.peers, peer)
	}
	a.repository = policy.NewPolicyRepository(logger, known.all, &testcertificates.Fake{}, a.translator, identitymanager.NewIDManager(logger), nil)
	a.repository.SetNamedPortsGetter(known)
	a.repository.UpdateIdentities(known.all, nil)
	for id, entries := range resources {
		a.repository.ReplaceByResource(entries, id)
	}
	return a, nil
}

// What the agent makes of a policy, or why it drops it.
func parse(manifest json.RawMessage) (ipcachetypes.ResourceID, policytypes.PolicyEntries, error) {
	var meta struct {
		metav1.TypeMeta   `json:",inline"`
		metav1.ObjectMeta `json:"metadata"`
	}
	if err := json.Unmarshal(manifest, &meta); err != nil {
		return "", nil, err
	}
	switch meta.Kind {
	case "NetworkPolicy":
		var np slimnetworkingv1.NetworkPolicy
		if err := json.Unmarshal(manifest, &np); err != nil {
			return "", nil, err
		}
		entries, err := k8s.ParseNetworkPolicy(logger, defaults.ClusterName, &np)
		return ipcachetypes.NewResourceID(ipcachetypes.ResourceKindNetpol, meta.Namespace, meta.Name), entries, err
	case "CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy":
		var cnp v2.CiliumNetworkPolicy
		if err := json.Unmarshal(manifest, &cnp); err != nil {
			return "", nil, err
		}
		// The agent parses a copy. It matters: what a decoder has room for at the end of a list, a merge of rules writes to.
		rules, err := cnp.DeepCopy().Parse(logger, defaults.ClusterName)
		kind := ipcachetypes.ResourceKindCNP
		if meta.Namespace == "" {
			kind = ipcachetypes.ResourceKindCCNP
		}
		return ipcachetypes.NewResourceID(kind, meta.Namespace, meta.Name), policyutils.RulesToPolicyEntries(rules), err
	}
	return "", nil, fmt.Errorf("no policy: %s", meta.Kind)
}

// The identities of a cluster, each once.
type identities struct {
	byLabels map[string]*identity.Identity
	all      identity.IdentityMap
	// The names that pods give their ports.
	ports namedPorts
}

type namedPorts interface {
	ciliumtypes.NamedPortMultiMap
	Update(nid identity.NumericIdentity, old, new ciliumtypes.NamedPortMap) bool
}

func (known identities) GetNamedPorts() ciliumtypes.NamedPortMultiMap { return known.ports }

func (known identities) add(lbls labels.Labels, scope identity.NumericIdentity) *identity.Identity {
	key := lbls.String()
	if id, ok := known.byLabels[key]; ok {
		return id
	}
	id := identity.NewIdentity(scope|identity.NumericIdentity(1000+len(known.byLabels)), lbls)
	known.byLabels[key] = id
	known.all[id.ID] = id.LabelArray
	return id
}

// What policies can be for. The labels of a node are those of its identity, whose number is always the same.
func (known identities) ofSubject(p pod) (*identity.Identity, error) {
	switch p.Kind {
	case "":
		return known.ofPod(p, ""), nil
	case "node":
		lbls := labels.NewFrom(labels.LabelHost)
		relevant, _ := labelsfilter.Filter(labels.Map2Labels(p.Labels, labels.LabelSourceK8s))
		lbls.MergeLabels(relevant)
		return identity.NewIdentity(identity.ReservedIdentityHost, lbls), nil
	case "health":
		return identity.LookupReservedIdentity(identity.ReservedIdentityHealth), nil
	case "uninitialized":
		return identity.LookupReservedIdentity(identity.ReservedIdentityInit), nil
	}
	return nil, fmt.Errorf("no subject: %q", p.Kind)
}

// The identity that the agent gives a pod, by its labels and the names of its ports; one of another cluster, where that is named.
func (known identities) ofPod(p pod, cluster string) *identity.Identity {
	namespace := &slimcorev1.Namespace{ObjectMeta: slimmetav1.ObjectMeta{Name: p.Namespace, Labels: p.NamespaceLabels}}
	var ports []slimcorev1.ContainerPort
	for name, number := range p.Ports {
		ports = append(ports, slimcorev1.ContainerPort{Name: name, ContainerPort: int32(number), Protocol: slimcorev1.ProtocolTCP})
	}
	named, lbls := k8s.GetPodMetadata(logger, namespace, &slimcorev1.Pod{
		ObjectMeta: slimmetav1.ObjectMeta{Name: "pod", Namespace: p.Namespace, Labels: p.Labels},
		Spec:       slimcorev1.PodSpec{ServiceAccountName: p.ServiceAccount, Containers: []slimcorev1.Container{{Ports: ports}}},
	})
	relevant, _ := labelsfilter.Filter(labels.Map2Labels(lbls, labels.LabelSourceK8s))
	for _, label := range k8s.NamedPortsIdentityLabels(named) {
		relevant[label.Key] = label
	}
	if cluster != "" {
		relevant.MergeLabels(labels.Map2Labels(map[string]string{k8sconst.PolicyLabelCluster: cluster}, labels.LabelSourceK8s))
	}
	id := known.add(relevant, 0)
	known.ports.Update(id.ID, nil, named)
	return id
}

func (a *agent) identityOf(known identities, p peer) (*identity.Identity, error) {
	switch p.Kind {
	case "pod":
		return known.ofPod(p.pod, p.Cluster), nil
	case "node":
		return identity.LookupReservedIdentity(identity.ReservedIdentityHost), nil
	case "other node":
		if p.Labels == nil {
			return identity.LookupReservedIdentity(identity.ReservedIdentityRemoteNode), nil
		}
		// As the manager of nodes gives it, where nodes are known by their labels.
		lbls := labels.NewFrom(labels.LabelRemoteNode)
		relevant, _ := labelsfilter.FilterNodeLabels(labels.Map2Labels(p.Labels, labels.LabelSourceNode))
		lbls.MergeLabels(relevant)
		lbls.MergeLabels(labels.Map2Labels(map[string]string{k8sconst.PolicyLabelCluster: defaults.ClusterName}, labels.LabelSourceK8s))
		return known.add(lbls, identity.IdentityScopeRemoteNode), nil
	case "health":
		return identity.LookupReservedIdentity(identity.ReservedIdentityHealth), nil
	case "node of the API server":
		return identity.LookupReservedIdentity(identity.ReservedIdentityKubeAPIServer), nil
	case "uninitialized":
		return identity.LookupReservedIdentity(identity.ReservedIdentityInit), nil
	case "gateway":
		return identity.LookupReservedIdentity(identity.ReservedIdentityIngress), nil
	case "outside", "API server":
		address, err := netip.ParseAddr(p.IP)
		if err != nil {
			return nil, err
		}
		lbls, err := a.outside(address, p.Names)
		if err != nil {
			return nil, err
		}
		if p.Kind == "API server" {
			lbls.MergeLabels(labels.LabelKubeAPIServer)
		}
		return known.add(lbls, identity.IdentityScopeLocal), nil
	}
	return nil, fmt.Errorf("no peer: %q", p.Kind)
}

// The labels of an address outside: of the longest block that a policy speaks of, and of all names that it speaks of.
func (a *agent) outside(address netip.Addr, names []string) (labels.Labels, error) {
	longest := netip.Prefix{}
	lbls := labels.Labels{}
	for _, entry := range a.entries {
		for _, selector := range entry.L3 {
			for _, prefix := range selector.GetCIDRPrefixes() {
				if prefix.Contains(address) && prefix.Bits() > longest.Bits() {
					longest = prefix
				}
			}
			selected, ok := selector.GetFQDNSelector()
			if !ok {
				continue
			}
			pattern, err := selected.ToRegex()
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(names, func(name string) bool { return pattern.MatchString(name + ".") }) {
				label := selected.IdentityLabel()
				lbls[label.Key] = label
			}
		}
	}
	if longest.Bits() > 0 {
		lbls.MergeLabels(labels.GetCIDRLabels(longest))
	}
	lbls.AddWorldLabel(address)
	return lbls, nil
}

// What becomes of the connection of a probe: first on the way, and then at the proxy that its packets may be led to.
func (a *agent) decide(i int, p probe) (string, error) {
	if a.refusal != "" {
		return refused, nil
	}
	e := endpoint{ports: p.Pod.Ports, isHost: p.Pod.Kind == "node"}
	resolved, _, err := a.repository.ComputeSelectorPolicy(a.pods[i])
	if err != nil {
		return "", err
	}
	// A port of the proxy for each parser.
	parsers := map[uint16]policy.L7ParserType{}
	redirects := map[string]uint16{}
	for filter, selected := range resolved.RedirectFilters() {
		id, port := policy.ProxyID(uint16(e.GetID()), filter.Ingress, string(filter.Protocol), filter.Port, selected.Policy.Listener), uint16(0)
		if port = redirects[id]; port == 0 {
			port = uint16(10000 + len(redirects))
			redirects[id] = port
		}
		parsers[port] = selected.Policy.L7Parser
	}
	distilled := resolved.DistillPolicy(logger, e, redirects)
	defer resolved.Supersede()
	defer distilled.Detach(logger)
	// Before the policy is ready: it then lets go of what its selectors select.
	npds := envoy.GetNetworkPolicy(e, distilled.SelectorPolicy.GetEgressNamedPorts, distilled.GetPolicySelectors(), []string{"10.0.0.1"},
		&distilled.SelectorPolicy.L4Policy, distilled.SelectorPolicy.IngressPolicyEnabled, distilled.SelectorPolicy.EgressPolicyEnabled,
		true, false, "", logger, a.translator)
	if err := npds.Validate(); err != nil {
		return fmt.Sprintf("%s: %s", refused, err), nil
	}
	if err := distilled.Ready(); err != nil {
		return "", err
	}
	key := policy.EgressKey()
	if p.Direction == "ingress" {
		key = policy.IngressKey()
	}
	protocol, err := u8proto.ParseProtocol(p.Protocol)
	if err != nil {
		return "", err
	}
	remote := a.peers[i].ID
	entry, _, _ := distilled.Lookup(key.WithIdentity(remote).WithPortProto(protocol, p.Port))
	switch {
	case entry.IsDeny():
		return denied, nil
	case entry.ProxyPort == 0:
		return allowed, nil
	case parsers[entry.ProxyPort] == policy.ParserTypeDNS:
		return lookup(distilled, p, remote), nil
	}
	ports := npds.EgressPerPortPolicies
	if p.Direction == "ingress" {
		ports = npds.IngressPerPortPolicies
	}
	return atProxy(ports, uint32(remote), parsers[entry.ProxyPort], p)
}

// The rules of the proxy for lookups, which is part of the agent.
func lookup(distilled *policy.EndpointPolicy, p probe, remote identity.NumericIdentity) string {
	name := p.Name + "."
	for _, tier := range distilled.SelectorPolicy.L4Policy.Egress.PortRules {
		for filter := range tier.Filters() {
			if filter.Port != p.Port || string(filter.Protocol) != p.Protocol && filter.Protocol != api.ProtoAny {
				continue
			}
			for selector, rules := range filter.PerSelectorPolicies {
				if !selector.Selects(remote) || rules == nil {
					continue
				}
				for _, rule := range rules.DNS {
					selected := api.FQDNSelector(rule)
					if pattern, err := selected.ToRegex(); err == nil && pattern.MatchString(name) {
						return noted
					}
				}
			}
		}
	}
	return denied
}

// The pod, as far as policies ask it.
type endpoint struct {
	ports  map[string]uint16
	isHost bool
}

func (e endpoint) GetID() uint64                                             { return 1 }
func (e endpoint) GetIngressNamedPort(name string, _ u8proto.U8proto) uint16 { return e.ports[name] }
func (e endpoint) PolicyDebug(string, ...any)                                {}
func (e endpoint) IsHost() bool                                              { return e.isHost }
func (e endpoint) PreviousMapStateSizes() policy.MapStateSizes               { return policy.MapStateSizes{} }
func (e endpoint) GetPolicyNames() []string                                  { return nil }
func (e endpoint) GetIPv4Address() string                                    { return "" }
func (e endpoint) GetIPv6Address() string                                    { return "" }
func (e endpoint) OnProxyPolicyUpdate(uint64)                                {}
func (e endpoint) GetListenerProxyPort(string) uint16                        { return 0 }
func (e endpoint) UpdateProxyStatistics(string, string, uint16, uint16, bool, bool, accesslog.FlowVerdict) {
}
func (e endpoint) RegenerateIfAlive(*regeneration.ExternalRegenerationMetadata) <-chan bool {
	done := make(chan bool)
	close(done)
	return done
}

var _ policy.PolicyOwner = endpoint{}

type portPolicies = []*cilium.PortNetworkPolicy
