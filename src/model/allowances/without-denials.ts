import { areApart, withFewExceptions } from './excepted';
import type { SourceParts } from './source-parts';
import { sourceParts } from './source-parts';
import type { AccessModel, AccessRule, Source } from '../access';
import { distinctSources } from '../access';
import type { Fields } from '../fields';
import { flatMap } from '../lists';
import type { RequestMatch } from '../match';
import { intersect } from '../match';

/** What no allowance says: some clients, or requests, but others. */
export type Indivisible =
  | { readonly of: 'clients'; readonly allowed: Source; readonly denied: Source }
  | { readonly of: 'requests' };

/** No denial is for end users. */
type Denial = Fields<AccessRule, 'sources' | 'exceptSources' | 'ports' | 'requests' | 'exceptRequests', 'byAddress' | 'endUsers'>;

/**
 * The same policy without denials, for who has allowances only: what is denied is taken out of what is allowed. Some of the denied requests
 * may be left as exceptions. Denials that stand alone stay.
 */
export function withoutDenials(model: AccessModel): AccessModel | Indivisible[] {
  const { denials, rules, leavesRest } = model;
  if (leavesRest || (denials.length === 0 && rules.every(({ exceptRequests }) => exceptRequests.length === 0))) {
    return model;
  }
  const indivisible: Indivisible[] = [];
  const left = denials.reduce<readonly AccessRule[]>((all, denial) => flatMap(all, rule => {
    const rest = without(rule, denial);
    if (isIndivisible(rest)) indivisible.push(rest);
    return isIndivisible(rest) ? [] : rest;
  }), rules);
  return indivisible.length > 0 ? indivisible : { ...model, denials: [], rules: flatMap(left, withFewExceptions) };
}

function isIndivisible(one: object): one is Indivisible {
  return 'of' in one;
}

/** What a rule allows beside a denial. */
function without(rule: AccessRule, denial: Denial): AccessRule[] | Indivisible {
  const isMeant = (port: AccessRule['ports'][number]) => denial.ports.some(other => other.port === port.port);
  const [ports, otherPorts] = [rule.ports.filter(isMeant), rule.ports.filter(port => !isMeant(port))];
  const denied = denial.requests.filter(one => rule.requests.length === 0 || rule.requests.some(request => !areApart(request, one)));
  if (ports.length === 0 || (denied.length === 0 && denial.requests.length > 0)) {
    return [rule];
  }
  const clients = divided(rule.sources, denial);
  if (isIndivisible(clients)) {
    return clients;
  }
  if (clients.common.length === 0) {
    return [rule];
  }
  const meant = { ...rule, ports, sources: clients.common };
  const spared = common(rule.requests, denial.exceptRequests);
  return spared === 'unknown' ? { of: 'requests' } : [
    ...otherPorts.length === 0 ? [] : [{ ...rule, ports: otherPorts }],
    ...clients.rest.length === 0 ? [] : [{ ...rule, ports, sources: clients.rest }],
    ...denied.length === 0 ? [] : [{ ...meant, exceptRequests: [...rule.exceptRequests, ...denied] }],
    ...spared.length === 0 ? [] : [{ ...meant, requests: spared }],
  ];
}

/** The clients of a rule for whom a denial is, and the others. */
function divided(sources: readonly Source[], denial: Denial): SourceParts | Indivisible {
  const denied = cut(sources, denial.sources);
  const spared = isIndivisible(denied) ? denied : cut(denied.common, denial.exceptSources);
  return isIndivisible(denied) ? denied : isIndivisible(spared) ? spared
    : { common: distinctSources(spared.rest), rest: distinctSources([...denied.rest, ...spared.common]) };
}

/** The clients of any of some sources, and the others. */
function cut(sources: readonly Source[], by: readonly Source[]): SourceParts | Indivisible {
  let rest = sources;
  const inside: Source[] = [];
  for (const other of by) {
    const next: Source[] = [];
    for (const source of rest) {
      const parts = sourceParts(source, other);
      if (parts === undefined) {
        return { of: 'clients', allowed: source, denied: other };
      }
      inside.push(...parts.common);
      next.push(...parts.rest);
    }
    rest = next;
  }
  return { common: inside, rest };
}

/** The requests of both, where none at all are every request of a rule. */
function common(requests: readonly RequestMatch[], others: readonly RequestMatch[]): readonly RequestMatch[] | 'unknown' {
  if (requests.length === 0) {
    return others;
  }
  const all = flatMap(requests, request => others.map(other => intersect(request, other)));
  return all.includes('unknown') ? 'unknown' : flatMap(all, one => typeof one === 'object' ? [one] : []);
}
