import { compareAsides } from './asides';
import { clientsIn, compareCallers, isAnother } from './callers';
import type { Known } from './clients';
import { Comparer } from './comparer';
import type { Differences } from './difference';
import { compareEntries } from './entries';
import { EVERYWHERE, type Half, type Scope } from './half';
import type { PodClient } from './imagined';
import { Leavers } from './leaving';
import { compareOpening } from './openings';
import { comparePast } from './past';
import { compareIncoming, portOf } from './pod-ports';
import { portNumbers } from './port-numbers';
import { compareService } from './services';
import { compareOpenPorts, compareUnnamedPorts } from './unnamed';
import { compareUnnamedExits } from './unnamed-exits';
import type { FieldPlace } from '../../manifests/fields';
import { grouped } from '../../model/lists';

/** What changes for whom from one world to another, whichever APIs they are of. */
export function compareWorlds(
  before: Half, after: Half, textAt: (place: FieldPlace) => string, doing: (what: string) => void = () => undefined, scope: Scope = EVERYWHERE,
): Differences {
  const comparer = new Comparer(knownIn(before, after, scope), textAt);
  const podPorts = [...new Set([...before.podPorts.keys(), ...after.podPorts.keys()])].sort();
  const readings = [before, after].flatMap(half => half.readings);
  const isEmpty = podPorts.length + before.openPorts.size + after.openPorts.size + before.workloads.size + after.workloads.size === 0;
  if (isEmpty && readings.some(({ reading }) => reading.entering !== undefined)) {
    comparer.unsure.push({ why: 'no workload and no Service is in the files, so it is not known for which pods the policies are' });
  }
  doing(`comparing ${podPorts.length} ports of pods`);
  const ports = podPorts.flatMap(key => portOf(before, after, before.podPorts.get(key), after.podPorts.get(key)) ?? []);
  const inScope = ports.filter(({ is }) => scope.pods(is.pod.namespace));
  inScope.forEach((port, i) => {
    if (i % 100 === 0) doing(`comparing ${i + 1} of ${inScope.length} ports of pods`);
    compareIncoming(comparer, port);
  });
  doing('comparing what clients may call');
  const numbers = portNumbers(before, after);
  const clients = clientsIn(before, after, scope);
  const leavers = new Leavers(before, after);
  const policed = compareCallers(comparer, leavers, scope, ports, clients);
  comparePast(comparer, before, after, scope, clients);
  doing('comparing other ports of pods');
  compareUnnamedPorts(comparer, before, after, scope, numbers);
  compareUnnamedExits(comparer, before, after, scope, numbers, leavers, clients);
  compareOpenPorts(comparer, before, after, scope, numbers, policed);
  const servicePorts = [...new Set([...before.servicePorts.keys(), ...after.servicePorts.keys()])].sort();
  doing(`comparing ${servicePorts.length} ports of Services`);
  servicePorts.filter(key => scope.ways(key.split('/')[0])).forEach(key => compareService(comparer, before, after, key));
  servicePorts.forEach(key => compareOpening(comparer, before, after, key));
  const entries = compareEntries(comparer, before, after);
  compareAsides(comparer, before, after);
  const { differences, perhaps, unsure } = comparer;
  return { differences, perhaps, unsure, compared: { podPorts: podPorts.length, servicePorts: servicePorts.length, entries } };
}

/** Clients that are the same on both sides. Who becomes another one is compared by itself. */
function knownIn(before: Half, after: Half, scope: Scope): Known {
  const pods: PodClient[] = [];
  for (const key of [...new Set([...after.workloads.keys(), ...before.workloads.keys()])].sort()) {
    const [was, is] = [before.workloads.get(key)?.client, after.workloads.get(key)?.client];
    const one = is ?? was;
    if (one !== undefined && (was === undefined || is === undefined || !scope.pods(one.namespace) || !isAnother(was, is))) pods.push(one);
  }
  const byNamespace = grouped(pods, ({ namespace }) => namespace);
  return {
    pods,
    podsIn: namespace => byNamespace.get(namespace) ?? [],
    namespaceLabels: namespace => after.namespaces.get(namespace) ?? before.namespaces.get(namespace),
  };
}
