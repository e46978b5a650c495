import type { Comparer } from './comparer';
import type { Half, OpenPort, Scope } from './half';
import { compareUnnamed, gatesIn, type Port, type Telling } from './pod-ports';
import { saidOf, saidOfConnections } from './said';
import { MOST_PORTS, portsAmong, unnamedPorts, unseenOf, workloadsOf } from './unnamed-ports';
import type { Protocol } from '../../model/protocol';
import type { Client } from '../call';
import { gatesOut } from '../leaving';
import type { PodPort } from '../world';

/**
 * Compares the ports of pods that the files do not name, at each number where something that is said may begin or end: policies may open them
 * all the same.
 */
export function compareUnnamedPorts(comparer: Comparer, before: Half, after: Half, scope: Scope, ports: readonly number[]): void {
  const pods = [...workloadsOf(before, after).filter(({ is }) => scope.pods(is.namespace)), ...unseenOf(scope.unseen)];
  if (pods.length === 0) return;
  if (pods.length * ports.length > MOST_PORTS) {
    comparer.unsure.push({ why: `${pods.length} workloads may have other ports than the files say, at ${ports.length} numbers, which is too many to compare` });
    return;
  }
  const said = saidOf(comparer.differences);
  const changeAt = ({ old, now }: Port) => {
    const [was, is] = [comparer.keyOf(old), comparer.keyOf(now)];
    return was === is ? undefined : JSON.stringify([was, is]);
  };
  for (const one of pods) {
    const portsOf = (protocol: Protocol) => unnamedPorts(portsAmong(before, after, one, ports, protocol), changeAt);
    const isSaid: Telling['isSaid'] = ({ clients: [client] }, contrast) => said.has(one, client, contrast);
    for (const port of portsOf('UDP')) compareUnnamed(comparer, port, { isSaid });
    const first = comparer.differences.length;
    for (const port of portsOf('TCP')) compareUnnamed(comparer, port, { isSaid });
    const ofConnections = saidOfConnections(comparer.differences.slice(first));
    for (const port of portsOf('HTTP')) compareUnnamed(comparer, port, { isSaid: (...of) => isSaid(...of) || ofConnections(...of), isOfRequests: true });
  }
}

/** Nothing changes at a port where nothing does at any number. What else changes there is not known. */
export function compareOpenPorts(
  comparer: Comparer, before: Half, after: Half, scope: Scope, ports: readonly number[], withWaysOut: readonly Client[],
): void {
  const all = new Map<string, OpenPort>([...before.openPorts, ...after.openPorts]);
  const own = [...all].sort(([a], [b]) => a < b ? -1 : 1).map(([, open]) => open)
    .filter(({ pod: { namespace } }) => scope.pods(namespace) || withWaysOut.length > 0);
  if (own.length * ports.length * (withWaysOut.length + 1) > MOST_PORTS) {
    comparer.unsure.push({ why: `${own.length} ports of pods have no number in the files, which is too many to compare. For one: ${own[0].why}` });
    return;
  }
  const isSame = (to: PodPort) => comparer.keyOf(gatesIn(before, to)) === comparer.keyOf(gatesIn(after, to))
    && withWaysOut.every(client => comparer.keyOf(gatesOut(before.readings, client, to)) === comparer.keyOf(gatesOut(after.readings, client, to)));
  for (const { why, ...open } of own) {
    const number = ports.find(port => !isSame({ ...open, port }));
    if (number !== undefined) comparer.unsure.push({ to: { type: 'pods', port: { ...open, port: number } }, why });
  }
}
