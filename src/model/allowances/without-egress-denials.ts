import { sourceParts } from './source-parts';
import type { PodsSource, Source } from '../access';
import type { CidrDestination, DeniedDestination, EgressDestination, EgressModel, EgressPort, InsideDestination, ServiceDestination } from '../egress';
import { overlap } from '../egress';
import { flatMap } from '../lists';
import { numberOf } from '../pod-port';

/** What no allowance says: all of a destination but what a denial is for. */
export interface IndivisibleDestination {
  /** Absent for the whole cluster, which is open. */
  readonly allowed?: EgressDestination | InsideDestination;
  readonly denied: DeniedDestination;
}

/** The same policy without denials, for who has allowances only: what is denied is taken out of what is allowed. */
export function withoutEgressDenials(model: EgressModel): EgressModel | IndivisibleDestination[] {
  const { denials = [], destinations, inside, ...rest } = model;
  if (denials.length === 0) {
    return model;
  }
  const indivisible: IndivisibleDestination[] = [];
  const left = <To extends EgressDestination | InsideDestination>(
    all: readonly To[], takeOut: (allowed: To, denied: DeniedDestination) => readonly To[] | undefined,
  ) => denials.reduce<readonly To[]>((some, denied) => flatMap(some, allowed => {
    const parts = takeOut(allowed, denied);
    if (parts === undefined) indivisible.push({ allowed, denied });
    return parts ?? [];
  }), all);
  const outside = left(destinations, outsideWithout);
  const pods = inside && left(inside, insideWithout);
  // What is no pod may be among the addresses outside; and an open cluster is not said by its parts.
  indivisible.push(...denials.filter(({ kind }) => kind === 'apiServer' || kind === 'nodes' || (kind !== 'cidr' && inside === undefined)).map(denied => ({ denied })));
  return indivisible.length > 0 ? indivisible : { ...rest, destinations: outside, ...(pods && { inside: pods }) };
}

/** What is left of a destination outside; undefined where no destinations say it. */
function outsideWithout(allowed: EgressDestination, denied: DeniedDestination): readonly EgressDestination[] | undefined {
  if (denied.kind !== 'cidr') {
    return [allowed];
  }
  const open = openWithout(allowed, denied);
  // An address of a host may be in any block.
  const parts = allowed.kind === 'cidr' ? sourceParts(block(allowed), block(denied)) : undefined;
  if (open === 'all' || parts?.common.length === 0) {
    return [allowed];
  }
  const at = (sources: readonly Source[], { ports, anyPort, ping }: Opened) => flatMap(sources, (source): EgressDestination[] =>
    source.kind === 'ipBlock' ? [{ kind: 'cidr', cidr: source.cidr, except: source.except, ports, ...(anyPort && { anyPort }), ...(ping && { ping }) }] : []);
  return parts && open && [...at(parts.rest, allowed), ...isShut(open) ? [] : at(parts.common, open)];
}

function block({ cidr, except = [] }: CidrDestination): Source {
  return { kind: 'ipBlock', cidr, except };
}

function insideWithout(allowed: InsideDestination, denied: DeniedDestination): readonly InsideDestination[] | undefined {
  if (denied.kind === 'cidr') {
    return [allowed];
  }
  const [own, other] = [podsOf(allowed), podsOf(denied)];
  const parts = other === 'every pod' ? { common: [allowed], rest: [] } : own === undefined || other === undefined || own === 'every pod' ? undefined : sourceParts(own, other);
  if (parts !== undefined && parts.common.length === 0) {
    return [allowed];
  }
  const isWhole = parts !== undefined && parts.rest.length === 0;
  if (allowed.kind === 'service') {
    const ports = servicePortsWithout(allowed, denied);
    return ports === 'all' ? [allowed] : !isWhole || ports === undefined ? undefined : ports.length === 0 ? [] : [{ ...allowed, ports }];
  }
  const open = openWithout(allowed, denied);
  return open === 'all' ? [allowed] : !isWhole || open === undefined ? undefined : isShut(open) ? [] : [{ ...allowed, ...open }];
}

/** As the source that they would be. */
function podsOf(to: InsideDestination): PodsSource | Source | 'every pod' | undefined {
  switch (to.kind) {
    case 'anyPod': return 'every pod';
    case 'service': return to.podSelector && { kind: 'pods', labels: to.podSelector, namespace: to.namespace };
    case 'pods':
    case 'namespace':
    case 'namespaceLabels': return to;
    case 'apiServer':
    case 'nodes':
    case 'ownNode': return undefined;
  }
}

interface Opened {
  readonly ports: readonly EgressPort[];
  readonly anyPort?: true;
  readonly ping?: true;
}

function isShut({ ports, anyPort, ping }: Opened): boolean {
  return ports.length === 0 && !anyPort && !ping;
}

/** What is left; all of it; or undefined where nothing says it. */
function openWithout(allowed: Opened, denied: DeniedDestination): Opened | 'all' | undefined {
  const others = deniedPorts(denied);
  if (others === 'any') {
    return { ports: [], anyPort: undefined, ping: undefined };
  }
  if (allowed.anyPort || others === undefined) {
    return undefined;
  }
  const isPinged = denied.kind !== 'service' && denied.ping === true;
  if (!(isPinged && allowed.ping) && !allowed.ports.some(port => others.some(other => overlap(port, other)))) {
    return 'all';
  }
  const ports = others.reduce<readonly EgressPort[]>((left, other) => flatMap(left, port => portWithout(port, other)), allowed.ports);
  return { ports, ping: isPinged ? undefined : allowed.ping };
}

function portWithout(port: EgressPort, other: EgressPort): EgressPort[] {
  if (!overlap(port, other)) {
    return [port];
  }
  const [last, otherLast] = [port.endPort ?? port.port, other.endPort ?? other.port];
  const piece = (from: number, to: number): EgressPort[] =>
    from > to ? [] : [{ port: from, ...(to > from && { endPort: to }), protocol: port.protocol }];
  return [...piece(port.port, other.port - 1), ...piece(otherLast + 1, last)];
}

function servicePortsWithout({ ports }: ServiceDestination, denied: DeniedDestination): ServiceDestination['ports'] | 'all' | undefined {
  const others = deniedPorts(denied);
  if (others === 'any') {
    return [];
  }
  if (others === undefined || ports.some(port => numberOf(port) === undefined)) {
    return undefined;
  }
  const isDenied = (port: ServiceDestination['ports'][number]) => others.some(other =>
    overlap({ port: numberOf(port) ?? 0, protocol: port.protocol === 'UDP' ? 'UDP' : 'TCP' }, other));
  return ports.some(isDenied) ? ports.filter(port => !isDenied(port)) : 'all';
}

/** Undefined where the number of one is not known. */
function deniedPorts(denied: DeniedDestination): readonly EgressPort[] | 'any' | undefined {
  if (denied.kind !== 'service') {
    return denied.anyPort ? 'any' : denied.ports;
  }
  const ports = flatMap(denied.ports, (port): EgressPort[] => {
    const number = numberOf(port);
    return number === undefined ? [] : [{ port: number, protocol: port.protocol === 'UDP' ? 'UDP' : 'TCP' }];
  });
  return ports.length < denied.ports.length ? undefined : ports;
}
