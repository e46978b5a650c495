import { probe } from './access';
import type { Case } from './case';
import { verdict } from '../harness/case';
import { answersOf, migratedWorlds } from '../harness/migrated';

/** SMI that is migrated to Cilium: who lets in what, and what Open Service Mesh let in. */
export function migratedCases(seed: number, count: number): Case[] {
  return migratedWorlds('cilium', seed, count).map(({ manifests, access }, i) => ({
    name: `migrated ${i}`,
    manifests: manifests.filter(({ kind }) => kind === 'CiliumNetworkPolicy'),
    probes: access.map(asked => probe(asked.request, answersOf(asked, verdict))),
  }));
}
