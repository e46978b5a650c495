import type { AccessReading } from './readings';
import type { Requests } from './requests';
import { ALL_REQUESTS, requestsOf } from './requests';
import type { HttpMatch, HttpRouteGroup, Rule, Subject, TrafficTarget } from './tree';
import type { SmiWorld } from './world';

export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** Ports of the pods. */
export type Ports = 'all' | readonly number[];

export function isSameAccount(a: Account, b: Account): boolean {
  return a.namespace === b.namespace && a.name === b.name;
}

export interface AllowedRequests extends Requests {
  /** The match that says so; none, where it is not for a match. */
  readonly match?: HttpMatch;
  /** Those with the same are decided together. */
  readonly route: string;
}

/** What one target says. */
export interface Part {
  readonly target: TrafficTarget;
  readonly destination: Account;
  readonly sources: readonly Account[];
  readonly tcp: Ports;
  readonly udp: Ports;
  readonly requests: readonly AllowedRequests[];
  readonly connections: boolean;
}

interface Inert { readonly inert: string }

interface Unknown { readonly unknown: string }

/** What a target says by itself, or why it says nothing, or why nobody knows. Nobody may know one match, and what the others allow. */
export function partOf(
  target: TrafficTarget, world: SmiWorld, reading: AccessReading,
): { readonly part: Part; readonly doubts: readonly string[] } | Inert | Unknown & { readonly destination?: Account } {
  const to = target.destination && accountsOf(target.destination, target, world, reading);
  const destination = to !== undefined && 'accounts' in to ? to.accounts[0] : undefined;
  const doubt = world.unknown(target) ?? (to !== undefined && 'unknown' in to ? to.unknown : undefined);
  if (doubt !== undefined) return { unknown: doubt, destination };
  if (destination === undefined) return { inert: 'its destination has no namespace' };
  if (!reading.elsewhere && destination.namespace !== world.namespaceOf(target)) return { inert: 'its destination is in another namespace' };
  if (target.rules.length === 0 && reading.noRules === 'nothing') return { inert: 'it has no rules' };
  const strange = target.rules.find(({ kind }) => !reading.kinds.includes(kind));
  if (strange !== undefined) return { inert: `it has a rule of kind ${strange.kind}` };
  const sources: Account[] = [];
  for (const source of target.sources) {
    const found = accountsOf(source, target, world, reading);
    if ('unknown' in found) return { unknown: found.unknown, destination };
    sources.push(...found.accounts);
  }
  const requests = requestsIn(target, world, reading);
  const ports = portsIn(target, world, reading);
  if ('inert' in requests) return requests;
  if ('unknown' in requests) return { ...requests, destination };
  if ('inert' in ports) return ports;
  if ('unknown' in ports) return { ...ports, destination };
  return { part: { target, destination, sources, requests: requests.requests, ...ports }, doubts: requests.doubts };
}

interface RequestsRead {
  readonly requests: readonly AllowedRequests[];
  /** Why the requests of some matches are not among them. */
  readonly doubts: readonly string[];
}

type PortsRead = Pick<Part, 'tcp' | 'udp' | 'connections'>;

/** One for a ServiceAccount; none, for a mesh that knows no namespace where none is written; those that an IdentityBinding has. */
function accountsOf(
  subject: Subject, target: TrafficTarget, world: SmiWorld, { unsaidNamespace, bindings }: AccessReading,
): { readonly accounts: readonly Account[] } | Unknown {
  const namespace = subject.namespace ?? (unsaidNamespace === 'own' ? world.namespaceOf(target) : undefined);
  if (namespace === undefined) return { accounts: [] };
  if (subject.kind === 'ServiceAccount') return { accounts: [{ namespace, name: subject.name }] };
  if (!bindings) return { unknown: 'the mesh does not read IdentityBindings' };
  const binding = world.binding(namespace, subject.name);
  if (binding === undefined) return { unknown: `there is no IdentityBinding '${subject.name}' in namespace '${namespace}'` };
  const doubt = world.unknown(binding);
  if (doubt !== undefined) return { unknown: doubt };
  const account = binding.serviceAccount === undefined ? undefined : { namespace, name: binding.serviceAccount };
  const isSame = (id: string) => /^(?:spiffe:\/\/)?[^/]+(\/ns\/.*)$/.exec(id)?.[1] === `/ns/${namespace}/sa/${binding.serviceAccount}`;
  if (account === undefined || binding.hasLabels || !binding.spiffeIds.every(isSame)) {
    return { unknown: `IdentityBinding '${subject.name}' knows others than by their ServiceAccount` };
  }
  return { accounts: [account] };
}

