import { type MatchedConf, matchesOf } from './client-matches';
import { BREAKING, type Conf, confOf, FAULTS, LIMITS, TIMEOUT } from './conf';
import type { Doubt } from '../../../../meaning/condition';
import { isUndecided, type Undecided } from '../../../../meaning/decision';
import type { PodPort } from '../../../../meaning/world';
import type { ReadObject } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';
import { byRank, isFor, type Target, targetOf } from '../target';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  MeshRateLimit: LIMITS, MeshTimeout: TIMEOUT, MeshCircuitBreaker: BREAKING, MeshFaultInjection: FAULTS,
};

/** What a policy says to the proxies of pods, of requests that arrive. */
export interface Inbound extends Target {
  readonly kind: string;
  /** For all clients, but those for which it says something else. */
  readonly conf: Conf;
  /** For some clients; of a MeshRateLimit only. */
  readonly matched: readonly MatchedConf[];
  readonly unknown?: Doubt;
}

/** What holds at a port, by kind, and the policies that say it. */
export interface Held {
  readonly confs: ReadonlyMap<string, Conf>;
  readonly policies: readonly Inbound[];
}

export function inboundOf(object: ReadObject): Inbound[] {
  const { fields, kind } = object;
  if (!Object.hasOwn(NAMES, kind)) return [];
  const spec = fields.field('spec');
  const [rules, from, to] = ['rules', 'from', 'to'].map(field => spec.field(field));
  const isForGateways = kind === 'MeshRateLimit' || kind === 'MeshFaultInjection';
  if (from.isSaid) from.doubt('what `from` means depends on the release of Kuma');
  if (to.isSaid && isForGateways) to.doubt('it is for gateways of earlier releases');
  const target = targetOf(object);
  if (target === undefined) return [];
  const all = rules.items().map(rule => {
    const matches = rule.field('matches');
    if (matches.isSaid && kind !== 'MeshRateLimit') matches.doubt('which clients it is for is not told apart here');
    return { clients: matchesOf(matches), conf: confOf(rule.field('default'), NAMES[kind]) };
  });
  const [doubt] = fields.doubts().filter(({ place }) => isForGateways || !place.path.startsWith('spec.to'));
  if (!rules.isSaid && doubt === undefined) return [];
  const conf = new Map(all.flatMap(one => one.clients.length === 0 ? [...one.conf] : []));
  const matched = all.flatMap(one => one.clients.map(match => ({ match, conf: one.conf })));
  return [{ ...target, kind, conf, matched, ...(doubt !== undefined && { unknown: doubtOf(doubt) }) }];
}

/** What the proxies behind a port hold to, by kind; those closer to the port go before, and of equals the first by name. */
export function inboundAt(all: readonly Inbound[], ports: readonly PodPort[], meshes: ReadonlySet<string>): Held | Undecided {
  const each = ports.map((port): Held | Undecided => {
    const own = all.map(policy => ({ policy, truth: isFor(policy, port, meshes) })).filter(({ truth }) => truth !== 'no');
    const doubtful = own.find(({ truth, policy }) => truth === 'unknown' || policy.unknown !== undefined)?.policy;
    if (doubtful !== undefined) return { unknown: doubtful.unknown?.why ?? `it is not known whether ${doubtful.kind} '${doubtful.name}' is for these pods` };
    const policies = own.map(({ policy }) => policy);
    return { confs: byKind(policies), policies };
  });
  const [first = { confs: new Map(), policies: [] }, ...others] = each;
  const undecided = each.find(isUndecided);
  const key = (one: typeof first) => JSON.stringify(isUndecided(one) ? one : [
    [...one.confs].map(([kind, conf]) => [kind, [...conf]]),
    one.policies.flatMap(({ kind, matched }) => matched.map(({ match, conf }) => [kind, match, [...conf]])),
  ]);
  return undecided ?? (others.some(other => key(other) !== key(first)) ? { unknown: 'the pods behind it have different policies' } : first);
}

function byKind(policies: readonly Inbound[]): ReadonlyMap<string, Conf> {
  const confs = new Map<string, Conf>();
  for (const { kind, conf } of [...policies].sort(byRank).reverse()) confs.set(kind, new Map([...confs.get(kind) ?? [], ...conf]));
  return new Map([...confs].sort(([a], [b]) => a < b ? -1 : 1));
}
