import type { Action } from './authorization-policy';
import { authorizationPolicy, policyRules } from './authorization-policy';
import type { IstioOptions } from './options';
import { rootNamespaceOf, trustDomainOf } from './options';
import { isEvadable } from './paths';
import { accessAuthentication, identityClaims, needsAuthentication, peerAuthenticationClaim, tellsIdentitiesApart } from './peer-authentication';
import { limitRefusals, valueRefusals } from './refusals';
import { selectionRefusals } from './workload';
import type { AccessModel, AccessRule, Source } from '../../model/access';
import { admitsUnauthenticated } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { Claim } from '../contract/claim';
import { podClaims } from '../contract/claim';
import type { Dialect, Need } from '../contract/dialect';
import { knownLabels, knownNumber } from '../contract/known';
import type { Refusal } from '../contract/refusal';
import type { Rendering } from '../contract/rendering';
import { renderUnless } from '../contract/rendering';
import type { Support } from '../contract/support';
import { FULL, full, inherent, none } from '../contract/support';
import { issuerNeeds } from '../contract/token-issuers';

const NO_ENTITIES = none('an AuthorizationPolicy knows clients by their identity or their address', 'Name their addresses: Identity.ipBlock(\'10.0.0.0/24\')');

/** What an AuthorizationPolicy can express, whoever enforces it. */
export const AUTHORIZATION_POLICY_SUPPORTS = {
  HTTPPort: FULL,
  GRPCPort: FULL,
  TLSPort: FULL,
  TCPPort: FULL,
  UDPPort: none('the proxies of Istio do not carry UDP'),
  UndeclaredPort: FULL,
  NamedPort: none('an AuthorizationPolicy knows ports by their numbers; give the port of the MeshService its number, `targetPort: 8080`, or create the workload before the MeshService'),
  PodsPolicy: inherent('an AuthorizationPolicy selects pods by their labels, whichever Services they have'),
  SubsetPolicy: FULL,
  DenyAll: FULL,
  Denial: full('an AuthorizationPolicy of action DENY'),
  LoneDenial: full('an AuthorizationPolicy of action DENY alone'),
  Grant: full('AuthorizationPolicies of its own'),
  GrantElsewhere: full('AuthorizationPolicies of its own'),
  ServiceAccountSource: full('the principal `<trust domain>/ns/<namespace>/sa/<name>`'),
  NamespaceSource: full('the principals `<trust domain>/ns/<name>/sa/*`, of no other trust domain'),
  NamespaceLabelsSource: none('an AuthorizationPolicy knows namespaces by their names only'),
  PodsSource: none('an AuthorizationPolicy knows clients by their identity, which holds no labels'),
  OtherClusterSource: none('an AuthorizationPolicy knows clients by their identity, which holds no labels'),
  UninitializedSource: none('an AuthorizationPolicy knows clients by their identity, and these pods have none'),
  TrustDomainSource: full('the principals `<trust domain>/*`; only if the mesh trusts it'),
  ApiServerSource: NO_ENTITIES,
  NodesSource: NO_ENTITIES,
  NodeLabelsSource: NO_ENTITIES,
  SpiffeIdSource: full('the principal, which is the id without its scheme; one of another trust domain only if the mesh trusts that'),
  GatewaySource: full('the principal of its pods'),
  IpBlockSource: full('`ipBlocks`, and the ports take plain text'),
  AnyAuthenticatedSource: full('the principal `*`'),
  AnyoneSource: full('a rule without `from`, and the ports take plain text'),
  ExceptSources: FULL,
  ExceptRequests: full('`notPaths`, `notMethods` and `notValues`'),
  MethodMatching: FULL,
  PathMatching: FULL,
  PathBelowMatching: full('a prefix that ends with a slash'),
  PathStartMatching: full('a prefix'),
  PathEndMatching: full('a suffix'),
  PathTemplateMatching: full('a template with `{*}` and `{**}`'),
  PathRegexMatching: none('the paths of an AuthorizationPolicy are exact, prefixes, suffixes or templates'),
  HeaderMatching: FULL,
  HeaderPresenceMatching: FULL,
  HeaderPartMatching: FULL,
  HeaderRegexMatching: none('the header values of an AuthorizationPolicy are exact, prefixes or suffixes'),
  QueryParamMatching: none('an AuthorizationPolicy has no conditions on the query'),
  GRPCMethodMatching: FULL,
  GRPCAnyServiceMatching: full('a template with `{*}`'),
  EndUsers: full('conditions on `request.auth.claims`, of tokens that a RequestAuthentication has proven'),
  EndUserSubject: full('a condition on `request.auth.claims[sub]`'),
  EndUserClaims: full('conditions on `request.auth.claims`'),
  EndUserClaimParts: FULL,
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
    needs,
    claims: model => [...podClaims(model), ...authenticationClaims(model, options)],
    render: model => render(model, options),
  };
}

/** The probes of the kubelet bypass the policy. */
export type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules' | 'denials' | 'leavesRest' | 'audit' | 'grant', 'healthProbes'>;

