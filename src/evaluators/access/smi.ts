import type { Request } from './request';
import { isHttp, portOf } from './request';
import { expression } from '../expression';
import { objectsOf } from '../smi/spelling';
import { Unknown } from '../unknown';

/**
 * How meshes read TrafficTargets, in whichever version and spelling they are written.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-access/v1alpha3/traffic-access.md
 */
export type SmiReading = keyof typeof MESHES;

/** Whether an SMI mesh lets a request in: what no TrafficTarget allows is denied. */
export function allowedBySmi(reading: SmiReading): (manifests: readonly any[], request: Request) => boolean {
  return (manifests, request) => {
    // Open Service Mesh rewrites probes to ports of the proxy that policies do not reach.
    if (request.client.kind === 'kubelet') return true;
    const objects = objectsOf(manifests);
    const isUnread = ({ kind, isUnread: is, destination = { name: request.pod.serviceAccount } }: any) =>
      is && kind === 'TrafficTarget' && destination.name === request.pod.serviceAccount;
    if (reading !== 'linkerd' && objects.some(isUnread)) throw new Unknown('a TrafficTarget cannot be read');
    return MESHES[reading](objects, request);
  };
}

const MESHES = {
  /** Each target ties its requests to its ports; an expression begins where the path does. */
  'spec': (objects: any[], request: Request) => additive(objects, request, pattern => ({ path: `^(?:${pattern})`, header: pattern })),
  /** Expressions hold for any part, and a star is everything. */
  'nginx': (objects: any[], request: Request) => additive(objects, request, pattern => ({ path: pattern === '*' ? '' : pattern, header: pattern })),
  'osm': allowedByOsm,
  'traefik': allowedByTraefik,
  /** It never read them. */
  'linkerd': () => true,
  'consul': allowedByConsul,
  'istio-adapter': allowedByIstioAdapter,
};

function find(objects: any[], kind: string, name: string, namespace: string): any {
  const found = objects.find(one => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace);
  if (found?.isUnread) throw new Unknown(`${kind} ${name} cannot be read`);
  return found;
}

const targetsOf = (objects: any[], { pod }: Request, namespaceOf: (target: any) => string | undefined) => objects.filter(target =>
  target.kind === 'TrafficTarget' && !target.isUnread && target.destination.name === pod.serviceAccount && namespaceOf(target) === pod.namespace);

const admits = (target: any, { client }: Request, otherwise?: string) => client.meshed && client.trustDomain === undefined
  && target.sources.some(({ name, namespace = otherwise }: any) => name === client.serviceAccount && namespace === client.namespace);

/** Matches that a rule stands for: those that it names, or all. */
const matchesOf = ({ matches }: any, group: any) => (group?.matches ?? []).filter(({ name }: any) => matches === undefined || matches.includes(name));

/** An expression as it is searched for. */
type Anchor = (pattern: string) => { readonly path: string; readonly header: string };

function holds({ methods, pathRegex, headers }: any, { method, path, headers: sent }: Request, anchor: Anchor): boolean {
  return (methods.includes('*') || methods.includes(method))
    && (pathRegex === '' || expression(anchor(pathRegex).path).test(path))
    && headers.every(([name, pattern]: [string, string]) => Object.hasOwn(sent, name) && expression(anchor(pattern).header).test(sent[name]));
}

function additive(objects: any[], request: Request, anchor: Anchor): boolean {
  const { protocol } = portOf(request);
  const kind = protocol === 'UDP' ? 'UDPRoute' : 'TCPRoute';
  return targetsOf(objects, request, ({ destination, metadata }) => destination.namespace ?? metadata.namespace).some(target => {
    const { rules, port, metadata: { namespace } } = target;
    const routes = rules.filter((rule: any) => rule.kind === kind).map(({ name }: any) => find(objects, kind, name, namespace));
    const opens = routes.some((route: any) => route !== undefined && (route.ports.length === 0 || route.ports.includes(request.port)));
    const matching = rules.filter((rule: any) => rule.kind === 'HTTPRouteGroup')
      .some((rule: any) => matchesOf(rule, find(objects, 'HTTPRouteGroup', rule.name, namespace)).some((match: any) => holds(match, request, anchor)));
    return admits(target, request, namespace) && (port === undefined || port === request.port)
      && (isHttp(request) ? matching && (routes.length === 0 || opens) : opens);
  });
}

