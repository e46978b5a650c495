import type { Visibility } from './hosts';
import { type Delegating, httpRoute, type ReadRoute } from './http-route';
import { EVERY, httpMatch, type Match } from './match';
import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import { labels } from '../../../../reading/cluster/object';
import type { ReadObject } from '../../../../reading/objects';

/** A VirtualService without hosts, which others name. */
export interface Delegate {
  readonly object: ReadObject;
  readonly namespace: string;
  readonly visibleTo: Visibility;
  /** Something beside its routes that is not understood. */
  readonly doubt?: Doubt;
}

/** The VirtualService that is named, if it is in the files and has no hosts. */
export type DelegateOf = (namespace: string, name: string) => Delegate | undefined;

/**
 * The routes that a route for requests stands for: itself, or those of the VirtualService that it names, each narrowed to what both are for
 * (`MergeHTTPRoutes` in `pilot/pkg/model/virtualservice.go`, and `mergeVirtualServices` in `virtualservice_controller.go` of istio/istio).
 */
export function httpRoutes(object: ReadObject, fields: Fields, home: string, delegateOf: DelegateOf | undefined): ReadRoute[] {
  const delegates = fields.field('delegate').isSaid;
  const delegate = delegates ? delegateIn(fields, home, delegateOf) : undefined;
  const own = httpRoute({ object, fields, home, matches: ownMatches(fields, home) });
  if (delegate === undefined) return [delegates ? { ...own, mayBeNone: true } : own];
  const { object: other, namespace, visibleTo } = delegate;
  if (visibleTo !== 'all' && !visibleTo.includes(home)) return [];
  const over = { fields, home };
  return other.fields.field('spec').field('http').items().flatMap(item => {
    const matches = mergedMatches(over, item, namespace);
    return matches.length === 0 ? [] : [httpRoute({ object: other, fields: item, home: namespace, matches, over })];
  });
}

function delegateIn(fields: Fields, home: string, delegateOf: DelegateOf | undefined): Delegate | undefined {
  const delegate = fields.field('delegate');
  const [name, namespace] = ['name', 'namespace'].map(part => delegate.field(part).text());
  if (delegateOf === undefined) return delegate.doubt('istiod takes no delegate of a delegate');
  if (['route', 'redirect'].some(part => fields.field(part).isSaid)) return delegate.doubt('istiod takes no route and no redirect beside it');
  if (name === undefined) return delegate.doubt('it names no VirtualService');
  const key = `${namespace || home}/${name}`;
  const found = delegateOf(namespace || home, name);
  if (found === undefined) return delegate.doubt(`VirtualService '${key}' is not in the files, or has hosts`);
  return found.doubt === undefined ? found : delegate.doubt(`VirtualService '${key}' is not understood: ${found.doubt.why}`);
}

function ownMatches(fields: Fields, home: string): readonly Match[] {
  const items = fields.field('match').items();
  return items.length === 0 ? [EVERY] : items.map(item => httpMatch(item, home));
}

interface OneMatch {
  readonly fields: Fields;
  readonly match: Match;
}

/** None, where one of the matches of the delegate is in none of the route that delegates. */
function mergedMatches(over: Delegating, delegated: Fields, home: string): readonly Match[] {
  const read = ({ fields, home: own }: Delegating) => fields.field('match').items().map((item): OneMatch => ({ fields: item, match: httpMatch(item, own) }));
  const [roots, leaves] = [read(over), read({ fields: delegated, home })];
  if (leaves.length === 0) return ownMatches(over.fields, over.home);
  if (roots.length === 0) return leaves.map(({ match }) => match);
  const merged = leaves.map(leaf => roots.filter(root => !isConflict(root, leaf))
    .map(({ fields }) => httpMatch(leaf.fields, home, { fields, home: over.home })));
  return merged.some(all => all.length === 0) ? [] : merged.flat();
}

/** Whether a match of a delegate is not within one of the route that delegates (`hasConflict`). What is not understood may be within it. */
function isConflict(root: OneMatch, leaf: OneMatch): boolean {
  const all = [root, leaf];
  if (all.some(({ match: { doubt } }) => doubt !== undefined)) return false;
  const areTexts = (names: readonly string[], within?: string) => names.some(name => {
    const [one, other] = all.map(({ fields }) => (within === undefined ? fields : fields.field(within)).field(name));
    return one.isSaid && other.isSaid && isTextConflict(one, other);
  });
  const [port, leafPort] = all.map(({ match }) => match.port);
  const [namespace, leafNamespace] = all.map(({ match: { source } }) => source?.namespace);
  const [ofRoot, ofLeaf] = all.map(({ fields }) => labels(fields.field('sourceLabels')));
  const [gateways, leafGateways] = all.map(({ match }) => match.gateways);
  const areWithin = (names: readonly string[], wide: readonly string[]) => names.length <= wide.length && names.every(one => wide.includes(one));
  const [ignoring, leafIgnoring] = all.map(({ fields }) => fields.field('ignoreUriCase').take() === true);
  return areTexts(['uri', 'scheme', 'method', 'authority'])
    || ['headers', 'withoutHeaders', 'queryParams'].some(within => areTexts(leaf.fields.field(within).fields().map(([name]) => name), within))
    || ignoring !== leafIgnoring
    || (port !== undefined && leafPort !== undefined && port !== leafPort)
    || (namespace !== undefined && namespace !== leafNamespace)
    || Object.entries(ofLeaf).some(([name, value]) => Object.hasOwn(ofRoot, name) && ofRoot[name] !== value)
    || (gateways !== undefined && leafGateways !== undefined && !areWithin(leafGateways, gateways));
}

/** Presence, and an expression, are in nothing else, whatever they say. */
function isTextConflict(root: Fields, leaf: Fields): boolean {
  const [one, other] = [root, leaf].map(fields => ({
    exact: fields.field('exact').text() ?? '', prefix: fields.field('prefix').text() ?? '', regex: fields.field('regex').text() ?? '',
  }));
  if (one.regex !== '' || other.regex !== '') return true;
  if (one.exact !== '') return other.prefix !== '' || other.exact !== one.exact;
  const within = other.prefix || other.exact;
  return one.prefix === '' || within === '' || !within.startsWith(one.prefix);
}
