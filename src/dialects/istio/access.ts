import { authorizationPolicy } from './authorization-policy';
import { peerAuthentication } from './peer-authentication';
import type { AccessModel } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { RequestMatch } from '../../model/match';
import type { Dialect, Manifest, Refusal } from '../dialect';
import { FULL, inherent, none, podClaims } from '../dialect';

export interface IstioOptions {
  /** `cluster.local` stands for the trust domain of the mesh, whatever that is. */
  readonly trustDomain?: string;
  /** Whether the mesh refuses plain text by itself. */
  readonly strictMutualTls: boolean;
}

/**
 * One AuthorizationPolicy that allows what the model allows; its presence denies the rest. Identities hold over mutual
 * TLS only, so a PeerAuthentication demands it, unless the mesh does.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export function istioAccess(options: IstioOptions): Dialect<AccessModel, AccessFeature> {
  return {
    supports: {
      HTTPPort: FULL,
      GRPCPort: FULL,
      TLSPort: FULL,
      TCPPort: FULL,
      UDPPort: none('the proxies of Istio do not carry datagrams'),
      UndeclaredPort: FULL,
      DenyAll: FULL,
      ServiceAccountSource: FULL,
      NamespaceSource: FULL,
      NamespaceLabelsSource: none('an AuthorizationPolicy knows namespaces by their names only'),
      SpiffeIdSource: none('WIP'),
      IpBlockSource: none('WIP'),
      AnyAuthenticatedSource: FULL,
      AnyoneSource: none('WIP'),
      ExceptSources: none('WIP'),
      MethodMatching: FULL,
      PathMatching: FULL,
      PathTemplateMatching: none('WIP'),
      PathRegexMatching: none('the paths of an AuthorizationPolicy are exact, prefixes or suffixes'),
      HeaderMatching: FULL,
      HeaderPresenceMatching: none('WIP'),
      HeaderRegexMatching: none('the header values of an AuthorizationPolicy are exact, prefixes or suffixes'),
      QueryParamMatching: none('an AuthorizationPolicy has no conditions on the query'),
      GRPCMethodMatching: FULL,
      HealthProbe: inherent('the sidecar makes the probes of the kubelet itself, behind the policy'),
      Audit: none('WIP'),
    },
    claims: podClaims,
    refusals,
    render: model => render(options, model),
  };
}

function refusals({ destination, rules }: AccessModel): Refusal<AccessFeature>[] {
  const noSelector: Refusal<AccessFeature>[] = destination.podSelector !== undefined ? [] : [{
    what: `a policy for '${destination.service}'`,
    reason: 'an AuthorizationPolicy selects the pods by their labels, which are unknown',
    remedy: 'Give the MeshService its `podSelector`',
  }];
  return [...noSelector, ...rules.flatMap(rule => rule.requests).flatMap(wildcardRefusals)];
}

/** Istio gives `*` and `{` a meaning in values that have none in the model. */
function wildcardRefusals({ path, headers }: RequestMatch): Refusal<AccessFeature>[] {
  const literal = (what: string, value: string): Refusal<AccessFeature> => ({
    what: `the ${what} '${value}'`,
    reason: "an AuthorizationPolicy reads '*' at either end as a wildcard, and has no way to mean the character",
    remedy: 'Leave the match out for this target',
  });
  return [
    ...(path !== undefined && path.type !== 'regex' && path.value.includes('*') ? [literal('path', path.value)] : []),
    ...headers.filter(h => h.type === 'exact' && /^\*|\*$/.test(h.value)).map(h => literal('header value', h.value)),
  ];
}

function render(options: IstioOptions, model: AccessModel): Manifest[] {
  const identitiesMatter = model.rules.length > 0 && !options.strictMutualTls;
  return [
    authorizationPolicy(model, options.trustDomain ?? 'cluster.local'),
    ...(identitiesMatter ? [peerAuthentication(model)] : []),
  ];
}
