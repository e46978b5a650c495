import { ACCESS_API_VERSION, SPECS_API_VERSION } from './apis';
import { expressionRefusals } from './expressions';
import { httpRouteGroup, httpRouteGroupSupports, matchName } from './http-route-group';
import type { TrafficTargetSpec, TrafficTargetSpecRules } from '../../../imports/smi/access.smi-spec.io';
import type { TcpRouteSpec } from '../../../imports/smi/specs.smi-spec.io';
import type { AccessModel, AccessRule, ServiceAccountSource, Source, SourceFields } from '../../model/access';
import { sourceKey } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { withGrants } from '../../model/grants';
import { shortHash } from '../../model/hash';
import { distinctBy, flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { ANY_REQUEST, intersect, isAnyRequest, matchKey } from '../../model/match';
import { hasRequests } from '../../model/protocol';
import type { Backend } from '../../model/service-ref';
import { workloadInWords } from '../../model/service-ref';
import { inAllowances, TAKEN_OUT } from '../contract/allowances';
import type { Claim } from '../contract/claim';
import { claim, podClaims } from '../contract/claim';
import type { Dialect, Part } from '../contract/dialect';
import { knownNumber } from '../contract/known';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { rendered, renderUnless } from '../contract/rendering';
import { sourceInWords } from '../contract/source-words';
import { FULL, full, inherent, none, partial } from '../contract/support';
import { refused } from '../contract/unwritten';

const PROBES = inherent('Open Service Mesh points the probes of the kubelet past its policies');

/** How the implementations differ in access. */
export interface TrafficTargetOptions {
  /** Whether UDPRoutes are read. */
  readonly udp: boolean;
  /** Whether ports that no Service declares can be reached. */
  readonly undeclaredPorts: boolean;
  /** Whether the routes of Envoy decide: the first match that is found, in no fixed order, and not all matches. */
  readonly envoyDecides: boolean;
}

/**
 * One TrafficTarget for all ServiceAccounts that may do the same, with a TCPRoute and a UDPRoute for the ports, and one
 * HTTPRouteGroup for the requests of the whole policy; and the same for each other ServiceAccount of the pods behind the Service. Routes are always named: a TrafficTarget without ports would open
 * all of them.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-access/v1alpha3/traffic-access.md
 */
export function trafficTargetDialect({ udp, undeclaredPorts, envoyDecides }: TrafficTargetOptions): Dialect<AccessModel, AccessFeature> {
  const accountsOnly = none('a TrafficTarget knows ServiceAccounts only');
  return {
    renders: `a TrafficTarget for each set of ServiceAccounts that may do the same, with an HTTPRouteGroup${udp ? ', a TCPRoute and a UDPRoute' : ' and a TCPRoute'}`,
    supports: {
      HTTPPort: FULL,
      GRPCPort: FULL,
      TLSPort: FULL,
      TCPPort: FULL,
      UDPPort: udp ? FULL : none('Open Service Mesh ignores UDPRoutes, and opens every TCP port to a source that has no TCPRoute'),
      UndeclaredPort: undeclaredPorts ? FULL : none('the proxies of Open Service Mesh know the ports that Services declare, and refuse the others'),
      NamedPort: none('a TCPRoute of SMI knows ports by their numbers; give the port of the MeshService its number, `targetPort: 8080`, or create the workload before the MeshService'),
      PodsPolicy: undeclaredPorts ? inherent('a TrafficTarget knows pods by their ServiceAccount, whether a Service leads to them or not') : none('the proxies of Open Service Mesh know the ports that Services declare, and refuse the others'),
      SubsetPolicy: full('the ServiceAccount that only these pods run as'),
      DenyAll: inherent('an SMI mesh denies what no TrafficTarget allows, and a TrafficTarget must allow something'),
      Denial: TAKEN_OUT,
      LoneDenial: none('a TrafficTarget only allows, and everything else is denied', 'Write a ServiceAccessPolicy of what is allowed'),
      Grant: envoyDecides ? full('the TrafficTargets of the policy, which name the clients of all grants') : full('TrafficTargets of its own'),
      GrantElsewhere: envoyDecides
        ? none('Open Service Mesh finds one of the matches of all TrafficTargets, and lets in only the clients of that', 'Write the ServiceAccessPolicy in the same app')
        : full('TrafficTargets of its own'),
      ServiceAccountSource: full('a source of kind ServiceAccount'),
      NamespaceSource: accountsOnly,
      NamespaceLabelsSource: accountsOnly,
      PodsSource: none('a TrafficTarget knows ServiceAccounts only', 'Name the ServiceAccount of these pods, with Identity.serviceAccount'),
      OtherClusterSource: none('a TrafficTarget knows ServiceAccounts only'),
      UninitializedSource: none('a TrafficTarget knows ServiceAccounts only'),
      TrustDomainSource: none('a TrafficTarget knows ServiceAccounts only'),
      ApiServerSource: none('a TrafficTarget knows ServiceAccounts only, and the API server has none'),
      NodesSource: none('a TrafficTarget knows ServiceAccounts only, and nodes have none'),
      NodeLabelsSource: none('a TrafficTarget knows ServiceAccounts only, and nodes have none'),
      SpiffeIdSource: accountsOnly,
      GatewaySource: full('the ServiceAccount in its `pods`'),
      IpBlockSource: accountsOnly,
      AnyAuthenticatedSource: accountsOnly,
      AnyoneSource: accountsOnly,
      ExceptSources: none('a TrafficTarget has no exceptions'),
      ExceptRequests: partial('only methods are taken out of requests, where these are named by their methods', 'the methods that are left'),
      ...httpRouteGroupSupports,
      EndUsers: none('SMI has nothing on tokens'),
      EndUserSubject: none('SMI has nothing on tokens'),
      EndUserClaims: none('SMI has nothing on tokens'),
      EndUserClaimParts: none('SMI has nothing on tokens'),
      HealthProbe: PROBES,
      HTTPSHealthProbe: PROBES,
      GRPCHealthProbe: none('Open Service Mesh does not redirect probes over gRPC, and its proxy demands a certificate of them'),
      TCPHealthProbe: PROBES,
      Audit: none('a TrafficTarget cannot only report'),
    },
    claims: ({ destination, namespace }) => [
      // Pods run as one ServiceAccount: another policy for the same pods would not hold for them, or add to this one.
      ...podClaims({ namespace, destination }),
      ...destination.serviceAccount === undefined ? [] : [accountClaim(namespace, destination.serviceAccount)],
    ],
    inAllowances,
    render: model => {
      if (model.grant !== undefined && envoyDecides) return rendered();
      const all = allowances(model.rules);
      return renderUnless([
        ...refusals(model, all),
        ...exceptionRefusals(model),
        ...expressionRefusals<AccessFeature>(flatMap(model.rules, ({ requests }) => requests), envoyDecides),
        ...envoyDecides ? overlapRefusals(all) : [],
      ], () => manifests(model, all));
    },
    ...envoyDecides && { merged: withGrants },
    behind: (model, backend) => model.grant !== undefined && envoyDecides ? undefined : behind(model, backend),
  };
}

/** The probes of the kubelet bypass the policies, or are refused; policies that only report are refused too. */
type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules', 'healthProbes' | 'audit' | 'denials' | 'leavesRest' | 'grant'>;

/** Exceptions that are left are refused. */
type TargetRule = Fields<AccessRule, 'sources' | 'ports' | 'requests', 'exceptSources' | 'byAddress' | 'endUsers' | 'exceptRequests'>;

function accountClaim(namespace: string, serviceAccount: string): Claim {
  return claim('policy', { type: 'serviceAccount', name: serviceAccount, namespace });
}

/** Pods are known by their ServiceAccount: a version that runs as another ServiceAccount has other pods. */
function behind(model: Policy, { namespace = model.namespace, serviceAccount }: Backend): Part<AccessFeature> | undefined {
  if (serviceAccount === undefined || (serviceAccount === model.destination.serviceAccount && namespace === model.namespace)) {
    return undefined;
  }
  return {
    key: `${namespace}/${serviceAccount}`,
    claims: [accountClaim(namespace, serviceAccount)],
    refusals: [],
    manifests: manifests({ ...model, name: `${model.name}-${serviceAccount}`, namespace, destination: { ...model.destination, serviceAccount } }, allowances(model.rules)),
  };
}

function refusals(model: Policy, all: readonly Allowance[]): Refusal<AccessFeature>[] {
  // What allows nothing writes nothing, but no other policy for the same ServiceAccount would know of it.
  if (model.destination.serviceAccount === undefined) {
    return [{
      what: `a policy for ${workloadInWords(model.destination)}`,
      reason: 'a TrafficTarget selects the pods by their ServiceAccount, which is unknown',
      remedy: `Give the ${model.destination.service === undefined ? 'MeshPods' : 'MeshService'} its \`serviceAccount\``,
    }];
  }
  return flatMap(all, ({ source, requests }) => {
    const [first, ...others] = [...requests].map(([port, matches]) => ({ port, key: requestsKey(matches) }));
    const different = others.find(other => other.key !== first.key);
    return different === undefined ? [] : [{
      what: `different requests of ${sourceInWords(source)} on ports ${first.port} and ${different.port}`,
      reason: 'Open Service Mesh lets a source make all its requests on every HTTP port it may reach',
      remedy: 'Allow it the same requests on both ports, or split the workload',
    }];
  });
}

function exceptionRefusals({ rules }: Policy): Refusal<AccessFeature>[] {
  return rules.every(({ exceptRequests }) => exceptRequests.length === 0) ? [] : [{
    what: 'requests but those that are excepted or denied',
    reason: 'a TrafficTarget allows requests, and excepts none',
    remedy: 'Let `requests` name those that may pass',
  }];
}

/**
 * Open Service Mesh merges equal matches into one route, for the sources of all of them. If different routes match the same
 * request, it checks only the sources of one.
 */
function overlapRefusals(allowed: readonly Allowance[]): Refusal<AccessFeature>[] {
  const all = allowed.map(allowance => ({ ...allowance, key: requestsKey(requestsOf(allowance)) }));
  return flatMap(all, (one, i) => all.slice(i + 1)
    .filter(other => one.key !== other.key)
    .filter(other => requestsOf(one).some(a => requestsOf(other).some(b => matchKey(a) !== matchKey(b) && intersect(a, b) !== 'disjoint')))
    .map(other => ({
      what: `a request that ${sourceInWords(one.source)} and ${sourceInWords(other.source)} are both allowed, each by another match`,
      reason: 'Open Service Mesh uses whichever of the two matches it finds first, and lets in only the client of that match',
      remedy: 'Allow both clients the same requests, or let no request match both; a `pathTemplate` can be told from other paths, a `pathRegex` cannot',
    })));
}

function manifests(model: Policy, ofSources: readonly Allowance[]): Manifest[] {
  const { name, namespace, destination } = model;
  const groups = new Map<string, Allowance[]>();
  for (const allowance of ofSources) {
    const key = shortHash([allowance.tcp, allowance.udp, requestsOf(allowance).map(matchKey).sort()]);
    groups.set(key, [...groups.get(key) ?? [], allowance]);
  }
  const targets = [...groups].map(([key, allowed]) => {
    const spec: Plain<TrafficTargetSpec> = {
      destination: { kind: 'ServiceAccount', name: destination.serviceAccount ?? refused(), namespace },
      rules: targetRules(name, allowed[0]),
      sources: allowed.map(({ source }) => accountRef(source)),
    };
    return { apiVersion: ACCESS_API_VERSION, kind: 'TrafficTarget', metadata: { name: `${name}-${key}`, namespace }, spec };
  });
  const all = [...groups.values()].map(([first]) => first);
  return [
    ...targets,
    ...requestGroup(model, all),
    ...portRoutes('TCPRoute', model, all.map(a => a.tcp)),
    ...portRoutes('UDPRoute', model, all.map(a => a.udp)),
  ];
}

function accountRef({ name, namespace }: SourceFields<'serviceAccount', 'name' | 'namespace'>) {
  return { kind: 'ServiceAccount', name, namespace };
}

function targetRules(name: string, allowance: Allowance): Plain<TrafficTargetSpecRules>[] {
  const requests = requestsOf(allowance);
  return [
    ...(allowance.tcp.length > 0 ? [{ kind: 'TCPRoute' as const, name: portsName(name, allowance.tcp) }] : []),
    ...(allowance.udp.length > 0 ? [{ kind: 'UDPRoute' as const, name: portsName(name, allowance.udp) }] : []),
    // If no matches are named, Open Service Mesh reads none, instead of all.
    ...(requests.length > 0 ? [{ kind: 'HTTPRouteGroup' as const, name, matches: requests.map(matchName) }] : []),
  ];
}

function requestGroup({ name, namespace }: Policy, all: readonly Allowance[]): Manifest[] {
  const requests = flatMap(all, requestsOf);
  return requests.length > 0 ? [httpRouteGroup(name, namespace, requests)] : [];
}

function portRoutes(kind: string, { name, namespace }: Policy, portLists: readonly (readonly number[])[]): Manifest[] {
  const distinct = new Map(portLists.filter(ports => ports.length > 0).map(ports => [portsName(name, ports), ports]));
  return [...distinct].map(([routeName, ports]) => {
    const spec: Plain<TcpRouteSpec> = { matches: { ports } };
    return { apiVersion: SPECS_API_VERSION, kind, metadata: { name: routeName, namespace }, spec };
  });
}

function portsName(name: string, ports: readonly number[]): string {
  return ports.length > 8 ? `${name}-${shortHash(ports)}` : `${name}-${ports.join('-')}`;
}

/** All that one source may do. */
interface Allowance {
  readonly source: ServiceAccountSource;
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
  /** The requests allowed, by HTTP port. */
  readonly requests: ReadonlyMap<number, readonly RequestMatch[]>;
}

function allowances(rules: readonly TargetRule[]): Allowance[] {
  const sources = new Map<string, { readonly source: Source; readonly rules: TargetRule[] }>();
  for (const rule of rules) {
    for (const [key, source] of new Map(rule.sources.map(one => [sourceKey(one), one]))) {
      sources.set(key, { source, rules: [...sources.get(key)?.rules ?? [], rule] });
    }
  }
  return flatMap([...sources].sort(([a], [b]) => a < b ? -1 : 1), ([, { source, rules: own }]) =>
    source.kind === 'serviceAccount' ? [allowanceOf(source, own)] : []);
}

function allowanceOf(source: Allowance['source'], rules: readonly TargetRule[]): Allowance {
  const ports = flatMap(rules, rule => rule.ports);
  const requests = new Map<number, RequestMatch[]>();
  for (const rule of rules) {
    for (const port of rule.ports.filter(p => p.protocol !== undefined && hasRequests(p.protocol)).map(knownNumber)) {
      requests.set(port, [...requests.get(port) ?? [], ...rule.requests.length > 0 ? rule.requests : [ANY_REQUEST]]);
    }
  }
  return {
    source,
    tcp: sortedNumbers(ports.filter(p => p.protocol !== 'UDP').map(knownNumber)),
    udp: sortedNumbers(ports.filter(p => p.protocol === 'UDP').map(knownNumber)),
    requests: new Map([...requests].map(([port, matches]) => [port, distinctRequests(matches)])),
  };
}

/** Each request once; one for every request replaces the others. */
function distinctRequests(matches: readonly RequestMatch[]): RequestMatch[] {
  return matches.some(isAnyRequest) ? [ANY_REQUEST] : distinctBy(matches, matchKey);
}

/** The requests allowed on every HTTP port: the same on each, or they would have been refused. */
function requestsOf(allowance: Allowance): readonly RequestMatch[] {
  const [requests] = allowance.requests.values();
  return requests ?? [];
}

function requestsKey(matches: readonly RequestMatch[]): string {
  return JSON.stringify(matches.map(matchKey).sort());
}

function sortedNumbers(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}
