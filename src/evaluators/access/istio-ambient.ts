import { agreed, mutualTlsModes, readable, ROOT_NAMESPACE, ruleMatches, selects } from './istio';
import { withProvenToken } from './istio-tokens';
import { isTrusted, isTrustedByZtunnel, withAliases } from './istio-trust';
import type { Client, Entrance, Request } from './request';
import { portOf, spiffeIdOf } from './request';
import { contains } from '../address';
import { Unknown } from '../unknown';

/** The name of a waypoint, unless it is another one. */
const WAYPOINT = 'waypoint';

/**
 * Whether Istio lets a request in in ambient mode, where every Service has the waypoint of its namespace. A client of the mesh
 * that calls a Service passes the waypoint first, and comes to the ztunnel of the pod with the identity of the waypoint;
 * one that calls the address of a pod, or is outside the mesh, comes to the ztunnel alone.
 *
 * @see https://istio.io/latest/docs/ambient/usage/l4-policy/
 * @see https://istio.io/latest/docs/ambient/usage/l7-features/
 */
export function allowedByIstioAmbient(manifests: readonly any[], request: Request, waypoint = WAYPOINT): boolean {
  const { client, entrance, pod: { namespace: home } } = request;
  const namespace = entrance?.namespace ?? home;
  if (client.kind === 'kubelet') {
    // What comes from the address of the node's probes passes by.
    return true;
  }
  return entrance !== undefined && client.meshed
    ? isTrusted(manifests, client) && passesWaypoint(withAliases(manifests), request, entrance, waypoint)
      && passesZtunnel(manifests, { ...request, client: waypointOf(namespace, waypoint, client) })
    : isTrustedByZtunnel(manifests, client) && passesZtunnel(manifests, request);
}

/** Its address is one like those of other pods, and its identity one of its namespace. */
function waypointOf(namespace: string, name: string, { meshDomain }: Client): Client {
  return { kind: 'pod', ip: '10.1.0.9', namespace, serviceAccount: name, meshed: true, meshDomain };
}

/** Policies of the Service, those of the Gateway for all Services behind it, and those of the root namespace for all waypoints. */
export function passesWaypoint(
  manifests: readonly any[], request: Request, { service, port, namespace = request.pod.namespace }: Entrance, waypoint = WAYPOINT,
): boolean {
  const { pod } = request;
  const isFor: Readonly<Record<string, (name: string, home: string) => boolean>> = {
    '/Service': (name, home) => home === namespace && name === service,
    'core/Service': (name, home) => home === namespace && name === service,
    'gateway.networking.k8s.io/Gateway': (name, home) => home === namespace && name === waypoint,
    'gateway.networking.k8s.io/GatewayClass': (name, home) => home === ROOT_NAMESPACE && name === 'istio-waypoint',
  };
  const attached = manifests.filter(({ metadata, spec = {} }) => (spec.targetRefs ?? [spec.targetRef ?? {}]).some(({ group = '', kind, name }: any) =>
    isFor[`${group}/${kind}`]?.(name, metadata.namespace) ?? false));
  const policies = attached.filter(({ kind }) => kind === 'AuthorizationPolicy');
  const { protocol } = portOf(request);
  const seen = withProvenToken(attached, request);
  return seen !== 'rejected' && decide(policies, (rule, action, home) => {
    if ((rule.from ?? []).some(({ source }: any) => source.ipBlocks !== undefined || source.notIpBlocks !== undefined)) {
      throw new Unknown('the waypoint does not see the address of a client');
    }
    const arriving = { ...seen, port, pod: { ...pod, ports: [{ port, protocol }] } };
    return readable(rule, arriving, action).some(one => ruleMatches(one, arriving, home));
  });
}

/**
 * What ztunnel sees of a rule is the connection. One that asks for more is left out where it allows; where it denies, what is left of it counts,
 * and of what has nothing left nobody here says what becomes (istio/ztunnel `src/rbac.rs`).
 */
export function passesZtunnel(manifests: readonly any[], request: Request): boolean {
  const selecting = manifests.filter(manifest => selects(manifest, request));
  const policies = selecting.filter(({ kind, spec }) => kind === 'AuthorizationPolicy' && ['ALLOW', 'DENY'].includes(actionOf(spec)));
  return (request.client.meshed || agreed(mutualTlsModes(selecting, request.port).map(mode => mode !== 'STRICT')))
    && decide(policies, (rule, action, home) => (action !== 'ALLOW' || !asksForMore(rule)) && connectionMatches(rule, request, home));
}

