import type { Resolver } from './resolver';
import type { Reference, Route } from './router';
import type { Split } from './splitter';
import { isUndecided, type Undecided } from '../../../../meaning/decision';
import type { Way, WayBackend } from '../../../../meaning/world';
import type { FailoverTarget } from '../../../../model/handling';
import { distinctBy, grouped } from '../../../../model/lists';
import { withChanges } from '../../../../reading/header-changes';

export interface ServiceName {
  readonly namespace: string;
  readonly service: string;
}

/** What the config entries say of services. */
export interface Entries {
  /** Undefined where it has none. */
  splits(of: ServiceName): readonly Split[] | Undecided | undefined;
  resolver(of: ServiceName): Resolver | Undecided | undefined;
  /** Which service is meant. */
  named(reference: Reference, home: ServiceName): ServiceName | Undecided;
  /** The port of a service that gets what is sent to it. */
  port(of: ServiceName): number | Undecided;
  /** Takes note of a service that is led to, whatever of it is sent there. */
  reach(of: ServiceName): void;
  /** Takes note of something that Consul refuses: then nothing of the chain is in force. */
  refused(why: string): Undecided;
}

interface Part extends Omit<WayBackend, 'port'> {
  readonly besides: readonly string[];
}

/** A whole: shares of shares of it are whole numbers, too. */
const WHOLE = 10 ** 12;

/**
 * Where a route of a service leads, or all that is sent to it: by the splits of the service that it names, and by the resolvers of those that they
 * name (hashicorp/consul `agent/consul/discoverychain/compile.go`).
 */
export function followed(entries: Entries, from: ServiceName, route: Pick<Route, 'to' | 'handling' | 'replaced' | 'besides'>): Way | Undecided {
  const to = entries.named(route.to, from);
  if (isUndecided(to)) return to;
  const all = route.to.subset === undefined ? divided(entries, to, WHOLE, []) : resolved(entries, to, route.to.subset, WHOLE, []);
  if (isUndecided(all)) return all;
  const parts = inWhole(together(all.filter(({ weight }) => weight > 0)));
  const backends: WayBackend[] = [];
  for (const { besides: _, ...part } of parts) {
    const port = entries.port(part);
    if (isUndecided(port)) return port;
    backends.push({ ...part, port });
  }
  // Changes of a split are made before those of the route.
  const { requestHeaders, responseHeaders, ...handling } = route.handling;
  const ofRoute = { ...(requestHeaders && { requestHeaders }), ...(responseHeaders && { responseHeaders }) };
  const { backends: changed, ...changes } = withChanges(backends, ofRoute, 'before');
  const said = Object.fromEntries(Object.entries(changes).filter(([, one]) => one !== undefined));
  return {
    backends: changed.sort((a, b) => nameOf(a) < nameOf(b) ? -1 : 1),
    handling: { ...handling, ...said },
    ...(route.replaced !== undefined && { replaced: route.replaced }),
    besides: [...route.besides, ...parts.flatMap(({ besides }) => besides)].sort(),
  };
}

/** Several shares of the same are one. */
function together(parts: readonly Part[]): Part[] {
  const alike = grouped(parts, ({ weight: _, ...part }) => JSON.stringify(part));
  return [...alike.values()].map(some => ({ ...some[0], weight: some.reduce((sum, { weight }) => sum + weight, 0) }));
}

/** Weights in percent, or in the largest part of one in which all of them are whole. */
function inWhole(parts: readonly Part[]): Part[] {
  const unit = [WHOLE / 100, WHOLE / 10_000, WHOLE / 1_000_000].find(one => parts.every(({ weight }) => weight % one === 0)) ?? 1;
  return parts.map(part => ({ ...part, weight: part.weight / unit }));
}

