import { MAX_CONDITIONS, MAX_MATCHES_PER_RULE, MAX_RULES } from './apis';
import type { Target } from './authorization-policy';
import { authorizationPolicies } from './authorization-policy';
import { clientsKey, broadestSources } from './clients';
import { expressionRefusals, httpRoute } from './http-route';
import type { InboundRoute } from './inbound-routes';
import { inboundRoutes, isConflict } from './inbound-routes';
import { noPodSelector, once } from './policy';
import { nameOfServer, server } from './server';
import type { AccessModel, AccessRule, Source, WorkloadPort } from '../../model/access';
import { distinctSources, tellsRequestsApart } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import type { Fields } from '../../model/fields';
import { collected, nothing } from '../../model/fields';
import { mergedOn } from '../../model/grants';
import { shortHash } from '../../model/hash';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import { hasRequests } from '../../model/protocol';
import { inAllowances, TAKEN_OUT } from '../contract/allowances';
import { podClaims } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Refusal } from '../contract/refusal';
import type { Rendering } from '../contract/rendering';
import { refusing, rendered, renderUnless, together } from '../contract/rendering';
import { BY_EXPRESSION, FULL, full, inherent, none, partial, PATHS_BY_EXPRESSION } from '../contract/support';
import { refused } from '../contract/unwritten';

const ROUTED = 'grants beside a policy of another app name no requests, since an HTTPRoute changes what all other requests of its Server get';

const ADDRESSES = 'Use Identity.ipBlock with the addresses';

/**
 * A Server for each port, which denies what no AuthorizationPolicy allows, or reports it. If rules tell requests apart, HTTPRoutes
 * on the Server do so, each with the AuthorizationPolicies of the clients that may make them. A MeshTLSAuthentication names
 * clients by identity, a NetworkAuthentication by address.
 *
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export const linkerdAccess: Dialect<AccessModel, AccessFeature> = {
  renders: 'a Server for each port, an AuthorizationPolicy with its MeshTLSAuthentication or NetworkAuthentication, and HTTPRoutes where requests are told '
    + 'apart; ports that the policy does not name stay as they are',
  supports: {
    HTTPPort: FULL,
    GRPCPort: FULL,
    TLSPort: FULL,
    TCPPort: FULL,
    UDPPort: none('the proxy of Linkerd does not carry UDP'),
    UndeclaredPort: FULL,
    NamedPort: FULL,
    PodsPolicy: full('Servers with names of their own'),
    SubsetPolicy: full('Servers with names of their own'),
    DenyAll: FULL,
    Denial: TAKEN_OUT,
    LoneDenial: none('the policies of Linkerd only allow, and everything else is denied', 'Write a ServiceAccessPolicy of what is allowed'),
    Grant: full('an AuthorizationPolicy of its own on the Server; where requests are told apart on the port, the HTTPRoutes of the policy name the clients of all grants'),
    GrantElsewhere: partial(ROUTED, 'an AuthorizationPolicy of its own on the Server'),
    ServiceAccountSource: full('an `identityRefs` entry of kind ServiceAccount'),
    NamespaceSource: full('an `identityRefs` entry of kind Namespace'),
    NamespaceLabelsSource: none('an identity holds the name of its namespace, not the labels'),
    PodsSource: none('an identity holds the ServiceAccount of a pod, not its labels', 'Name the ServiceAccount of these pods, with Identity.serviceAccount'),
    OtherClusterSource: none('Linkerd knows clients by their identities, not by their labels'),
    UninitializedSource: none('Linkerd knows clients by their identities, not by their labels'),
    TrustDomainSource: none('a MeshTLSAuthentication has whole identities, or all of them', 'Name the SPIFFE ids of the clients'),
    ApiServerSource: none('the API server has no identity in Linkerd', ADDRESSES),
    NodesSource: none('nodes have no identity in Linkerd', ADDRESSES),
    NodeLabelsSource: none('nodes have no identity in Linkerd', ADDRESSES),
    SpiffeIdSource: full('an identity of a MeshTLSAuthentication (2.15 or newer): that of a workload outside the cluster, since the pods of Linkerd have no SPIFFE ids'),
    GatewaySource: full('the ServiceAccount in its `pods`'),
    IpBlockSource: full('a NetworkAuthentication'),
    AnyAuthenticatedSource: full('the identity `*`, which no SPIFFE id matches'),
    AnyoneSource: full('a NetworkAuthentication for all addresses'),
    ExceptSources: none('the policies of Linkerd only allow: one cannot take back what another one allows'),
    ExceptRequests: partial('exceptions are methods and values of headers: Linkerd compares paths as they come, and `//admin` would pass where `/admin` is excepted',
      'a route of its own, for those alone whom another rule allows it'),
    MethodMatching: FULL,
    ...PATHS_BY_EXPRESSION,
    HeaderMatching: FULL,
    HeaderPresenceMatching: FULL,
    HeaderPartMatching: BY_EXPRESSION,
    HeaderRegexMatching: FULL,
    QueryParamMatching: FULL,
    GRPCMethodMatching: FULL,
    GRPCAnyServiceMatching: BY_EXPRESSION,
    EndUsers: none('the proxies of Linkerd read no tokens'),
    EndUserSubject: none('the proxies of Linkerd read no tokens'),
    EndUserClaims: none('the proxies of Linkerd read no tokens'),
    EndUserClaimParts: none('the proxies of Linkerd read no tokens'),
    HealthProbe: full('a route that lets anyone GET the path; where no requests are told apart, Linkerd itself lets in the `httpGet` of the pod'),
    HTTPSHealthProbe: none('Linkerd does not see into the TLS of the probe, which is a client without an identity like any other. Let everyone in on its port, '
      + 'and leave the probe out here'),
    GRPCHealthProbe: full("a route that lets anyone call gRPC's health service"),
    TCPHealthProbe: inherent('the proxy accepts the connection, whatever the program does'),
    Audit: full('`accessPolicy: audit` of a Server (2.16 or newer), for HTTP and gRPC ports, and for ports that the policy opens to nobody'),
  },
  claims: podClaims,
  inAllowances: allowancesOf,
  render: model => model.grant === undefined ? render(model) : renderGrant(model),
  // Where a Server has routes, a request needs one.
  merged: (policy, grants) => mergedOn(policy, grants, (port, whole) => {
    const said = allowancesOf(whole);
    return 'rules' in said && hasRoutes(said, port);
  }),
};

function allowancesOf(model: AccessModel): AccessModel | readonly Refusal<AccessFeature>[] {
  return inAllowances(withAddresses(model));
}

/** Everyone, by address: of these, some addresses can be left out. No address of IPv4 is written as one of IPv6. */
const ALL_ADDRESSES: readonly Source[] = [
  { kind: 'ipBlock', cidr: '0.0.0.0/0', except: [] }, { kind: 'ipBlock', cidr: '::/0', except: ['::ffff:0:0/96'] },
];

