import { CASES, clusterOf, type Judge } from './cases';
import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import type { Request } from '../../../src/evaluators/access/request';
import { Unknown } from '../../../src/evaluators/unknown';
import { documentsIn } from '../../../src/manifests/documents';
import { manifestsOf, streamOf } from '../../../src/migrate/manifests';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import { JUDGES } from '../../../src/migrate/prove/judges';
import type { TargetName } from '../../../src/migrate/targets';

export type Old = keyof typeof CASES;

const WORDS = { difference: differenceLine, unsure: unsureLine };
const SETTINGS = { consulNamespaces: 'MIRRORED', waypoint: 'waypoint' } as const;
export const TARGETS: readonly TargetName[] = ['istio', 'istio-ambient', 'linkerd', 'consul', 'kuma', 'cilium', 'network-policy'];
const KNOWS_PODS: readonly (Old | TargetName)[] = ['cilium', 'network-policy'];

/** What stands beside the policies, without the workload that is called. */
export const withoutPods = (from: Old): readonly object[] =>
  clusterOf(CASES[from]).filter(({ kind, metadata: { namespace, name } }: any) => kind !== 'Deployment' || namespace !== 'shop' || name !== 'cart');

/** What becomes of some policies, with what is written. */
export function moved(
  from: Old, to: TargetName, cluster: readonly object[], manifests: readonly object[],
): { readonly all: Moved; readonly written: readonly any[] } {
  const documents = [...documentsIn('old.json', [...cluster, ...manifests].map(one => JSON.stringify(one)).join('\n---\n'))];
  const all = movePolicies(documents, { from, targets: [to], unsaid: 'denied', ...SETTINGS, ...to === 'kuma' && { trustDomain: 'cluster.local' } }, WORDS);
  const text = streamOf(to, manifestsOf(all.program), [to]);
  return { all, written: [...documentsIn('new.yaml', text)].map(({ content }) => 'manifest' in content ? content.manifest : undefined) };
}

/** Undefined where it is not known. */
export function decided(judge: Judge, manifests: readonly any[], request: Request): boolean | undefined {
  try {
    return judge(manifests, request);
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** Requests that both meshes may meet: a client that the network knows has no certificate to lack. Only waypoints keep clients from calling pods themselves. */
export function areMet(from: Old, to: TargetName, { client, entrance }: Request): boolean {
  if (to === 'istio-ambient' && entrance === undefined) return false;
  return client.kind !== 'pod' || client.meshed || KNOWS_PODS.includes(from) === KNOWS_PODS.includes(to);
}

/** What became of requests. */
export interface Counts {
  equal: number;
  narrower: number;
  unknown: number;
  /** Policies that could not be moved without letting in more, so that nothing was written. */
  refused: number;
}

export const NO_COUNTS: Counts = { equal: 0, narrower: 0, unknown: 0, refused: 0 };

/** Moves policies, and asks both meshes about requests: nobody gets in who did not, and nobody is kept out without a word. */
export function countMoved(
  from: Old, to: TargetName, old: readonly any[], some: readonly Request[], counts: Counts, cluster: readonly object[] = clusterOf(CASES[from]),
): void {
  const { judge } = CASES[from];
  const { all, written } = moved(from, to, cluster, old);
  const { letsIn } = JUDGES[to]({ ...SETTINGS, ...to === 'kuma' && { trustDomain: 'cluster.local' } });
  const isSaid = all.compared.some(({ differences, unsure }) => differences.length + unsure.length > 0);
  // What cannot be closed is not written.
  if (all.isWider) {
    counts.refused++;
    return;
  }
  for (const request of some.filter(one => areMet(from, to, one))) {
    const [before, after] = [decided(judge, old, request), decided(letsIn!, written, request)];
    if (before === undefined || after === undefined) {
      counts.unknown++;
      continue;
    }
    const why = () => `${from} to ${to}: ${before} before, ${after} afterwards\n${JSON.stringify(request)}\n${[...old, '→', ...written].map(one => JSON.stringify(one)).join('\n')}`;
    if (after && !before) throw new Error(`wider: ${why()}`);
    if (before && !after && !isSaid) throw new Error(`not said: ${why()}`);
    counts[before === after ? 'equal' : 'narrower']++;
  }
}
