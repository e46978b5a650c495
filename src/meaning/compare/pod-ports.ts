import type { Crowd } from './clients';
import { ANY_REQUEST, type Calling, type Comparer, kindOfPassage } from './comparer';
import type { Comparison, Contrast } from './decisions';
import type { Ports, Target } from './difference';
import type { Half } from './half';
import { type Leaving, type Pair, PassagesOnce } from './leaving';
import type { Views } from './passages';
import { hasRequests, type Protocol } from '../../model/protocol';
import type { Call, ServicePort } from '../call';
import type { Gate, Passage, PodPort } from '../world';

/** A port of pods on both sides, and what calls meet there. */
export interface Port {
  readonly to: Target & { readonly type: 'pods' };
  readonly was: PodPort;
  readonly is: PodPort;
  readonly old: readonly Gate[];
  readonly now: readonly Gate[];
}

export function portOf(
  before: Half, after: Half, was: PodPort | undefined, is: PodPort | undefined, among?: readonly Ports[],
): Port | undefined {
  const port = is ?? was;
  if (port === undefined) return undefined;
  const [first, then] = [was ?? port, is ?? port];
  let [old, now]: (readonly Gate[] | undefined)[] = [];
  return {
    to: { type: 'pods', port, ...(among !== undefined && { among }) },
    was: first,
    is: then,
    // Most ports are the same, and nobody asks.
    get old() { return old ??= gatesIn(before, first); },
    get now() { return now ??= gatesIn(after, then); },
  };
}

/** What changes for whom at one port: for everyone who calls. */
export function compareIncoming(comparer: Comparer, port: Port): void {
  if (isUnchanged(comparer, port)) return;
  for (const crowd of comparer.crowdsAt(port.to, [...port.old, ...port.now], callTo(port))) {
    comparer.take(port.to, crowd, passagesOf(comparer, port, crowd), kindOfPassage);
  }
}

/** How what changes at ports that the files do not name is told. */
export interface Telling {
  /** Whether it is told already. */
  readonly isSaid: (crowd: Crowd, contrast: Contrast<Passage>, port: Port) => boolean;
  readonly isDoubted?: (why: string) => boolean;
  /** Whether only requests are told apart: then it changes something only if the port speaks HTTP. */
  readonly isOfRequests?: boolean;
}

/** The same at a port that the files do not name. */
export function compareUnnamed(comparer: Comparer, port: Port, telling: Telling): void {
  if (isUnchanged(comparer, port)) return;
  for (const crowd of comparer.crowdsAt(port.to, [...port.old, ...port.now], callTo(port))) {
    takeUnsaid(comparer, port, crowd, passagesOf(comparer, port, crowd), telling);
  }
}

function takeUnsaid(
  comparer: Comparer, port: Port, crowd: Crowd, { contrasts, perhaps, unknown }: Comparison<Passage>,
  { isSaid, isDoubted = () => false, isOfRequests = false }: Telling,
): void {
  const others = contrasts.filter(contrast => !isSaid(crowd, contrast, port));
  const onlyPerhaps = `it is not known whether port ${port.is.port} speaks HTTP: no container and no Service in the files names it`;
  const doubts = !isOfRequests ? unknown : others.length > 0 ? [onlyPerhaps] : [];
  comparer.take(port.to, crowd, {
    contrasts: isOfRequests ? [] : others,
    perhaps: [...isOfRequests ? others : [], ...perhaps.filter(contrast => !isSaid(crowd, contrast, port))],
    unknown: doubts.filter(why => !isDoubted(why)),
  }, kindOfPassage);
}

/** A port, what calls from some clients meet on their way there, and what was compared for such clients. */
export interface PortFrom {
  readonly port: Port;
  readonly leaving: Leaving;
  readonly passages: PassagesOnce;
}

export function portFrom(port: Port, leaving: Leaving): PortFrom {
  return { port, leaving, passages: new PassagesOnce([...leaving.old, ...leaving.now, ...port.old, ...port.now]) };
}

/** What changes for a client by what may leave it, or as it becomes another one. */
export function compareCaller(comparer: Comparer, from: PortFrom, pair: Pair): void {
  const { crowd, comparison } = passagesFor(comparer, from, pair);
  comparer.take(from.port.to, crowd, comparison, kindOfPassage);
}

/** The same at a port that the files do not name. */
export function compareUnnamedCaller(comparer: Comparer, from: PortFrom, pair: Pair, telling: Telling): void {
  const { crowd, comparison } = passagesFor(comparer, from, pair);
  takeUnsaid(comparer, from.port, crowd, comparison, telling);
}

function passagesFor(
  comparer: Comparer, { port, leaving, passages }: PortFrom, pair: Pair,
): { readonly crowd: Crowd; readonly comparison: Comparison<Passage> } {
  const [client, now] = pair;
  const crowd: Crowd = { clients: [now], areAll: false };
  const views: Views = client === now ? {} : { before: call => ({ ...call, client }) };
  const whole = { to: port.to, was: port.was, is: port.is, old: [...leaving.old, ...port.old], now: [...leaving.now, ...port.now] };
  return { crowd, comparison: passages.of(pair, () => passagesOf(comparer, whole, crowd, views)) };
}

/** Whether the same is said at a port. */
export function isUnchanged(comparer: Comparer, { was, is, old, now }: Port): boolean {
  return hasRequests(was.protocol) === hasRequests(is.protocol) && comparer.keyOf(old) === comparer.keyOf(now);
}

function passagesOf(comparer: Comparer, port: Port, crowd: Crowd, views: Views = {}): Comparison<Passage> {
  const { entrances, pod } = port.to.port;
  const hosts = entrances.length === 0 ? [] : hostsOf(entrances[0], pod.namespace);
  const setting: Calling = { call: { ...callTo(port), client: crowd.clients[0] }, entrances: [...entrances, undefined], hosts };
  return comparer.passages(port.old, port.now, setting, {
    before: view(port, port.was.protocol, views.before), after: view(port, port.is.protocol, views.after),
  });
}

/** Where one side has requests and the other has connections, these are what the requests are in. */
function view({ was, is }: Port, protocol: Protocol, more: Views['before']): Views['before'] {
  if (was.protocol === is.protocol) return more;
  return ({ request, ...call }) => {
    const own = { ...call, protocol, ...(hasRequests(protocol) && request !== undefined && { request }) };
    return more?.(own) ?? own;
  };
}

function callTo({ was, is }: Port): Omit<Call, 'client'> {
  const isOfRequests = hasRequests(was.protocol) || hasRequests(is.protocol);
  return { pod: is.pod, port: is.port, protocol: is.protocol, ...(isOfRequests && { request: ANY_REQUEST }) };
}

export function gatesIn({ readings }: Half, to: PodPort): readonly Gate[] {
  return readings.flatMap(({ reading }) => reading.entering?.(to) ?? []);
}

/** Names by which people call a Service. */
export function hostsOf({ service, namespace }: ServicePort, own: string): string[] {
  return [...namespace === own ? [service] : [], `${service}.${namespace}`, `${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`];
}