function withAddresses(model: AccessModel): AccessModel {
  const isOfAddresses = model.denials.some(({ sources }) => sources.some(({ kind }) => kind === 'ipBlock'));
  return !isOfAddresses ? model : {
    ...model,
    rules: model.rules.map(rule => ({ ...rule, sources: distinctSources(flatMap(rule.sources, source => source.kind === 'anyone' ? ALL_ADDRESSES : [source])) })),
  };
}

/** Every field of the policy, as Linkerd writes it. */
type Policy = Fields<AccessModel, 'name' | 'namespace' | 'destination' | 'rules' | 'healthProbes' | 'audit' | 'grant', 'denials' | 'leavesRest'>;

function render(model: Policy): Rendering<AccessFeature> {
  const { destination } = model;
  const all = together(
    refusing<AccessFeature>([...noPodSelector('a policy', destination), ...auditRefusals(model), ...exceptionRefusals(model)]),
    ...destination.ports.map(port => renderPort(model, port)),
  );
  return { ...all, manifests: once(all.manifests) };
}

/**
 * What a Server lets in adds up, also with what its routes let in. A grant that names requests stands in the routes of the policy: the
 * proxy follows one route, whoever rendered it.
 */
function renderGrant(model: Policy): Rendering<AccessFeature> {
  const { name, namespace, destination } = model;
  const isOfRequests = model.rules.some(tellsRequestsApart);
  const refusals: Refusal<AccessFeature>[] = [
    ...noPodSelector('a grant', destination),
    ...isOfRequests && model.grant === 'elsewhere' ? [{
      feature: 'GrantElsewhere' as const,
      what: 'requests in a grant beside a policy of another app',
      reason: 'an HTTPRoute changes what all other requests of its Server get',
      remedy: 'Write the ServiceAccessPolicy in the same app, or leave out `requests`',
    }] : [],
  ];
  return renderUnless(refusals, () => once(flatMap(destination.ports, port => {
    const clients = broadestSources(flatMap(rulesOn(model, port).filter(rule => !tellsRequestsApart(rule)), ({ sources }) => sources));
    const target = { kind: 'Server' as const, name: nameOfServer(destination, port.port), policy: `${name}-${port.port}` };
    return authorizationPolicies({ name, namespace }, target, clients);
  })));
}

/**
 * The proxy takes the first policy that lets a client in, and reports the client if that is the audit policy. Policies of a route
 * come before those of its Server, which have no order among them.
 */
