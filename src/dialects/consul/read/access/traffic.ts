import type { Defaults } from './defaults';
import type { Service } from './intention';
import type { Condition } from '../../../../meaning/condition';
import { type Branch, type Decision, isUndecided, type Source, type Undecided, type Verdict } from '../../../../meaning/decision';
import { dependingOn } from '../../../../meaning/depending';
import { exactly } from '../../../../meaning/text';
import type { Traffic } from '../../../../meaning/world';

/** What is said of one service, by its own ServiceDefaults. */
export interface Said {
  readonly service: Service;
  readonly defaults: readonly Defaults[];
}

/**
 * What holds for requests to a service: what its ServiceDefaults and the ProxyDefaults say, and the `upstreamConfig` of the client. It is kept as
 * text: releases and editions differ in what they make of it.
 */
export function trafficTo(name: string, own: readonly Defaults[], ofAll: readonly Defaults[], all: Iterable<Said>): Decision<Traffic> | undefined {
  const value = together([own, ofAll]);
  const branches = [...all].flatMap(({ service, defaults }): Branch<Traffic>[] => {
    const upstreams = defaults.flatMap(one => one.upstreams).filter(one => one.name === undefined || one.name === name);
    const [{ source }] = defaults;
    if (upstreams.length === 0 && defaults.every(({ doubt }) => doubt === undefined)) return [];
    const client = together([own, ofAll, defaults], upstreams.map(one => one.said));
    return [{ when: isClient(service), then: { value: client, why: 'ServiceDefaults of the client say so', source }, source }];
  });
  const [first] = [...own, ...ofAll];
  if (first === undefined) return branches.length === 0 ? undefined : { branches, otherwise: { value, why: 'nothing is said of it' } };
  const otherwise: Verdict<Traffic> = { value, why: `${first.source.kind} '${first.source.name}' says so`, source: first.source };
  return { branches, otherwise };
}

function together([own, ofAll, client = []]: readonly (readonly Defaults[])[], upstreams: readonly string[] = []): Traffic | Undecided {
  const doubt = [...own, ...ofAll, ...client].find(one => one.doubt !== undefined)?.doubt;
  if (doubt !== undefined) return { unknown: doubt.why };
  if (Math.max(own.length, ofAll.length, client.length) > 1) return { unknown: 'one of several objects for the same service overwrites the others' };
  return { besides: [...[...own, ...ofAll].flatMap(({ handling }) => handling), ...upstreams].sort() };
}

function isClient({ name, namespace }: Service): Condition {
  return { type: 'pod', serviceAccount: exactly(name), ...(namespace !== undefined && { namespace: exactly(namespace) }) };
}

/** What holds for requests to a service, with what its ServiceResolver says. */
export function withResolver(
  traffic: Decision<Traffic> | undefined, more: { readonly source: Source; readonly said: Traffic | Undecided } | undefined,
): Decision<Traffic> | undefined {
  if (more === undefined) return traffic;
  const { source, said } = more;
  const both = (value: Traffic | Undecided): Traffic | Undecided =>
    isUndecided(value) ? value : isUndecided(said) ? said : { ...value, ...said, besides: [...value.besides, ...said.besides].sort() };
  const why = `${source.kind} '${source.name}' says so`;
  // Where both say something, one is named.
  const add = (verdict: Verdict<Traffic>): Verdict<Traffic> => saysNothing(verdict.value) ? { value: both(verdict.value), why, source }
    : { ...verdict, value: both(verdict.value) };
  const nothing = { value: { besides: [] }, why, source };
  const { branches, otherwise } = traffic ?? { branches: [], otherwise: nothing };
  const own = branches.map((branch): Branch<Traffic> => ({ ...branch, then: 'branches' in branch.then ? branch.then : add(branch.then) }));
  return dependingOn({ branches: own, otherwise: add(otherwise) }, [more]);
}

function saysNothing(value: Traffic | Undecided): boolean {
  return !isUndecided(value) && value.besides.length === 0;
}
