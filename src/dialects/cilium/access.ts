import type { IngressDenyRule, IngressRule } from './apis';
import { ciliumNetworkPolicy, inParts } from './apis';
import { clientRefusals, clientSupports, longAccount } from './clients';
import { httpRule, httpRuleSupports, requestRefusals } from './http-rule';
import { endpointSelector, MAX_VALUE, selectorRefusals, SERVICE_ACCOUNT } from './labels';
import { deniedPeers, includesOwnNode, peers } from './peers';
import type { AccessModel, AccessRule } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import { workloadInWords } from '../../model/service-ref';
import type { Claim } from '../contract/claim';
import { claim, podClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownLabels } from '../contract/known';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { sourceInWords } from '../contract/source-words';
import { FULL, full, inherent, none, partial } from '../contract/support';

const DENIALS = 'denials are for every request of their clients, and not for IP blocks, which hold for no pods';

const PROBES = inherent('a node reaches its own pods, whatever their policies');

/**
 * One CiliumNetworkPolicy that allows what the model allows; its presence denies the rest. Rules add up, even rules on requests
 * with rules that have none. What denies goes before all of them.
 *
 * @see https://docs.cilium.io/en/stable/security/policy/language/
 */
export function ciliumAccess(nodeSelectorLabels: boolean): Dialect<AccessModel, AccessFeature> {
  return {
    renders: 'a CiliumNetworkPolicy',
    supports: {
      HTTPPort: FULL,
      GRPCPort: FULL,
      TLSPort: FULL,
      TCPPort: FULL,
      UDPPort: FULL,
      UndeclaredPort: FULL,
      NamedPort: FULL,
      PodsPolicy: inherent('a CiliumNetworkPolicy selects pods, by their labels or by their ServiceAccount, and knows no Services'),
      SubsetPolicy: FULL,
      DenyAll: FULL,
      Denial: partial(DENIALS, '`ingressDeny`'),
      LoneDenial: partial(DENIALS, '`ingressDeny`, and `enableDefaultDeny: { ingress: false }`'),
      Grant: full('a CiliumNetworkPolicy of its own'),
      GrantElsewhere: full('a CiliumNetworkPolicy of its own'),
      ...clientSupports,
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
    claims: model => [...podClaims(model), ...accountClaims(model)],
    render: model => renderUnless(refusals(model, nodeSelectorLabels), () => manifests(model)),
  };
}

/** A node reaches its own pods, so probes need no rule, but no denial may stop them; policies that only report are refused. */
type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules' | 'denials' | 'leavesRest' | 'healthProbes', 'audit' | 'grant'>;

/** Whether a client calls pods by their addresses makes no difference to Cilium. */
type PolicyRule = Fields<AccessRule, 'sources' | 'exceptSources' | 'ports' | 'requests', 'byAddress' | 'endUsers' | 'exceptRequests'>;

/** What a denial cannot say is refused. */
type DenyingRule = Fields<AccessRule, 'sources' | 'exceptSources' | 'ports', 'requests' | 'exceptRequests' | 'byAddress' | 'endUsers'>;

function refusals({ namespace, destination, rules, denials, healthProbes }: Policy, nodeSelectorLabels: boolean): Refusal<AccessFeature>[] {
  const all = [...denials, ...rules];
  return [
    ...workloadRefusals(namespace, destination),
    ...clientRefusals<AccessFeature>(all, nodeSelectorLabels),
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
      what: `a denial of ${sourceInWords(source)}`,
      reason: 'blocks of addresses hold for no pods and no nodes in Cilium, so some clients in it would not be denied',
      remedy: 'Deny pods by their ServiceAccounts, namespaces or labels, and leave the addresses out of what is allowed',
    })),
    ...sources.filter(({ kind }) => kind === 'nodeLabels').map(source => ({
      what: `a denial of ${sourceInWords(source)}`,
      reason: 'Cilium knows the node of the pod by no labels, so it would not be denied, even if it has them',
      remedy: 'Deny Identity.nodes(), or leave these nodes out of what is allowed',
    })),
    ...(probed.length === 0 ? [] : sources.filter(includesOwnNode).map(source => ({
      what: `a denial of ${sourceInWords(source)} on the port ${probed[0].port} of a health probe`,
      reason: 'Cilium knows the kubelet by its node alone, and the denial would keep out its probes, too',
      remedy: 'Let the probe call another port, or the denial be for other ports',
    }))),
  ];
}

/** Pods without a Service are selected by their ServiceAccount, where that is all that is known of them. Of a Service, others may run as it. */
function accountOf({ service, serviceAccount, podSelector }: AccessModel['destination']): string | undefined {
  return service === undefined && podSelector === undefined ? serviceAccount : undefined;
}

function workloadRefusals(namespace: string, destination: AccessModel['destination']): Refusal<AccessFeature>[] {
  const account = accountOf(destination);
  return account === undefined ? selectorRefusals(namespace, destination)
    : account.length > MAX_VALUE ? [longAccount(`a policy for ${workloadInWords(destination)}`)] : [];
}

/** Policies for pods that run as one ServiceAccount may be several, unless one is for all that do. Grants to some of them stand beside any. */
function accountClaims({ namespace, destination, leavesRest, grant }: Pick<AccessModel, 'namespace' | 'destination' | 'leavesRest' | 'grant'>): Claim[] {
  const { serviceAccount: name } = destination;
  const isByLabels = accountOf(destination) === undefined;
  return leavesRest || name === undefined || (isByLabels && grant !== undefined) ? []
    : [claim('policy', { type: 'serviceAccount', name, namespace }, isByLabels ? 'by their labels' : undefined)];
}

function manifests(model: Policy): Manifest[] {
  const account = accountOf(model.destination);
  const ingress = flatMap(model.rules, ingressRules);
  const ingressDeny = flatMap(model.denials, denyingRules);
  return [ciliumNetworkPolicy(model, {
    endpointSelector: account === undefined ? endpointSelector(knownLabels(model.destination)) : { matchLabels: { [SERVICE_ACCOUNT]: account } },
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