/** Splits lead to other splits; one that names its own service leads to its pods. */
function divided(entries: Entries, of: ServiceName, weight: number, above: readonly string[]): Part[] | Undecided {
  const splits = entries.splits(of);
  if (splits === undefined) return resolved(entries, of, undefined, weight, []);
  if (isUndecided(splits)) return splits;
  if (above.includes(nameOf(of))) return entries.refused(`ServiceSplitters lead from ${nameOf(of)} to itself`);
  const parts: Part[] = [];
  for (const { to, weight: share, ...changes } of splits) {
    const next = entries.named(to, of);
    if (isUndecided(next)) return next;
    const part = weight / 10_000 * share;
    const isOwn = nameOf(next) === nameOf(of);
    const isLast = to.subset !== undefined || isOwn;
    const below = isLast ? resolved(entries, next, to.subset, part, []) : divided(entries, next, part, [...above, nameOf(of)]);
    if (isUndecided(below)) return below;
    const isChanged = Object.keys(changes).length > 0;
    if (isChanged && below.some(({ requestHeaders, responseHeaders }) => requestHeaders ?? responseHeaders)) {
      return { unknown: 'what several splits change of headers is not put together here' };
    }
    parts.push(...below.map(one => ({ ...one, ...changes })));
  }
  return parts;
}

/** @param standsIn - whether it stands in for another service, for which it has no others, and whether it does so at a peer, of which nobody here knows what it speaks */
function resolved(
  entries: Entries, of: ServiceName, subset: string | undefined, weight: number, above: readonly string[], standsIn?: 'here' | 'at a peer',
): Part[] | Undecided {
  const name = `${nameOf(of)} ${subset ?? ''}`;
  if (above.includes(name)) return entries.refused(`ServiceResolvers lead from ${nameOf(of)} to itself`);
  if (standsIn !== 'at a peer') entries.reach(of);
  const resolver = entries.resolver(of);
  if (isUndecided(resolver)) return resolver;
  const { redirect, defaultSubset, subsets = new Map<string, string>(), failover = [], kept = [] } = resolver ?? {};
  if (redirect !== undefined) {
    const to = entries.named(redirect, of);
    if (isUndecided(to)) return to;
    const isOther = nameOf(to) !== nameOf(of);
    const next = redirect.subset ?? (isOther ? undefined : subset);
    if (isOther || next !== subset) return resolved(entries, to, next, weight, [...above, name], standsIn && 'here');
  }
  if (subset === undefined && defaultSubset !== undefined) return resolved(entries, of, defaultSubset, weight, [...above, name], standsIn);
  const pods = subset === undefined ? undefined : subsets.get(subset);
  if (subset !== undefined && pods === undefined) return entries.refused(`the service ${nameOf(of)} has no subset '${subset}', which Consul refuses`);
  // What Consul refuses of those that stand in, it refuses of the chain.
  if (standsIn === undefined) standingIn(entries, of, [...failover, ...kept]);
  return [{ namespace: of.namespace, service: of.service, weight, besides: pods === undefined ? [] : [`of the pods of ${nameOf(of)}, only ${pods} (${weight / WHOLE * 100} %)`] }];
}

/**
 * What stands in for a service, whose own resolvers may lead elsewhere; it does not stand in for itself, and neither do others for them. The resolver
 * of this cluster holds for the service of that name at a peer, too, and leads to services of this cluster.
 */
export function standingIn(entries: Entries, of: ServiceName, targets: readonly Reference[]): readonly FailoverTarget[] | Undecided {
  const all: (ServiceName & Pick<Reference, 'cluster'>)[] = [];
  for (const target of targets) {
    const { cluster } = target;
    const to = entries.named(target, of);
    if (isUndecided(to)) return to;
    if (cluster === undefined && nameOf(to) === nameOf(of)) continue;
    const parts = resolved(entries, to, undefined, WHOLE, [], cluster === undefined ? 'here' : 'at a peer');
    if (isUndecided(parts)) return parts;
    const isThere = (part: ServiceName) => cluster !== undefined && nameOf(part) === nameOf(to);
    const port = parts.filter(part => !isThere(part)).map(part => entries.port(part)).find(isUndecided);
    if (port !== undefined) return port;
    if (parts.some(({ besides }) => besides.length > 0)) return { unknown: `only some of the pods of ${nameOf(to)} stand in for ${nameOf(of)}` };
    all.push(...parts.map(part => ({ ...part, ...(isThere(part) && { cluster }) })));
  }
  return distinctBy(all.filter(other => other.cluster !== undefined || nameOf(other) !== nameOf(of)), other => `${nameOf(other)} ${other.cluster ?? ''}`)
    .map(({ service, namespace, cluster }) => ({ service: { name: service, namespace }, ...(cluster !== undefined && { cluster }) }));
}

function nameOf({ namespace, service }: ServiceName): string {
  return `${namespace}/${service}`;
}
