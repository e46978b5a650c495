import * as fc from 'fast-check';
import type { SmiMesh } from '../../../src/dialects/smi/read/meshes';
import { SMI_MESHES } from '../../../src/dialects/smi/read/meshes';
import { type Document, documentsIn, type Readable } from '../../../src/manifests/documents';
import { manifestsOf, streamOf } from '../../../src/migrate/manifests';
import { migrate, type MigrateOptions, type Migration } from '../../../src/migrate/migrate';
import { type Proof, prove } from '../../../src/migrate/prove';
import { TARGET_NAMES, type TargetName } from '../../../src/migrate/targets';
import { ACCOUNTS, choices, type World, worlds, written } from '../../oracle/smi/worlds';
import { deployment, service } from '../plan/setup';

/** SMI in some spelling, and what stands beside it. */
export interface Generated {
  readonly from: SmiMesh;
  readonly to: TargetName;
  readonly texts: readonly string[];
}

/** Traefik goes by an annotation of the whole Service. */
const BYTES = { annotations: { 'mesh.traefik.io/traffic-type': 'tcp' } };
const HTTP = { port: 80, targetPort: 8080, name: 'http', appProtocol: 'http' };
const TCP = { port: 9090, name: 'tcp', appProtocol: 'tcp' };

/** Two workloads, of which one names the ports of its containers, and the versions of one of them. */
function besideOf(from: SmiMesh): object[] {
  const services = (name: string) => from !== 'traefik' ? [service(name, [HTTP, TCP])]
    : [service(name, [HTTP]), service(`${name}-bytes`, [TCP], { app: name }, BYTES)];
  const named = { containers: [{ name: 'app', ports: [{ containerPort: 8080, name: 'web' }] }] };
  return [
    ...ACCOUNTS.flatMap((name, i) => [...services(name), deployment(name, i === 0 ? named : {})]),
    ...['cart-v1', 'cart-v2'].map(name => service(name, [HTTP, TCP])),
  ];
}

export const spelled: fc.Arbitrary<{ readonly world: World; readonly texts: readonly string[] }> =
  fc.record({ world: worlds, how: choices }).map(({ world, how }) => ({ world, texts: written(world, how) }));

/** @param to - the targets to choose from */
export function generated(to: readonly TargetName[] = TARGET_NAMES, from: readonly SmiMesh[] = SMI_MESHES): fc.Arbitrary<Generated> {
  return fc.record({ from: fc.constantFrom(...from), to: fc.constantFrom(...to), smi: spelled, hasPods: fc.constantFrom(true, true, true, false) })
    .map(({ from: mesh, to: target, smi, hasPods }) =>
      ({ from: mesh, to: target, texts: [...smi.texts, ...hasPods ? besideOf(mesh).map(one => JSON.stringify(one)) : []] }));
}

export interface Made {
  readonly documents: readonly Document[];
  readonly migration: Migration;
  /** What is written for the target. */
  readonly manifests: readonly any[];
}

export function made({ from, to, texts }: Generated, more: Partial<MigrateOptions> = {}): Made {
  const documents = texts.flatMap((text, i) => [...documentsIn(`a${i}.yaml`, text)]);
  const migration = migrate(documents, { ...optionsFor(to), from, namespace: 'shop', isEnforced: true, ...more });
  const stream = streamOf(to, manifestsOf(migration.program), migration.options.targets);
  return { documents, migration, manifests: [...documentsIn('out.yaml', stream)].map(({ content }) => (content as Readable).manifest) };
}

export function optionsFor(to: TargetName): Pick<MigrateOptions, 'targets' | 'trustDomain' | 'consulNamespaces'> {
  return { targets: [to], ...to === 'kuma' && { trustDomain: 'mesh.example' }, ...to === 'consul' && { consulNamespaces: 'MIRRORED' } };
}

export function proofOf({ documents, migration, manifests }: Made, to: TargetName, requests: number, seed: number): Proof {
  return prove(documents, migration, to, manifests, { requests, seed });
}

/** Why a proof fails, with all that repeats it; nothing, where it holds. */
export function faultsOf(proof: Proof, { texts }: Generated, { manifests, migration }: Made): string[] {
  const faults = proof.witnesses.filter(({ comparison }) => comparison !== 'said').map(witness => JSON.stringify(witness));
  if (faults.length === 0) return [];
  const verdicts = migration.judged.map(({ document: { kind, name }, verdict, reasons }) => `${kind} ${name}: ${verdict} ${JSON.stringify(reasons)}`);
  return [`${migration.options.from} → ${proof.target}`, ...faults, ...verdicts, ...texts, ...manifests.map(manifest => JSON.stringify(manifest))];
}
