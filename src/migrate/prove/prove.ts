import { AccessProof } from './access';
import { hasPolicies, JUDGES } from './judges';
import { Comparisons, type Proof } from './proof';
import { Random } from './random';
import { SplitProof } from './splits';
import { Vocabulary } from './vocabulary';
import { objectsOf } from '../../evaluators/smi/spelling';
import type { Document } from '../../manifests/documents';
import type { Migration } from '../migrate';
import type { TargetName } from '../targets';

export interface ProveOptions {
  /** How many requests are compared. */
  readonly requests: number;
  /** The same seed asks the same. */
  readonly seed: number;
}

/**
 * Compares what the mesh that read SMI did with requests, and what the new one does, by evaluators that share nothing with what made the
 * manifests.
 *
 * @param documents - what was migrated
 * @param written - the manifests for the target
 */
export function prove(
  documents: readonly Document[], migration: Migration, target: TargetName, written: readonly any[], { requests, seed }: ProveOptions,
): Proof {
  const random = new Random(seed);
  const judge = JUDGES[target](migration.options);
  const smi = documents.flatMap(({ content }) => 'broken' in content ? [] : [inNamespace(content.manifest, migration.options.namespace)]);
  const comparisons = new Comparisons(new Map(migration.judged.map(({ document, verdict }) => [document, verdict])));
  const vocabulary = new Vocabulary(objectsOf(smi), written);
  const splits = new SplitProof(migration, smi, written, judge);
  const forSplits = splits.isEmpty ? 0 : hasPolicies(judge) ? Math.floor(requests / 2) : requests;
  splits.compare(forSplits, vocabulary, random, comparisons);
  if (hasPolicies(judge)) new AccessProof(migration, smi, written, judge).compare(requests - forSplits, vocabulary, random, comparisons);
  return {
    target,
    seed,
    ...hasPolicies(judge) && { access: comparisons.access },
    splits: comparisons.splits,
    witnesses: comparisons.witnesses(),
    unknown: comparisons.unknown(),
  };
}

function inNamespace(manifest: any, namespace: string | undefined): any {
  const { metadata } = manifest ?? {};
  return namespace === undefined || typeof metadata !== 'object' || metadata === null || metadata.namespace ? manifest
    : { ...manifest, metadata: { ...metadata, namespace } };
}
