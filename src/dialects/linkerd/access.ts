import { MAX_CONDITIONS, MAX_MATCHES_PER_RULE, MAX_RULES } from './apis';
import { authorizationPolicy, meshTlsAuthentication, networkAuthentication } from './authentication';
import { httpRoute } from './http-route';
import type { InboundRoute } from './inbound-routes';
import { clientsKey, distinctSources, inboundRoutes } from './inbound-routes';
import { server } from './server';
import type { AccessModel, Source, WorkloadPort } from '../../model/access';
import type { AccessFeature } from '../../model/features/access';
import { shortHash } from '../../model/hash';
import { hasRequests } from '../../model/protocol';
import type { Dialect, Manifest, Refusal } from '../dialect';
import { FULL, none, podClaims } from '../dialect';

/**
 * A Server for each port, which denies what no AuthorizationPolicy allows. Where rules tell requests apart, HTTPRoutes
 * on the Server do, each with the AuthorizationPolicy of those who may make them; a MeshTLSAuthentication says who.
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
    SpiffeIdSource: none('WIP'),
    IpBlockSource: none('WIP'),
    AnyAuthenticatedSource: FULL,
    AnyoneSource: none('WIP'),
    ExceptSources: none('WIP'),
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
    Audit: none('WIP'),
  },
  claims: podClaims,
  refusals,
  render,
};

function refusals(model: AccessModel): Refusal<AccessFeature>[] {
  const { destination } = model;
  const noSelector: Refusal<AccessFeature>[] = destination.podSelector !== undefined ? [] : [{
    what: `a policy for '${destination.service}'`,
    reason: 'a Server selects the pods by their labels, which are unknown',
    remedy: 'Give the MeshService its `podSelector`',
  }];
  return [...noSelector, ...destination.ports.filter(port => tellsRequestsApart(model, port)).flatMap(port => {
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
  const { name, namespace, destination, rules } = model;
  const clients = new Map<string, readonly Source[] | 'anyone'>();
  const policies = destination.ports.flatMap(port => {
    const serverName = `${name}-${port.port}`;
    const allow = (kind: 'Server' | 'HTTPRoute', target: string, who: readonly Source[] | 'anyone') => {
      clients.set(clientsKey(who), who);
      return authorizationPolicy({ name: target, namespace }, kind, authenticationName(model, who));
    };
    if (tellsRequestsApart(model, port)) {
      return [server(model, port, serverName), ...(inboundRoutes(model, port) as InboundRoute[]).flatMap(route => {
        const routeName = `${serverName}-${shortHash(clientsKey(route.clients))}`;
        return [httpRoute({ name: routeName, namespace }, serverName, route.matches), allow('HTTPRoute', routeName, route.clients)];
      })];
    }
    const sources = distinctSources(rules.filter(rule => rule.ports.some(p => p.port === port.port)).flatMap(rule => rule.sources));
    return [server(model, port, serverName), ...(sources.length > 0 ? [allow('Server', serverName, sources)] : [])];
  });
  return [...policies, ...[...clients.values()].map(who => who === 'anyone'
    ? networkAuthentication({ name: authenticationName(model, who).name, namespace })
    : meshTlsAuthentication({ name: authenticationName(model, who).name, namespace }, who))];
}

/** One object per distinct set of clients, named after it. */
function authenticationName({ name }: AccessModel, who: readonly Source[] | 'anyone') {
  return who === 'anyone'
    ? { kind: 'NetworkAuthentication' as const, name: `${name}-probes` }
    : { kind: 'MeshTLSAuthentication' as const, name: `${name}-${shortHash(clientsKey(who))}` };
}
