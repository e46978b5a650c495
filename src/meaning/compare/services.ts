import { ANY_REQUEST, type Comparer } from './comparer';
import type { Contrast } from './decisions';
import type { Kind, Target } from './difference';
import type { Half, HalfService } from './half';
import { hostsOf } from './pod-ports';
import { trafficKey, wayKey } from './values';
import { hasRequests, type Protocol } from '../../model/protocol';
import type { Call, ServicePort } from '../call';
import { type Decision, isUndecided } from '../decision';
import { waysOf } from '../routing';
import { toService } from '../way';
import type { Traffic, Way } from '../world';

/** What changes in where requests to a port of a Service go, and in what happens on their way. */
export function compareService(comparer: Comparer, before: Half, after: Half, key: string): void {
  const [was, is] = [before.servicePorts.get(key), after.servicePorts.get(key)];
  const port = is ?? was;
  if (port === undefined) return;
  const to = { namespace: port.namespace, service: port.service, port: port.port };
  const target: Target = { type: 'service', port: to };
  if (was !== undefined && is !== undefined && !isSameEnd(was, is)) {
    const [old, now] = [was, is].map(({ place: { file, line } }) => `${file}:${line}`);
    comparer.unsure.push({ to: target, why: `${now}: the Service itself leads elsewhere than before (${old}), which is not compared. Compare the two` });
  }
  const open = { entrances: [to], hosts: hostsOf(to, to.namespace) };
  const spoken = spokenAt(was ?? port, port).map(([old, now]) => ({ old, now, call: callTo(to, hasRequests(old) ? old : now) }));
  for (const { old, now, call } of spoken) {
    comparer.decisions(target, call, [waysIn(before, to, old), waysIn(after, to, now)], open, { key: wayKey, kind: kindOfWays });
  }
  comparer.decisions(target, spoken[0].call, [trafficOf(before, to), trafficOf(after, to)], open, { key: trafficKey, kind: () => 'handling' });
}

/** What may be spoken at a port of which nothing is declared, the usual first. */
const DETECTED = ['HTTP', 'TLS', 'TCP'] as const satisfies readonly Protocol[];

/** What was, and is, spoken at a port: everything that may be, on the sides that do not declare it. */
function spokenAt({ protocol: old }: HalfService, { protocol: now }: HalfService): readonly (readonly [old: Protocol, now: Protocol])[] {
  if (old !== undefined && now !== undefined) return [[old, now]];
  return DETECTED.map(one => [old ?? one, now ?? one]);
}

function callTo(to: ServicePort, protocol: Protocol): Omit<Call, 'client'> {
  return { pod: { namespace: to.namespace }, port: to.port, protocol, entrance: to, ...(hasRequests(protocol) && { request: ANY_REQUEST }) };
}

function waysIn({ readings }: Half, to: ServicePort, protocol: Protocol): Decision<Way> {
  return onlyOne(waysOf(readings, to, protocol).map(({ ways }) => ways), toService(to));
}

function trafficOf({ readings }: Half, to: ServicePort): Decision<Traffic> {
  return onlyOne(readings.flatMap(({ reading }) => reading.traffic?.(to) ?? []), { besides: [] });
}

function onlyOne<T>([only, ...others]: readonly Decision<T>[], otherwise: T): Decision<T> {
  if (only === undefined) return { branches: [], otherwise: { value: otherwise, why: 'nothing is said of it' } };
  if (others.length === 0) return only;
  const why = 'several APIs speak of it, and it is not known which of them the mesh follows';
  return { branches: [], otherwise: { value: { unknown: why }, why } };
}

export function kindOfWays({ before, after }: Contrast<Way>): Kind {
  if (isUndecided(before.value) || isUndecided(after.value)) return 'handling';
  const shares = ({ backends, status }: Way) => wayKey({ backends, handling: {}, besides: [], ...(status !== undefined && { status }) });
  return shares(before.value) === shares(after.value) ? 'handling' : 'shares';
}

function isSameEnd({ leadsTo: old }: HalfService, { leadsTo: now }: HalfService): boolean {
  return old.said === now.said || (old.pods.length > 0 && old.pods.join() === now.pods.join());
}
