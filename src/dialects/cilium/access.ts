import type { IngressDenyRule, IngressRule } from './apis';
import { ciliumNetworkPolicy, inParts } from './apis';
import { httpRule, httpRuleSupports, requestRefusals } from './http-rule';
import { endpointSelector, MAX_VALUE, namespaceLabelRefusals, podLabelRefusals, selectorRefusals } from './labels';
import { deniedPeers, includesOwnNode, peers } from './peers';
import type { AccessModel, AccessRule, SourceFields } from '../../model/access';
import { sourceKey } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { podClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownLabels } from '../contract/known';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full, inherent, none, partial } from '../contract/support';

const NO_SPIFFE = 'Cilium knows clients by their ServiceAccount, their namespace or their address, not by SPIFFE ids';

const DENIALS = 'denials are for every request of their clients, and not for IP blocks, which hold for no pods';

const PROBES = inherent('a node reaches its own pods, whatever their policies');

/**
 * One CiliumNetworkPolicy that allows what the model allows; its presence denies the rest. Rules add up, even rules on requests
 * with rules that have none. What denies goes before all of them.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export const ciliumAccess: Dialect<AccessModel, AccessFeature> = {
  renders: 'a CiliumNetworkPolicy',
  supports: {
    HTTPPort: FULL,
    GRPCPort: FULL,
    TLSPort: FULL,
    TCPPort: FULL,
    UDPPort: FULL,
    UndeclaredPort: FULL,
    NamedPort: FULL,
    PodsPolicy: none('the target knows policies for Services only'),
    SubsetPolicy: FULL,
    DenyAll: FULL,
    Denial: partial(DENIALS, '`ingressDeny`'),
    LoneDenial: partial(DENIALS, '`ingressDeny`, and `enableDefaultDeny: { ingress: false }`'),
    Grant: full('a CiliumNetworkPolicy of its own'),
    GrantElsewhere: full('a CiliumNetworkPolicy of its own'),
    ServiceAccountSource: full('the label `io.cilium.k8s.policy.serviceaccount`'),
    NamespaceSource: full('a selector of the namespace'),
    NamespaceLabelsSource: full('a selector of namespaces'),
    PodsSource: full('a selector of pods, and of their namespaces'),
    ApiServerSource: full('the entity `kube-apiserver`, which is the whole node, where it runs on one of the cluster'),
    NodesSource: full('the entities `host` and `remote-node`'),
    SpiffeIdSource: none(NO_SPIFFE),
    GatewaySource: full('the entity `ingress`, which is every gateway of Cilium; or the ServiceAccount in its `pods`, where another controller runs it'),
    IpBlockSource: full('`fromCIDRSet`, for addresses outside the cluster'),
    AnyAuthenticatedSource: full('every pod that has an identity'),
    AnyoneSource: full('the entity `all`'),
    ExceptSources: FULL,
    ExceptRequests: none('a CiliumNetworkPolicy allows requests, and excepts none', 'Let `requests` name those that may pass'),
    ...httpRuleSupports,
    EndUsers: none('the proxy of Cilium reads no tokens'),
    EndUserSubject: none('the proxy of Cilium reads no tokens'),
    EndUserClaims: none('the proxy of Cilium reads no tokens'),
    EndUserClaimParts: none('the proxy of Cilium reads no tokens'),
    HealthProbe: PROBES,
    HTTPSHealthProbe: PROBES,
    GRPCHealthProbe: PROBES,
    TCPHealthProbe: PROBES,
    Audit: none('audit mode is a setting of the Cilium agent or of an endpoint, not of a policy'),
  },
  claims: podClaims,
  render: model => renderUnless(refusals(model), () => manifests(model)),
};

/** A node reaches its own pods, so probes need no rule, but no denial may stop them; policies that only report are refused. */
type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules' | 'denials' | 'leavesRest' | 'healthProbes', 'audit' | 'grant'>;

/** Whether a client calls pods by their addresses makes no difference to Cilium. */
type PolicyRule = Fields<AccessRule, 'sources' | 'exceptSources' | 'ports' | 'requests', 'byAddress' | 'endUsers' | 'exceptRequests'>;

/** What a denial cannot say is refused. */
type DenyingRule = Fields<AccessRule, 'sources' | 'exceptSources' | 'ports', 'requests' | 'exceptRequests' | 'byAddress' | 'endUsers'>;