function auditRefusals(model: Policy): Refusal<AccessFeature>[] {
  const unordered = model.destination.ports.filter(port => isAllowedToSome(model, port) && !hasRoutes(model, port));
  return !model.audit ? [] : unordered.map(({ port, protocol }) => ({
    feature: 'Audit' as const,
    what: `audit of ${protocol === undefined ? '' : `${protocol} `}port ${port}`,
    reason: 'where a port has no requests, Linkerd asks the policies of a Server in no order, and may report clients that one of them allows',
    remedy: 'Audit only HTTP and gRPC ports, or enforce the policy',
  }));
}

/**
 * Linkerd compares paths as they come, a query as it is spelled, and with an expression only values that are text: what is excepted by one
 * of these would pass in another form.
 */
function exceptionRefusals({ rules }: Policy): Refusal<AccessFeature>[] {
  return flatMap(flatMap(rules, ({ exceptRequests }) => exceptRequests), request => exceptedBy(request)).map(what => ({
    what: `requests that are denied, or excepted from what is allowed, by ${what}`,
    reason: 'Linkerd compares a request as it comes, and the server may read it in another way: who spells it differently would pass',
    remedy: 'Name the requests that may pass, or deny methods and whole values of headers',
  }));
}

const exceptedBy = collected<RequestMatch, string>({
  methods: nothing,
  path: path => [`the path '${path.value}'`],
  headers: headers => headers.filter(({ type, name }) => type !== 'exact' || name.toLowerCase() === 'host').map(({ name }) => `what header '${name}' holds`),
  query: query => query.map(({ name }) => `query parameter '${name}'`),
  hosts: refused,
});

function routeRefusals({ matches }: InboundRoute, port: number | string): Refusal<AccessFeature>[] {
  const refuse = (what: string, most: number): Refusal<AccessFeature> =>
    ({ what: `${what} on port ${port}`, reason: `the CRD of HTTPRoute allows ${most}`, remedy: 'Write fewer' });
  const most = MAX_RULES * MAX_MATCHES_PER_RULE;
  return [
    ...(matches.length > most ? [refuse(`${matches.length} matches for the same sources`, most)] : []),
    ...flatMap(matches, match => expressionRefusals<AccessFeature>(match)),
    ...matches.filter(m => Math.max(m.headers.length, m.query.length) > MAX_CONDITIONS)
      .map(m => refuse(`${Math.max(m.headers.length, m.query.length)} conditions of a kind in one match`, MAX_CONDITIONS)),
  ];
}

/**
 * Whether routes are needed: to tell requests apart, or to report only requests that nothing allows. Without routes, Linkerd
 * itself adds one for the `httpGet` of the pod's probes, and none for `grpc`.
 */
function hasRoutes(model: Policy, port: WorkloadPort): boolean {
  return port.protocol !== undefined && hasRequests(port.protocol)
    && (rulesOn(model, port).some(tellsRequestsApart) || (model.audit && isAllowedToSome(model, port))
      || model.healthProbes.some(probe => probe.kind === 'grpc' && probe.port === port.port));
}

function isAllowedToSome(model: Policy, port: WorkloadPort): boolean {
  return rulesOn(model, port).length > 0;
}

function rulesOn({ rules }: Policy, { port }: WorkloadPort): AccessRule[] {
  return rules.filter(rule => rule.ports.some(p => p.port === port));
}

function renderPort(model: Policy, port: WorkloadPort): Rendering<AccessFeature> {
  const { name, namespace, destination, audit } = model;
  const portServer = server({ namespace, workload: destination }, port, audit);
  const policyName = `${name}-${port.port}`;
  const policies = (target: Target, clients: readonly Source[]) => authorizationPolicies({ name, namespace }, target, clients);
  if (!hasRoutes(model, port)) {
    const clients = broadestSources(flatMap(rulesOn(model, port), rule => rule.sources));
    return rendered(portServer, ...policies({ kind: 'Server', name: portServer.metadata.name, policy: policyName }, clients));
  }
  const routes = inboundRoutes(model, port);
  if (isConflict(routes)) {
    return refusing([{
      what: `these rules on port ${routes.port}`,
      reason: routes.reason,
      remedy: 'Allow these requests to the same sources, or write them so that no request matches both, with `pathTemplate` instead of `pathRegex`',
    }]);
  }
  return renderUnless(flatMap(routes, route => routeRefusals(route, port.port)), () => [portServer, ...flatMap(routes, ({ matches, clients }) => {
    const routeName = `${policyName}-${shortHash(clientsKey(clients))}`;
    return [
      httpRoute({ name: routeName, namespace }, portServer.metadata.name, matches),
      ...policies({ kind: 'HTTPRoute', name: routeName, policy: routeName }, clients),
    ];
  })]);
}