function requestsIn(target: TrafficTarget, world: SmiWorld, reading: AccessReading): RequestsRead | Inert | Unknown {
  const route = `${world.namespaceOf(target)}/${target.name}`;
  if (reading.match === 'unread') return { requests: [{ ...ALL_REQUESTS, route }], doubts: [] };
  const rules = target.rules.filter(({ kind }) => kind === 'HTTPRouteGroup');
  if (rules.length === 0) return { requests: reading.noGroup === 'everything' ? [{ ...ALL_REQUESTS, route }] : [], doubts: [] };
  const requests: AllowedRequests[] = [];
  const doubts: string[] = [];
  for (const rule of rules) {
    const group = world.group(world.namespaceOf(target), rule.name);
    const doubt = group && world.unknown(group);
    if (doubt !== undefined) return { unknown: doubt };
    const { matches, absent } = named(rule, group, reading);
    if (absent !== undefined && reading.missing === 'nothing') return { inert: absent };
    for (const match of matches) {
      const read = requestsOf(match, reading.match);
      if ('unknown' in read) doubts.push(`match '${match.name}' of HTTPRouteGroup '${rule.name}': ${read.unknown}`);
      else requests.push({ ...read, match, route: reading.firstOf === 'targets' ? route : keyOf(match) });
    }
  }
  // Where one of several decides, one that nobody knows leaves nothing certain.
  if (doubts.length > 0 && reading.firstOf !== undefined) return { unknown: doubts[0] };
  return { requests: reading.emptyMatches === 'everything' ? requests : besideEmpty(requests, route), doubts };
}

/** The same for matches that a mesh makes one of. */
function keyOf({ pathRegex, methods, headers }: HttpMatch): string {
  return JSON.stringify([pathRegex === undefined || pathRegex === '' ? '.*' : pathRegex, methods ?? ['*'], headers]);
}

/** The matches of a group that a rule names, and what it names that is not there. */
function named(
  rule: Rule, group: HttpRouteGroup | undefined, { noMatches }: AccessReading,
): { readonly matches: readonly HttpMatch[]; readonly absent?: string } {
  if (group === undefined) return { matches: [], absent: `there is no HTTPRouteGroup '${rule.name}'` };
  if (rule.matches === undefined) return { matches: noMatches === 'everything' ? group.matches : [] };
  const wanted = new Set<string | undefined>(rule.matches);
  const matches = group.matches.filter(({ name }) => name !== undefined && wanted.has(name));
  matches.forEach(({ name }) => wanted.delete(name));
  const [absent] = wanted;
  return {
    matches,
    ...absent === undefined ? {} : { absent: `HTTPRouteGroup '${rule.name}' has no match '${absent}'` },
  };
}

/** A match without conditions adds nothing to what others say; where there are no others, all requests are allowed. */
function besideEmpty(requests: readonly AllowedRequests[], route: string): AllowedRequests[] {
  const some = requests.filter(({ methods, path, headers }) => methods.length > 0 || path !== undefined || headers.length > 0);
  return some.length > 0 ? some : [{ ...ALL_REQUESTS, match: requests[0]?.match, route }];
}

function portsIn(target: TrafficTarget, world: SmiWorld, reading: AccessReading): PortsRead | Inert | Unknown {
  const rules = (kind: 'TCPRoute' | 'UDPRoute') => target.rules.filter(rule => rule.kind === kind);
  const opened: { TCPRoute: Ports; UDPRoute: Ports } = { TCPRoute: 'all', UDPRoute: [] };
  for (const kind of ['TCPRoute', 'UDPRoute'] as const) {
    const routes = rules(kind).map(rule => ({ rule, route: world.route(kind, world.namespaceOf(target), rule.name) }));
    const doubt = routes.map(({ route }) => route && world.unknown(route)).find(one => one !== undefined);
    if (doubt !== undefined) return { unknown: doubt };
    const absent = routes.find(({ route }) => route === undefined);
    if (absent !== undefined && reading.missing === 'nothing') return { inert: `there is no ${kind} '${absent.rule.name}'` };
    if (routes.length === 0) continue;
    const there = routes.flatMap(({ route }) => route ?? []);
    const numbers = there.flatMap(({ ports }) => ports ?? []);
    // Open Service Mesh opens all where none of the routes has ports; otherwise, each stands for itself.
    const isOpen = reading.perSource ? numbers.length === 0 : there.some(({ ports }) => ports === undefined);
    const isClosed = absent !== undefined && (reading.missing === 'noPorts' || there.length === 0);
    opened[kind] = !reading.ports ? 'all' : isClosed ? [] : isOpen ? 'all' : sorted(numbers);
  }
  const only = (ports: Ports): Ports => !reading.destinationPort || target.port === undefined ? ports
    : ports === 'all' || ports.includes(target.port) ? [target.port] : [];
  const hasRoute = rules('TCPRoute').length > 0;
  return {
    tcp: only(opened.TCPRoute),
    udp: only(opened.UDPRoute),
    connections: reading.connections === 'always' || (reading.connections === 'TCPRoute' && hasRoute),
  };
}

export function sorted(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
