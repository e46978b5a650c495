import { ANY_REQUEST, type Comparer } from './comparer';
import type { Kind } from './difference';
import type { Half, HalfService } from './half';
import { isWithin } from '../../model/cidr';
import { hasRequests } from '../../model/protocol';
import type { Client } from '../call';
import { isTrue } from '../condition';
import type { Conclusion } from './decisions';
import { passable } from '../reach';
import type { Passage } from '../world';

const OUTSIDE: Client = { kind: 'outside', meshed: false };

/** Whether a port of a Service opens to clients outside the cluster, or closes: who gets into its pods is compared there. */
export function compareOpening(comparer: Comparer, before: Half, after: Half, key: string): void {
  const [was, is] = [before.servicePorts.get(key), after.servicePorts.get(key)];
  if (is !== undefined && opens(is, was) && letsIn(after, is)) take(comparer, 'wider', is, [closed(), opened(is)]);
  if (was !== undefined && opens(was, is) && letsIn(before, was)) take(comparer, 'narrower', was, [opened(was), closed()]);
}

/** Whether it is open to some addresses to which the other one is not. */
function opens({ opening }: HalfService, other: HalfService | undefined): boolean {
  return opening !== undefined && opening.from.some(block => other?.opening?.from.some(whole => isWithin(block, whole)) !== true);
}

/** Whether anything of it gets into the pods. */
function letsIn({ podPorts, readings }: Half, { namespace, service, port }: HalfService): boolean {
  const behind = [...podPorts.values()].filter(({ entrances }) =>
    entrances.some(one => one.namespace === namespace && one.service === service && one.port === port));
  return behind.length === 0 || behind.some(to => {
    const call = { client: OUTSIDE, pod: to.pod, port: to.port, protocol: to.protocol, entrance: { namespace, service, port } };
    return passable(readings.flatMap(({ reading }) => reading.entering?.(to) ?? []), atom => isTrue(atom, call)).reach !== 'none';
  });
}

function take(
  comparer: Comparer, kind: Kind, { namespace, service, port, protocol = 'HTTP' }: HalfService, [before, after]: readonly Conclusion<Passage>[],
): void {
  const to = { namespace, service, port };
  const call = { client: OUTSIDE, pod: { namespace }, port, protocol, entrance: to, ...hasRequests(protocol) && { request: ANY_REQUEST } };
  const crowd = { clients: [OUTSIDE], areAll: false };
  comparer.differences.push({ kind, to: { type: 'service', port: to }, crowd, contrast: { before, after, call } });
}

function opened({ opening, namespace, service, place: { file, line } }: HalfService): Conclusion<Passage> {
  const path = opening?.by ?? '';
  const source = { kind: 'Service', namespace, name: service, place: { file, line, path } };
  return { value: 'allowed', key: 'allowed', by: [{ value: 'allowed', why: `it is open to the outside by ${path}`, source }] };
}

function closed(): Conclusion<Passage> {
  return { value: 'denied', key: 'denied', by: [] };
}
