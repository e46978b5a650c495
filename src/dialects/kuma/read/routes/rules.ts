import { type Backend, backendOf } from './backend';
import { type Filters, filtersOf, NO_FILTERS } from './filters';
import { type Match, matchOf } from './match';
import { inOrder, type Item } from './policy';
import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

/** A rule of a MeshHTTPRoute. What it does not say is said by another rule with the same matches, if there is one. */
export interface Rule {
  readonly source: Source;
  readonly name: string;
  readonly matches: readonly Match[];
  readonly filters?: Filters;
  readonly backends?: readonly Backend[];
  /** Something beside its matches that is not understood. */
  readonly doubt?: Doubt;
}

export function rulesOf(item: Fields, object: ReadObject): Rule[] {
  if (item.field('hostnames').items().length > 0) item.field('hostnames').doubt('Kuma takes no `hostnames`');
  return item.field('rules').items().map(rule => ruleOf(rule, object));
}

function ruleOf(rule: Fields, object: ReadObject): Rule {
  const { name, namespace = 'default' } = object;
  const matches = rule.field('matches');
  const read = matches.items().map(matchOf);
  const [filters, refs] = ['filters', 'backendRefs'].map(field => rule.field('default').field(field));
  const said = filters.isSaid ? filtersOf(filters, namespace) : undefined;
  const backends = refs.isSaid ? refs.items().flatMap(ref => backendOf(ref, namespace) ?? []) : undefined;
  if (read.length === 0) rule.doubt('Kuma takes no rule without matches');
  const replaces = [said?.rewrite?.path, said?.redirect?.path].some(change => change?.type === 'prefix');
  if (replaces && read.some(({ path }) => path?.type !== 'PathPrefix')) filters.doubt('a prefix is replaced, and a match has none');
  const anything = read.length > 0 ? [] : rule.doubts().slice(0, 1)
    .map((one): Match => ({ rank: [], when: [doubtOf(one)], key: one.place.path, isUnderstood: false }));
  const [doubt] = rule.doubts().filter(({ place }) => !place.path.startsWith(`${matches.place.path}[`));
  return {
    source: sourceOf(object, rule),
    name,
    matches: [...read, ...anything],
    ...(said && { filters: said }),
    ...(backends && { backends }),
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

/**
 * The rules of all items, those of the first item first. Rules with the same matches are one, in the place of the first of them
 * (`mergeByKey` in `pkg/plugins/policies/core/rules/merge/merge.go` of kumahq/kuma).
 */
export function mergedRules(items: readonly Item<readonly Rule[]>[]): Rule[] {
  const merged = new Map<string, Rule>();
  for (const rule of inOrder(items).flatMap(({ conf }) => conf)) {
    const key = JSON.stringify(rule.matches.map(match => match.key));
    const first = merged.get(key);
    const doubt = first?.doubt ?? rule.doubt;
    merged.set(key, first === undefined ? rule : {
      ...first,
      filters: first.filters ?? rule.filters,
      backends: first.backends ?? rule.backends,
      ...(doubt && { doubt }),
    });
  }
  return [...merged.values()];
}

export interface Candidate {
  readonly rule: Rule;
  readonly match: Match;
  readonly filters: Filters;
}

/** The matches in the order in which they are asked. What is not understood may stand anywhere. */
export function candidates(rules: readonly Rule[]): Candidate[] {
  const all = rules.flatMap(rule => rule.matches.map(match => ({ rule, match, filters: rule.filters ?? NO_FILTERS })));
  return [...all.filter(({ match }) => !match.isUnderstood), ...all.filter(({ match }) => match.isUnderstood).sort((a, b) => {
    const at = a.match.rank.findIndex((number, i) => number !== b.match.rank[i]);
    return at < 0 ? 0 : b.match.rank[at] - a.match.rank[at];
  })];
}

/** The backends of a MeshTCPRoute: of its one rule. */
export function connectionsOf(item: Fields, object: ReadObject): readonly Backend[] | undefined {
  const rules = item.field('rules').items();
  if (rules.length !== 1) item.doubt('Kuma takes one rule, and without any the Service is named as in earlier releases');
  const [refs] = rules.map(rule => rule.field('default').field('backendRefs'));
  return refs?.isSaid ? refs.items().flatMap(ref => backendOf(ref, object.namespace ?? 'default') ?? []) : undefined;
}