function asksForMore({ from = [], to = [], when = [] }: any): boolean {
  const has = (fields: any, known: Readonly<Record<string, Connected>>) => Object.keys(fields).some(name => !Object.hasOwn(known, positive(name)));
  return from.some(({ source }: any) => has(source, SOURCES)) || to.some(({ operation }: any) => has(operation, OPERATIONS))
    || when.some(({ key }: any) => !Object.hasOwn(CONDITIONS, key));
}

function positive(name: string): string {
  return name.replace(/^not(.)/, (_, first: string) => first.toLowerCase());
}

type Connected = (value: string, request: Request, namespace: string) => boolean;

/** As ztunnel compares texts: with nothing, where there is no certificate. */
function textMatches(pattern: string, actual: string): boolean {
  if (pattern === '*') return actual !== '';
  return pattern.startsWith('*') ? actual.endsWith(pattern.slice(1)) : pattern.endsWith('*') ? actual.startsWith(pattern.slice(0, -1)) : actual === pattern;
}

const SOURCES: Readonly<Record<string, Connected>> = {
  principals: (value, { client }) => {
    const id = spiffeIdOf(client);
    return id !== undefined && textMatches(value, id.replace('spiffe://', ''));
  },
  namespaces: (value, { client }) => textMatches(value, client.meshed ? client.namespace ?? '' : ''),
  serviceAccounts: (value, { client }, home) => client.meshed && `${client.namespace}/${client.serviceAccount}` === (value.includes('/') ? value : `${home}/${value}`),
  ipBlocks: (value, { client }) => contains(value.includes('/') ? value : `${value}/32`, client.ip),
  trustDomains: () => {
    throw new Unknown('ztunnel is told nothing of trust domains');
  },
};

const OPERATIONS: Readonly<Record<string, Connected>> = { ports: (value, { port }) => value === String(port) };

const CONDITIONS: Readonly<Record<string, Connected>> = {
  'source.principal': SOURCES.principals,
  'source.namespace': SOURCES.namespaces,
  'source.ip': SOURCES.ipBlocks,
  'destination.port': OPERATIONS.ports,
};

function connectionMatches({ from, to, when = [] }: any, request: Request, home: string): boolean {
  const matches = (fields: any, known: Readonly<Record<string, Connected>>) => {
    const seen = Object.entries<string[]>(fields).filter(([name]) => Object.hasOwn(known, positive(name)));
    if (seen.length === 0) throw new Unknown('nothing is left of it');
    return seen.every(([name, values]) => values.some(value => known[positive(name)](value, request, home)) !== (positive(name) !== name));
  };
  return (from === undefined || from.some(({ source }: any) => matches(source, SOURCES)))
    && (to === undefined || to.some(({ operation }: any) => matches(operation, OPERATIONS)))
    && when.every(({ key, values, notValues }: any) =>
      Object.hasOwn(CONDITIONS, key) ? [[values, true], [notValues, false]].every(([all, wanted]: any) =>
        all === undefined || all.some((value: string) => CONDITIONS[key](value, request, home)) === wanted) : matches({}, {}));
}

function decide(policies: readonly any[], matches: (rule: any, action: string, namespace: string) => boolean): boolean {
  const [denying, allowing] = ['DENY', 'ALLOW'].map(action => policies.filter(({ spec }) => actionOf(spec) === action));
  const isMet = ({ spec, metadata }: any) => (spec.rules ?? []).some((rule: any) => matches(rule, actionOf(spec), metadata.namespace));
  const isUnclear = policies.some(({ metadata, spec }) => !['ALLOW', 'DENY', 'AUDIT'].includes(actionOf(spec)) || metadata.annotations !== undefined);
  if (isUnclear) {
    throw new Unknown('a provider decides, or something else that is not known here');
  }
  return !denying.some(isMet) && (allowing.length === 0 || allowing.some(isMet));
}

function actionOf({ action = 'ALLOW' }: any): string {
  return action;
}