function refusals({ namespace, destination, rules, denials, healthProbes }: Policy): Refusal<AccessFeature>[] {
  const all = [...denials, ...rules];
  const clients = flatMap(all, ({ sources, exceptSources }) => [...sources, ...exceptSources]);
  return [
    ...selectorRefusals<AccessFeature>(namespace, destination),
    ...flatMap(all, rule => rule.exceptSources).filter(({ kind }) => kind === 'spiffeId').map(source => ({
      what: `the exception ${sourceKey(source)}`,
      reason: NO_SPIFFE,
      remedy: 'Except ServiceAccounts or namespaces',
    })),
    ...flatMap(clients, client => client.kind === 'serviceAccount' && client.name.length > MAX_VALUE ? [{
      what: sourceKey(client),
      reason: `a selector of Cilium takes values of at most ${MAX_VALUE} characters`,
      remedy: 'Use a ServiceAccount with a shorter name',
    }] : []),
    ...flatMap(clients, client => client.kind === 'namespaceLabels' ? namespaceLabelRefusals<AccessFeature>(client.labels) : []),
    ...flatMap(clients, client => client.kind === 'pods' ? podsRefusals(client) : []),
    ...flatMap(flatMap(rules, rule => rule.requests), request => requestRefusals(request)),
    ...flatMap(denials, denial => denialRefusals(denial, healthProbes)),
  ];
}

function denialRefusals({ sources, ports, requests }: AccessRule, healthProbes: Policy['healthProbes']): Refusal<AccessFeature>[] {
  const probed = ports.filter(({ port, name }) => healthProbes.some(probe => probe.port === port || probe.port === name));
  return [
    ...(requests.length === 0 ? [] : [{
      what: 'a denial of some requests',
      reason: 'the denials of Cilium are for clients and ports, and tell no requests apart',
      remedy: 'Deny every request of the clients, or let `allow` name the requests that may pass',
    }]),
    ...sources.filter(({ kind }) => kind === 'ipBlock').map(source => ({
      what: `a denial of ${sourceKey(source)}`,
      reason: 'blocks of addresses hold for no pods and no nodes in Cilium, so some clients in it would not be denied',
      remedy: 'Deny pods by their ServiceAccounts, namespaces or labels, and leave the addresses out of what is allowed',
    })),
    ...(probed.length === 0 ? [] : sources.filter(includesOwnNode).map(source => ({
      what: `a denial of ${sourceKey(source)} on the port ${probed[0].port} of a health probe`,
      reason: 'Cilium knows the kubelet by its node alone, and the denial would keep out its probes, too',
      remedy: 'Let the probe call another port, or the denial be for other ports',
    }))),
  ];
}

function podsRefusals({ labels, namespaceLabels = {} }: SourceFields<'pods', 'labels' | 'namespaceLabels', 'namespace'>): Refusal<AccessFeature>[] {
  return [...podLabelRefusals<AccessFeature>(labels), ...namespaceLabelRefusals<AccessFeature>(namespaceLabels)];
}

function manifests(model: Policy): Manifest[] {
  const ingress = flatMap(model.rules, ingressRules);
  const ingressDeny = flatMap(model.denials, denyingRules);
  return [ciliumNetworkPolicy(model, {
    endpointSelector: endpointSelector(knownLabels(model.destination)),
    ...(model.leavesRest && { enableDefaultDeny: { ingress: false } }),
    // An empty rule lets nobody in; no rule at all would leave the pods open, or be no policy.
    ...((!model.leavesRest || ingressDeny.length === 0) && { ingress: ingress.length > 0 ? ingress : [{}] }),
    ...(ingressDeny.length > 0 && { ingressDeny }),
  })];
}

function ingressRules(rule: PolicyRule): IngressRule[] {
  const http = rule.requests.map(httpRule);
  const toPorts = openings(rule.ports).map(opening => ({ ...opening, ...(http.length > 0 && { rules: { http } }) }));
  return peers(rule).map(from => ({ ...from, toPorts }));
}

function denyingRules(rule: DenyingRule): IngressDenyRule[] {
  return deniedPeers(rule).map(from => ({ ...from, toPorts: openings(rule.ports) }));
}

function openings(all: AccessRule['ports']) {
  return inParts(all).map(ports => ({
    ports: ports.map(({ port, protocol }) => ({ port: String(port), protocol: protocol === 'UDP' ? 'UDP' as const : 'TCP' as const })),
  }));
}