/** It lets a source through to the ports of any of its targets, and there make the requests of any of them. */
function allowedByOsm(objects: any[], request: Request): boolean {
  // No listener is for a port that no Service declares.
  if (portOf(request).servicePorts?.length === 0 || portOf(request).protocol === 'UDP') return false;
  const targets = targetsOf(objects, request, ({ destination }) => destination.namespace).filter(({ metadata, rules }) =>
    metadata.namespace === request.pod.namespace && rules.length > 0 && rules.every(({ kind }: any) => kind === 'HTTPRouteGroup' || kind === 'TCPRoute'));
  const opens = ({ rules, metadata: { namespace } }: any) => {
    const routes = rules.filter(({ kind }: any) => kind === 'TCPRoute').map(({ name }: any) => find(objects, 'TCPRoute', name, namespace));
    const ports = routes.flatMap((route: any) => route?.ports ?? []);
    return !routes.includes(undefined) && (ports.length === 0 || ports.includes(request.port));
  };
  if (!targets.some(target => admits(target, request) && opens(target))) return false;
  if (!isHttp(request)) return true;
  // All that say the same make one route, for the sources of all of them. Of the routes that match, any may come first.
  const routes = new Map<string, boolean>();
  for (const target of targets) {
    for (const rule of target.rules.filter(({ kind, matches }: any) => kind === 'HTTPRouteGroup' && matches !== undefined)) {
      for (const match of matchesOf(rule, find(objects, 'HTTPRouteGroup', rule.name, target.metadata.namespace))) {
        const whole = (pattern: string) => ({ path: `^(?:${pattern})$`, header: `^(?:${pattern})$` });
        const key = JSON.stringify([match.methods, match.pathRegex || '.*', match.headers]);
        if (holds(match, request, whole)) routes.set(key, (routes.get(key) ?? false) || admits(target, request));
      }
    }
  }
  return sole([...routes.values()]);
}

/** Each target is a router, by which only its own sources come in. It asks nobody who connects to a port without requests. */
function allowedByTraefik(objects: any[], request: Request): boolean {
  const targets = targetsOf(objects, request, ({ destination }) => destination.namespace).filter(target => {
    const { rules, port, metadata: { namespace } } = target;
    return (port === undefined || port === request.port) && rules.every(({ kind, name, matches }: any) => {
      const named = find(objects, kind, name, namespace);
      return kind !== 'UDPRoute' && named !== undefined && (matches ?? []).every((match: string) => named.matches.some((one: any) => one.name === match));
    });
  });
  if (!isHttp(request)) return portOf(request).protocol !== 'UDP' && targets.some(({ rules }) => rules.some(({ kind }: any) => kind === 'TCPRoute'));
  const routers = targets.filter(({ rules, metadata: { namespace } }) => {
    const matches = rules.filter(({ kind }: any) => kind === 'HTTPRouteGroup').flatMap((rule: any) => matchesOf(rule, find(objects, 'HTTPRouteGroup', rule.name, namespace)));
    const some = matches.filter(({ methods, pathRegex, headers }: any) => !methods.includes('*') || pathRegex !== '' || headers.length > 0);
    if (some.some(({ pathRegex }: any) => pathRegex === '/' || /\((?!\?)/.test(pathRegex))) throw new Unknown('Traefik does not take the expression');
    return some.length === 0 || some.some((match: any) => holds(match, request, pattern => ({ path: `^/(?:${pattern.replace(/^\//, '')})`, header: pattern })));
  });
  return sole(routers.map(target => admits(target, request)));
}

/** Intentions between the services that are called as the ServiceAccounts are. Nothing of a rule is read. */
function allowedByConsul(objects: any[], request: Request): boolean {
  if (portOf(request).protocol === 'UDP') throw new Unknown('Consul carries no datagrams');
  return targetsOf(objects, request, ({ destination, metadata }) => destination.namespace ?? metadata.namespace)
    .some(target => admits(target, request, target.metadata.namespace));
}

/** The roles that Istio had, which held in their own namespaces: a path is itself, or one with a star at an end. */
function allowedByIstioAdapter(objects: any[], request: Request): boolean {
  if (!isHttp(request)) return false;
  const targets = targetsOf(objects, request, ({ destination }) => destination.namespace).filter(target =>
    target.metadata.namespace === request.pod.namespace && admits(target, request) && [undefined, request.port].includes(target.port));
  const paths = targets.flatMap(({ rules, metadata: { namespace } }) => {
    const all = rules.map((rule: any) => ({ rule, group: find(objects, rule.kind, rule.name, namespace) }));
    const isRead = all.every(({ rule: { kind, matches = [] }, group }: any) => kind === 'HTTPRouteGroup' && group !== undefined
      && matches.every((match: string) => group.matches.some((one: any) => one.name === match)));
    const named = isRead ? all.filter(({ rule }: any) => rule.matches !== undefined).flatMap(({ rule, group }: any) => matchesOf(rule, group)) : [];
    return named.filter(({ methods }: any) => methods.includes('*') || methods.includes(request.method)).map(({ pathRegex }: any) => pathRegex);
  });
  if (paths.some(path => starred(path, request.path))) return true;
  if (paths.includes('')) throw new Unknown('what no path at all means');
  return false;
}

function starred(pattern: string, path: string): boolean {
  if (pattern === '') return false;
  if (pattern.startsWith('*')) return path.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** What all of some say. */
function sole(verdicts: readonly boolean[]): boolean {
  const distinct = new Set(verdicts);
  if (distinct.size > 1) throw new Unknown('which of them decides is not certain');
  return distinct.has(true);
}
