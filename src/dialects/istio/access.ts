import { authorizationPolicy, policyRules } from './authorization-policy';
import type { Rule } from './authorization-policy';
import type { IstioOptions } from './options';
import { trustDomainOf } from './options';
import { accessAuthentication, needsAuthentication, peerAuthenticationClaim } from './peer-authentication';
import { limitRefusals, valueRefusals } from './refusals';
import { selectionRefusals } from './workload';
import type { AccessModel } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { Claim } from '../contract/claim';
import { podClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import { knownLabels, knownNumber } from '../contract/known';
import type { Refusal } from '../contract/refusal';
import type { Rendering } from '../contract/rendering';
import { renderUnless } from '../contract/rendering';
import type { Support } from '../contract/support';
import { FULL, full, inherent, none } from '../contract/support';

/** What an AuthorizationPolicy can express, whoever enforces it. */
export const AUTHORIZATION_POLICY_SUPPORTS = {
  HTTPPort: FULL,
  GRPCPort: FULL,
  TLSPort: FULL,
  TCPPort: FULL,
  UDPPort: none('the proxies of Istio do not carry UDP'),
  UndeclaredPort: FULL,
  NamedPort: none('an AuthorizationPolicy knows ports by their numbers; give the port of the MeshService its number, `targetPort: 8080`, or create the workload before the MeshService'),
  SubsetPolicy: FULL,
  DenyAll: FULL,
  Denial: none('an AuthorizationPolicy is not rendered with denials'),
  LoneDenial: none('an AuthorizationPolicy is not rendered with denials alone'),
  ServiceAccountSource: full('the principal `<trust domain>/ns/<namespace>/sa/<name>`'),
  NamespaceSource: full('the principals `<trust domain>/ns/<name>/sa/*`, of no other trust domain'),
  NamespaceLabelsSource: none('an AuthorizationPolicy knows namespaces by their names only'),
  PodsSource: none('an AuthorizationPolicy does not know clients by their labels'),
  ApiServerSource: none('an AuthorizationPolicy does not know the API server'),
  NodesSource: none('an AuthorizationPolicy does not know the nodes'),
  SpiffeIdSource: full('the principal, which is the id without its scheme; one of another trust domain only if the mesh trusts that'),
  GatewaySource: full('the principal of its pods'),
  IpBlockSource: full('`ipBlocks`, and the ports take plain text'),
  ClientAddressSource: none('an AuthorizationPolicy does not know the clients behind proxies'),
  AnyAuthenticatedSource: full('the principal `*`'),
  AnyoneSource: full('a rule without `from`, and the ports take plain text'),
  ExceptSources: FULL,
  ExceptRequests: none('an AuthorizationPolicy is not rendered with exceptions of requests'),
  MethodMatching: FULL,
  PathMatching: FULL,
  PathBelowMatching: full('a prefix that ends with a slash'),
  PathStartMatching: full('a prefix'),
  PathEndMatching: none('an AuthorizationPolicy is not rendered with the end of a path'),
  PathTemplateMatching: full('a template with `{*}`'),
  PathRegexMatching: none('the paths of an AuthorizationPolicy are exact, prefixes, suffixes or templates'),
  HeaderMatching: FULL,
  HeaderPresenceMatching: FULL,
  HeaderPartMatching: FULL,
  HeaderRegexMatching: none('the header values of an AuthorizationPolicy are exact, prefixes or suffixes'),
  QueryParamMatching: none('an AuthorizationPolicy has no conditions on the query'),
  GRPCMethodMatching: FULL,
  GRPCAnyServiceMatching: none('an AuthorizationPolicy is not rendered with gRPC methods of any service'),
} satisfies { readonly [F in Exclude<AccessFeature, `${string}HealthProbe` | 'Audit'>]: Support };

const PROBES = inherent('the agent in the sidecar makes the probes of the kubelet itself, and no policy sees them');

/** With this annotation, proxies report what the policy would deny, and enforce nothing. */
const DRY_RUN = { 'istio.io/dry-run': 'true' };

/**
 * One AuthorizationPolicy that allows what the model allows; its presence denies the rest. Identities hold over mutual
 * TLS only, so a PeerAuthentication demands it, unless the mesh does.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export function istioAccess(options: IstioOptions): Dialect<AccessModel, AccessFeature> {
  return {
    renders: 'an AuthorizationPolicy, and a PeerAuthentication that demands mutual TLS, except on ports where clients without an identity are let in',
    supports: {
      ...AUTHORIZATION_POLICY_SUPPORTS,
      HealthProbe: PROBES,
      HTTPSHealthProbe: PROBES,
      GRPCHealthProbe: PROBES,
      TCPHealthProbe: PROBES,
      Audit: full('the annotation `istio.io/dry-run`'),
    },
    claims: model => [...podClaims(model), ...authenticationClaims(model, options)],
    render: model => render(model, options),
  };
}

/** The probes of the kubelet bypass the policy. */
export type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules' | 'audit', 'healthProbes' | 'denials' | 'leavesRest'>;

function render(model: Policy, options: IstioOptions): Rendering<AccessFeature> {
  const { name, namespace, destination, audit } = model;
  const own = { name, namespace };
  const rules = flatMap(model.rules, rule => policyRules(rule, rule.ports.map(knownNumber), trustDomainOf(options)));
  return renderUnless(accessRefusals(model, rules), () => [
    authorizationPolicy(audit ? { ...own, annotations: DRY_RUN } : own, { selector: { matchLabels: knownLabels(destination) } }, rules),
    ...accessAuthentication(model, options.strictMutualTls),
  ]);
}

/** Of two PeerAuthentications for the same pods, one is ignored. */
export function authenticationClaims(model: Policy, { strictMutualTls }: IstioOptions): Claim[] {
  const { namespace, destination } = model;
  return needsAuthentication(model, strictMutualTls) ? [peerAuthenticationClaim({ namespace, workload: destination })] : [];
}

export function accessRefusals(model: Policy, rules: readonly Rule[]): Refusal<AccessFeature>[] {
  return [
    ...selectionRefusals<AccessFeature>('an AuthorizationPolicy', { namespace: model.namespace, workload: model.destination }),
    ...valueRefusals(model),
    ...limitRefusals(rules),
  ];
}

