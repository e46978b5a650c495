import { MAX_CONDITIONS, MAX_MATCHES_PER_RULE, MAX_RULES } from './apis';
import { authorizationPolicies } from './authorization-policy';
import { clientsKey, distinctSources } from './clients';
import { httpRoute } from './http-route';
import type { InboundRoute } from './inbound-routes';
import { inboundRoutes } from './inbound-routes';
import { noPodSelector, once } from './policy';
import { server } from './server';
import type { AccessModel, WorkloadPort } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import { shortHash } from '../../model/hash';
import { hasRequests } from '../../model/protocol';
import { podClaims } from '../claim';
import type { Dialect, Manifest, Refusal } from '../dialect';
import { FULL, none } from '../dialect';

/**
 * A Server for each port, which denies what no AuthorizationPolicy allows. Where rules tell requests apart, HTTPRoutes
 * on the Server do, each with the AuthorizationPolicies of those who may make them; a MeshTLSAuthentication says who by
 * identity, a NetworkAuthentication by address.
 *
 * @see https://linkerd.io/2/reference/authorization-policy/
 */
export const linkerdAccess: Dialect<AccessModel, AccessFeature> = {
  supports: {
    HTTPPort: FULL,
    GRPCPort: FULL,
    TLSPort: FULL,
    TCPPort: FULL,
    UDPPort: none('the proxy of Linkerd does not carry datagrams'),
    UndeclaredPort: FULL,
    DenyAll: FULL,
    ServiceAccountSource: FULL,
    NamespaceSource: FULL,
    NamespaceLabelsSource: none('an identity holds the name of its namespace, not the labels'),
    SpiffeIdSource: none('the identities of Linkerd are names like those of DNS, and 2.14 takes no others'),
    IpBlockSource: FULL,
    AnyAuthenticatedSource: FULL,
    AnyoneSource: FULL,
    ExceptSources: none('the policies of Linkerd allow, and none takes back what another one allows'),
    MethodMatching: FULL,
    PathMatching: FULL,
    PathTemplateMatching: FULL,
    PathRegexMatching: FULL,
    HeaderMatching: FULL,
    HeaderPresenceMatching: FULL,
    HeaderRegexMatching: FULL,
    QueryParamMatching: FULL,
    GRPCMethodMatching: FULL,
    HealthProbe: FULL,
    Audit: none('a Server of Linkerd 2.14 enforces its policies always'),
  },
  claims: podClaims,
  refusals,
  render,
};

function refusals(model: AccessModel): Refusal<AccessFeature>[] {
  const { destination } = model;
  return [...noPodSelector('a policy', destination), ...destination.ports.filter(port => tellsRequestsApart(model, port)).flatMap(port => {
    const routes = inboundRoutes(model, port);
    return 'reason' in routes
      ? [{
        what: `these rules on port ${routes.port}`,
        reason: routes.reason,
        remedy: 'Allow these requests to the same sources, or write them so that no request matches both',
      }]
      : routes.flatMap(route => routeRefusals(route, port.port));
  })];
}

function routeRefusals({ matches }: InboundRoute, port: number): Refusal<AccessFeature>[] {
  const refuse = (what: string, most: number): Refusal<AccessFeature> =>
    ({ what: `${what} on port ${port}`, reason: `the CRD of HTTPRoute allows ${most}`, remedy: 'Write fewer' });
  const most = MAX_RULES * MAX_MATCHES_PER_RULE;
  return [
    ...(matches.length > most ? [refuse(`${matches.length} matches for the same sources`, most)] : []),
    ...matches.filter(m => Math.max(m.headers.length, m.query.length) > MAX_CONDITIONS)
      .map(m => refuse(`${Math.max(m.headers.length, m.query.length)} conditions of a kind in one match`, MAX_CONDITIONS)),
  ];
}

/** Whether routes are needed. Without any, Linkerd adds one for the probes of the pod by itself. */
function tellsRequestsApart({ rules }: AccessModel, { port, protocol }: WorkloadPort): boolean {
  return protocol !== undefined && hasRequests(protocol)
    && rules.some(rule => rule.requests.length > 0 && rule.ports.some(p => p.port === port));
}

function render(model: AccessModel): Manifest[] {
  return once(model.destination.ports.flatMap(port => portManifests(model, port)));
}

function portManifests(model: AccessModel, port: WorkloadPort): Manifest[] {
  const { name, namespace, destination, rules } = model;
  const metadata = { name: `${name}-${port.port}`, namespace };
  const portServer = server(metadata, destination.podSelector, port);
  if (!tellsRequestsApart(model, port)) {
    const clients = distinctSources(rules.filter(rule => rule.ports.some(p => p.port === port.port)).flatMap(rule => rule.sources));
    return [portServer, ...authorizationPolicies({ name, namespace }, { kind: 'Server', name: metadata.name }, clients)];
  }
  return [portServer, ...(inboundRoutes(model, port) as InboundRoute[]).flatMap(({ matches, clients }) => {
    const routeName = `${metadata.name}-${shortHash(clientsKey(clients))}`;
    return [
      httpRoute({ name: routeName, namespace }, metadata.name, matches),
      ...authorizationPolicies({ name, namespace }, { kind: 'HTTPRoute', name: routeName }, clients),
    ];
  })];
}
