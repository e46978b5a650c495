import { ANY, grpcMatch, httpMatch, type Taken } from './matches';
import { routeName } from './policies';
import type { Fields } from '../../../manifests/fields';
import type { Doubt } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** A route on Servers: which requests it takes. */
export interface Route {
  readonly source: Source;
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'HTTPRoute' | 'GRPCRoute';
  /** Undefined where it may be any. */
  readonly servers: readonly string[] | undefined;
  readonly takes: readonly Taken[];
  readonly doubt?: Doubt;
}

/** Undefined where it is on no Server. */
export function routeOf(object: ReadObject): Route | undefined {
  const spec = object.fields.field('spec');
  const namespace = object.namespace ?? DEFAULT_NAMESPACE;
  const parents = spec.field('parentRefs');
  const servers = parents.items().filter(isServer);
  const isLost = mayBeOnAny(spec);
  if (servers.length === 0 && !isLost) return undefined;
  const names = servers.map(server => server.field('name').text() ?? '');
  for (const server of servers) {
    const other = server.field('namespace').text();
    if (other !== undefined && other !== namespace) server.doubt('a route is on Servers of its own namespace');
    if (['port', 'sectionName'].some(name => server.field(name).isSaid)) server.doubt('a Server has one port');
  }
  const isHttp = object.kind === 'HTTPRoute';
  const rules = spec.field('rules');
  const takes = rules.isSaid ? rules.items().flatMap(rule => takenBy(rule, isHttp ? httpMatch : grpcMatch)) : [ANY];
  if (spec.field('hostnames').items().length > 0) spec.field('hostnames').doubt('which hosts a client names is not known here');
  const [doubt] = spec.doubts();
  return {
    source: sourceOf(object),
    namespace,
    name: routeName(object.group, object.kind, object.name),
    kind: isHttp ? 'HTTPRoute' : 'GRPCRoute',
    servers: isLost || names.includes('') ? undefined : names,
    takes,
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  };
}

const FIELDS = ['parentRefs', 'rules', 'hostnames', 'useDefaultGateways'];

/** Whether a route may have parents that are misspelt. */
export function mayBeOnAny(spec: Fields): boolean {
  return !spec.field('parentRefs').isSaid && spec.fields().some(([name]) => !FIELDS.includes(name));
}

const OF_PARENT = ['group', 'kind', 'namespace', 'name', 'sectionName', 'port'];

/** Whether a parent is a Server, or may be one. */
function isServer(ref: Fields): boolean {
  return isOdd(ref) || isSaidServer(ref);
}

/** Whether it is not known which parent is meant. */
export function isOdd(ref: Fields): boolean {
  return ref.fields().some(([name]) => !OF_PARENT.includes(name));
}

function isSaidServer(ref: Fields): boolean {
  return ref.field('kind').text() === 'Server' && ref.field('group').text() === 'policy.linkerd.io';
}

function takenBy(rule: Fields, read: (match: Fields) => Taken[]): Taken[] {
  rule.field('name').take();
  if (rule.field('filters').items().length > 0) rule.field('filters').doubt('what filters do to requests is not known here');
  // No backend is asked for what arrives.
  rule.field('backendRefs').take();
  return matchedBy(rule, read);
}

/** What the matches of a rule take; the API server writes one where none are said. */
export function matchedBy(rule: Fields, read: (match: Fields) => Taken[]): Taken[] {
  const matches = rule.field('matches');
  return matches.isSaid && matches.items().length === 0 ? [ANY] : matches.isSaid ? matches.items().flatMap(read) : read(matches);
}