function render(model: Policy, options: IstioOptions): Rendering<AccessFeature> {
  const { name, namespace, destination, leavesRest, audit } = model;
  const metadata = (of: string) => ({ name: of, namespace, ...audit && { annotations: DRY_RUN } });
  const rulesOf = (rules: readonly AccessRule[], action: Action) =>
    flatMap(rules, rule => policyRules(rule, rule.ports.map(knownNumber), trustDomainOf(options), action));
  const refusals = [...accessRefusals(model, options), ...model.leavesRest && !options.strictMutualTls ? unprovenRefusals(model) : []];
  return renderUnless(refusals, () => {
    const pods = { selector: { matchLabels: knownLabels(destination) } };
    return [
      ...leavesRest ? [] : [authorizationPolicy(metadata(name), pods, rulesOf(model.rules, 'ALLOW'))],
      ...model.denials.length === 0 ? [] : [authorizationPolicy(metadata(leavesRest ? name : `${name}-deny`), pods, rulesOf(model.denials, 'DENY'), 'DENY')],
      ...accessAuthentication(model, options.strictMutualTls),
    ];
  });
}

/** Of two PeerAuthentications for the same pods, one is ignored; one for other reasons has to leave identities to be proven. */
export function authenticationClaims(model: Policy, { strictMutualTls }: IstioOptions): Claim[] {
  const { namespace, destination } = model;
  const selected = { namespace, workload: destination };
  if (needsAuthentication(model, strictMutualTls)) return [peerAuthenticationClaim(selected)];
  // Grants add to a policy without rules, and name identities.
  const isForGrants = model.rules.length === 0 && !model.leavesRest;
  return isForGrants || [...model.rules, ...model.denials].some(tellsIdentitiesApart) ? identityClaims(selected, 'proven') : [];
}

/** Without a RequestAuthentication that names it, no token of an issuer proves anything. */
export function needs(model: AccessModel): Need[] {
  return issuerNeeds(model, 'where no other RequestAuthentication does, nobody is let in');
}

export function accessRefusals(model: Policy, options: IstioOptions): Refusal<AccessFeature>[] {
  const all = [...model.denials, ...model.rules];
  return [
    ...selectionRefusals<AccessFeature>('an AuthorizationPolicy', { namespace: model.namespace, workload: model.destination }, rootNamespaceOf(options)),
    ...valueRefusals(all),
    ...limitRefusals(model),
    ...model.denials.length === 0 ? [] : openDenials(model),
    ...evadablePaths(model),
  ];
}

/** A path that is denied, or excepted from what is allowed, however it is spelled. */
export function evadablePaths({ denials, rules }: {
  readonly denials: readonly Pick<AccessRule, 'requests'>[]; readonly rules: readonly Pick<AccessRule, 'exceptRequests'>[];
}): Refusal<never>[] {
  const negated = [...flatMap(denials, ({ requests }) => requests), ...flatMap(rules, ({ exceptRequests }) => exceptRequests)];
  return flatMap(negated, ({ path }) => path === undefined || !isEvadable(path) ? [] : [{
    what: `a denial, or an exception, of the path ${path.type === 'template' ? 'template' : 'end'} '${path.value}'`,
    ...EVADED[path.type === 'template' ? 'template' : 'end'],
  }]);
}

const EVADED = {
  template: {
    reason: "the proxy takes no '[' for part of an element in braces, nor slashes in a row for one, and a server may answer such paths all the same",
    remedy: 'Deny all that is below the elements before the first one in braces, or list what is allowed',
  },
  end: {
    reason: 'Istio compares slashes in a row as they are, and a server may take several for one',
    remedy: 'Deny an end that has a slash at its start only, or list what is allowed',
  },
};

/** A client that is denied by its identity leaves it at home, where plain text is taken too. */
function openDenials({ denials, rules }: Policy): Refusal<AccessFeature>[] {
  const open = new Set(flatMap(rules.filter(({ sources }) => sources.some(admitsUnauthenticated)), ({ ports }) => ports.map(({ port }) => port)));
  const met = new Set(flatMap(denials.filter(byIdentity), ({ ports }) => ports.map(({ port }) => port).filter(port => open.has(port))));
  return [...met].map(port => ({
    what: `the denial of identities on port ${port}`,
    reason: 'an allowance lets in clients without an identity there, and whoever is denied could come as one',
    remedy: 'Allow identities only on that port, or deny the requests to Identity.anyone()',
  }));
}

function unprovenRefusals({ denials }: Policy): Refusal<AccessFeature>[] {
  return !denials.some(byIdentity) ? [] : [{
    what: 'denials of identities that leave all else as it is',
    reason: 'the pods may take plain text, in which whoever is denied could come without an identity',
    remedy: 'Say `strictMutualTls: true` for the target if the whole mesh demands mutual TLS, or write the denials as the `deny` of a ServiceAccessPolicy',
  }];
}

/** Whether a denial is for clients that only mutual TLS tells from others. */
function byIdentity({ sources }: { readonly sources: readonly Source[] }): boolean {
  return !sources.every(({ kind }) => kind === 'anyone' || kind === 'ipBlock');
}
