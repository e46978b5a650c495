import { documentsIn } from '../../src/manifests/documents';
import type { Call, Client } from '../../src/meaning/call';
import { isUndecided } from '../../src/meaning/decision';
import { pass } from '../../src/meaning/passage';
import type { PodPort } from '../../src/meaning/world';
import type { ReadMesh } from '../../src/reading/mesh';
import { type World, worldOf } from '../../src/reading/world';

/** The world of some manifests, as they stand in one file. */
export function reading(manifests: readonly unknown[], namespace = 'default', mesh?: ReadMesh): World {
  return worldOf(documentsIn('a.json', manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n')), namespace, mesh);
}

export type Answer = 'allowed' | 'denied' | 'unknown';

/** Whether a call is let in, where it arrives. */
export function entering({ readings }: World, to: PodPort, client: Client, more: Pick<Call, 'request' | 'entrance'> = {}): Answer {
  const gates = readings.flatMap(({ reading: { entering: gatesOf } }) => gatesOf?.(to) ?? []);
  const { passage } = pass(gates, { client, pod: to.pod, port: to.port, protocol: to.protocol, ...more });
  return isUndecided(passage) ? 'unknown' : passage;
}
