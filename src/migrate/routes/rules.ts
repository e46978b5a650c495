import type { Receiver, Receivers } from './backends';
import { byClients, type OfClients } from './clients';
import { handlingWords, headerWords, type RuleWords } from './handling';
import { matchesOf } from './matches';
import type { Taking, Unsaid } from './takings';
import type { RouteBackend } from '../../index';
import type { ServicePort } from '../../meaning/call';
import type { Source } from '../../meaning/decision';
import { isClosed } from '../../meaning/way';
import type { Way, WayBackend } from '../../meaning/world';
import { type ClientPods, includesClients } from '../../model/client-pods';
import { hasRequests, type Protocol } from '../../model/protocol';
import type { Written } from '../program';

/** The rules of a port of a Service. */
export interface PortRules {
  readonly rules: readonly RuleWords[];
  /** The Services that get something, as `namespace/name`. */
  readonly services: readonly string[];
  /** The same, as the old routes name them. */
  readonly sentTo: readonly WayBackend[];
}

export type Ruled = PortRules | (Unsaid & { readonly by: readonly Source[] });

/** The rules that say what becomes of requests to a port. */
export function rulesOf(takings: readonly Taking[] | Unsaid, to: ServicePort, protocol: Protocol, receivers: Receivers): Ruled {
  if ('unsaid' in takings) return { ...takings, by: [] };
  const rules: RuleWords[] = [];
  const done: ClientPods[] = [];
  const services = new Set<string>();
  for (const taking of takings) {
    // Requests that no rule is for fail.
    if (taking.terms === undefined && isFailure(taking.way) && rules.length > 0) break;
    const parts: readonly OfClients[] | Unsaid = taking.terms === undefined ? [{}] : byClients(taking.terms);
    if ('unsaid' in parts) return { ...parts, by: taking.by };
    for (const part of parts) {
      const { clients, terms } = part;
      // For clients, the rest of a decision may stand below what takes all of their requests.
      if (clients !== undefined && done.some(all => includesClients(all, clients))) continue;
      if (clients !== undefined && terms === undefined) done.push(clients);
      const rule = ruleOf({ ...part, way: taking.way }, to, protocol, receivers, services);
      if ('unsaid' in rule) return { ...rule, by: taking.by };
      rules.push(rule.rule);
    }
  }
  if (rules.length > 0 && rules.every(({ clients }) => clients !== undefined)) {
    return { unsaid: 'the requests of all clients except some fail, and a route says for all clients where requests go', by: takings.flatMap(({ by }) => by) };
  }
  return { rules, services: [...services], sentTo: takings.flatMap(({ way }) => way.backends) };
}

export function isFailure({ status, ...way }: Way): boolean {
  return (status === undefined || status === 404) && isClosed(way);
}

function ruleOf(
  { clients, terms, way }: OfClients & Pick<Taking, 'way'>, to: ServicePort, protocol: Protocol, receivers: Receivers, services: Set<string>,
): { readonly rule: RuleWords } | Unsaid {
  const { backends, status, handling, replaced, besides } = way;
  if (besides.length > 0) return { unsaid: `the library cannot write this: ${besides.join('; ')}` };
  const matches = terms === undefined ? undefined : matchesOf(terms, protocol);
  if (matches !== undefined && 'unsaid' in matches) return matches;
  if (replaced !== undefined && matches?.prefix !== replaced) {
    return { unsaid: `it replaces '${replaced}' at the start of paths, and the library replaces prefixes that are matched element by element` };
  }
  if (isClosed(way) && !hasRequests(protocol)) return { unsaid: 'it refuses connections' };
  const copies = new Map((handling.mirrors ?? []).map(mirror =>
    [mirror, receivers.of({ ...mirror, namespace: mirror.namespace ?? to.namespace, service: mirror.name })]));
  const written: Written<RouteBackend>[] = [];
  for (const backend of backends) {
    const receiver = receivers.of(backend);
    if ('unsaid' in receiver) return receiver;
    services.add(`${backend.namespace}/${receiver.name}`);
    written.push(backendWords(backend, receiver, to, backends.length > 1));
  }
  for (const copy of copies.values()) if ('unsaid' in copy) return copy;
  const nodeOf = (mirror: NonNullable<typeof handling.mirrors>[number]) => {
    const copy = copies.get(mirror);
    if (copy === undefined || 'unsaid' in copy) throw new Error('a copy goes to a Service that is not known');
    return copy.node;
  };
  return {
    rule: {
      ...matches !== undefined && { matches: [...matches.nodes] },
      ...clients !== undefined && { clients: [{ ...clients }] },
      ...written.length > 0 && { backends: written },
      ...status !== undefined && { directResponse: { statusCode: status } },
      ...handlingWords(handling, nodeOf),
    },
  };
}

function backendWords(
  { weight, port, requestHeaders, responseHeaders }: WayBackend, { node }: Receiver, to: ServicePort, isOneOfSeveral: boolean,
): Written<RouteBackend> {
  return {
    service: node,
    ...isOneOfSeveral && { weight },
    ...port !== to.port && { port },
    ...requestHeaders !== undefined && { requestHeaders: headerWords(requestHeaders) },
    ...responseHeaders !== undefined && { responseHeaders: headerWords(responseHeaders) },
  };
}
