import type { IngressRule } from './network-policy';
import { clientSupports, ingressRule, networkPolicy, networkPolicyPort, selectorRefusals } from './network-policy';
import type { AccessModel, AccessRule } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { denialClaims, inAllowances, TAKEN_OUT } from '../contract/allowances';
import { podClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownLabels } from '../contract/known';
import type { Manifest } from '../contract/manifest';
import { renderUnless } from '../contract/rendering';
import { FULL, full, inherent, none } from '../contract/support';

const noRequests = none('a NetworkPolicy tells ports apart, not requests');
const PROBES = inherent('a node reaches its own pods, whatever their policies');

/**
 * One NetworkPolicy that allows what the model allows; its presence denies the rest.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export const networkPolicyAccess: Dialect<AccessModel, AccessFeature> = {
  renders: 'a NetworkPolicy, for namespaces, addresses and ports',
  supports: {
    HTTPPort: FULL,
    GRPCPort: FULL,
    TLSPort: FULL,
    TCPPort: FULL,
    UDPPort: FULL,
    UndeclaredPort: FULL,
    NamedPort: FULL,
    PodsPolicy: inherent('a NetworkPolicy selects pods by their labels, and knows no Services'),
    SubsetPolicy: FULL,
    DenyAll: FULL,
    Denial: TAKEN_OUT,
    LoneDenial: none('a NetworkPolicy only allows, and everything else is denied', 'Write a ServiceAccessPolicy of what is allowed'),
    Grant: full('a NetworkPolicy of its own'),
    GrantElsewhere: full('a NetworkPolicy of its own'),
    ...clientSupports,
    ExceptRequests: noRequests,
    MethodMatching: noRequests,
    PathMatching: noRequests,
    PathBelowMatching: noRequests,
    PathStartMatching: noRequests,
    PathEndMatching: noRequests,
    PathTemplateMatching: noRequests,
    PathRegexMatching: noRequests,
    HeaderMatching: noRequests,
    HeaderPresenceMatching: noRequests,
    HeaderPartMatching: noRequests,
    HeaderRegexMatching: noRequests,
    QueryParamMatching: noRequests,
    GRPCMethodMatching: noRequests,
    GRPCAnyServiceMatching: noRequests,
    EndUsers: none('a NetworkPolicy knows no requests'),
    EndUserSubject: none('a NetworkPolicy knows no requests'),
    EndUserClaims: none('a NetworkPolicy knows no requests'),
    EndUserClaimParts: none('a NetworkPolicy knows no requests'),
    HealthProbe: PROBES,
    HTTPSHealthProbe: PROBES,
    GRPCHealthProbe: PROBES,
    TCPHealthProbe: PROBES,
    Audit: none('a NetworkPolicy cannot only report'),
  },
  claims: model => [...podClaims(model), ...denialClaims(model)],
  inAllowances,
  render: model => renderUnless(selectorRefusals(model.destination), () => manifests(model)),
};

/** A node reaches its own pods, so probes need no rule; policies that only report are refused. */
type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules', 'healthProbes' | 'audit' | 'denials' | 'leavesRest' | 'grant'>;

/** Exceptions and requests are refused. */
type PolicyRule = Fields<AccessRule, 'sources' | 'ports', 'exceptSources' | 'requests' | 'byAddress' | 'endUsers' | 'exceptRequests'>;

function manifests(model: Policy): Manifest[] {
  return [networkPolicy(model, {
    podSelector: { matchLabels: knownLabels(model.destination) },
    policyTypes: ['Ingress'],
    ...(model.rules.length > 0 && { ingress: model.rules.map(ruleOf) }),
  })];
}

function ruleOf({ sources, ports }: PolicyRule): IngressRule {
  return ingressRule(sources, ports.map(networkPolicyPort));
}
