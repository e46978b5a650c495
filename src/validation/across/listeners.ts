import { list, map, namespaceOfObject } from './inventory';
import { selects } from './selectors';

const GATEWAY_API = 'gateway.networking.k8s.io';

/** The kinds of routes that each protocol of Gateway API carries. */
const CARRIED: Readonly<Record<string, readonly string[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'], HTTPS: ['HTTPRoute', 'GRPCRoute'], TLS: ['TLSRoute', 'TCPRoute'], TCP: ['TCPRoute'], UDP: ['UDPRoute'],
};

/** The kinds of routes that have hostnames. */
const HOSTED = new Set(['HTTPRoute', 'GRPCRoute', 'TLSRoute']);

/** Why nothing is let in. */
export interface Shut {
  readonly message: string;
  /** Whether that is so whatever else the cluster has. */
  readonly isCertain: boolean;
}

/** The labels of the Namespaces that are among the manifests, by their names. */
export type Namespaces = ReadonlyMap<string, unknown>;

interface Reason {
  readonly text: string;
  /** Whether labels of a Namespace decide, which others may change. */
  readonly isByLabels?: true;
}

/** The listeners of a Gateway or a ListenerSet that let a route in. What is not understood lets in anything. */
export function listenersFor(route: any, { sectionName, port }: any, parent: any, namespaces: Namespaces): readonly any[] | Shut {
  const all = list(parent.spec?.listeners);
  const relevant = all.filter(listener => (sectionName ?? listener.name) === listener.name && (port ?? listener.port) === listener.port);
  const what = `${parent.kind} '${parent.metadata?.name}'`;
  if (relevant.length === 0) {
    const asked = [...sectionName === undefined ? [] : [`listener '${sectionName}'`], ...port === undefined ? [] : [`port ${port}`]].join(' on ');
    const there = all.map(({ name, port: own }) => `'${name}' on port ${own}`);
    return { message: `refers to ${asked === '' ? '' : `${asked} of `}${what}, which has ${some(there)}`, isCertain: true };
  }
  const reasons = relevant.map(listener => ({ listener, reason: whyNot(route, listener, parent, namespaces) }));
  const open = reasons.filter(({ reason }) => reason === undefined).map(({ listener }) => listener);
  if (open.length > 0) return open;
  return {
    message: `is shut out by ${what}: ${some(reasons.map(({ listener, reason }) => `listener '${listener.name}' ${reason?.text}`))}`,
    isCertain: reasons.every(({ reason }) => reason?.isByLabels === undefined),
  };
}

/** Why a Gateway does not take ListenerSets of a namespace. */
export function whyNoListenerSet(gateway: any, namespace: string, namespaces: Namespaces): Shut | undefined {
  const reason = whyNotFrom(map(gateway.spec?.allowedListeners).namespaces, 'None', namespace, namespaceOfObject(gateway), namespaces);
  return reason && {
    message: `is shut out by Gateway '${gateway.metadata?.name}', which takes ListenerSets ${reason.text}`, isCertain: reason.isByLabels === undefined,
  };
}

/** Whether a listener takes routes of no other namespace than its own. */
export function takesOwnOnly({ protocol, allowedRoutes }: any): boolean {
  return isProtocol(protocol) && (map(map(allowedRoutes).namespaces).from ?? 'Same') === 'Same';
}

function whyNot(route: any, listener: any, parent: any, namespaces: Namespaces): Reason | undefined {
  const kinds = kindsOf(listener);
  if (kinds !== undefined && !kinds.includes(route.kind)) return { text: `takes ${kinds.join(' and ') || 'no routes'} only` };
  const hostnames = HOSTED.has(route.kind) && Array.isArray(route.spec?.hostnames) ? route.spec.hostnames.filter(isText) : [];
  const { hostname } = listener;
  if (hostnames.length > 0 && isText(hostname) && !hostnames.some((one: string) => covers(one, hostname) || covers(hostname, one))) {
    return { text: `is for '${hostname}'` };
  }
  const reason = whyNotFrom(map(listener.allowedRoutes).namespaces, 'Same', namespaceOfObject(route), namespaceOfObject(parent), namespaces);
  return reason && { ...reason, text: `takes routes ${reason.text}` };
}

/** Undefined where the protocol is that of an implementation. */
function kindsOf({ protocol, allowedRoutes }: any): readonly string[] | undefined {
  const carried = isProtocol(protocol) ? CARRIED[protocol] : undefined;
  const kinds = list(map(allowedRoutes).kinds);
  if (kinds.length === 0) return carried;
  const said = kinds.filter(({ group = GATEWAY_API }) => group === GATEWAY_API).map(({ kind }) => String(kind));
  return carried?.filter(kind => said.includes(kind)) ?? said;
}

/** Why objects of a namespace may not attach to those of another one, or the same. Manifests without a namespace may be in any. */
function whyNotFrom(said: unknown, otherwise: 'Same' | 'None', theirs: string, own: string, namespaces: Namespaces): Reason | undefined {
  const { from = otherwise, selector } = map(said);
  switch (from) {
    case 'None': return { text: 'of no namespace' };
    case 'Same': return theirs === own || theirs === '' || own === '' ? undefined : { text: `of namespace '${own}' only` };
    case 'Selector': return theirs === '' || isSelected(map(selector), theirs, namespaces) ? undefined
      : { text: `of namespaces with ${JSON.stringify(selector)} only`, isByLabels: true };
    default: return undefined;
  }
}

const NAME = 'kubernetes.io/metadata.name';

/** Every namespace has a label with its name. Those that are not among the manifests may have any others. */
function isSelected({ matchLabels, matchExpressions }: any, name: string, namespaces: Namespaces): boolean {
  if (namespaces.has(name)) return selects({ matchLabels, matchExpressions }, { ...map(namespaces.get(name)), [NAME]: name });
  const byName = {
    matchLabels: Object.fromEntries(Object.entries(map(matchLabels)).filter(([key]) => key === NAME)),
    matchExpressions: list(matchExpressions).filter(({ key }) => key === NAME),
  };
  return selects(byName, { [NAME]: name });
}

/** Whether the first holds for every host that the second holds for. */
function covers(wide: string, narrow: string): boolean {
  return wide === narrow || (wide.startsWith('*.') && narrow.endsWith(wide.slice(1)));
}

function isProtocol(protocol: unknown): protocol is string {
  return typeof protocol === 'string' && Object.hasOwn(CARRIED, protocol);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

const MOST = 3;

function some(texts: readonly string[]): string {
  if (texts.length === 0) return 'no listeners';
  return texts.length <= MOST ? texts.join(', ') : `${texts.slice(0, MOST).join(', ')}, and ${texts.length - MOST} more`;
}
