import { CASES, CLUSTER, type Judge, JUDGES, type Old } from './cases';
import { differenceLine, unsureLine } from '../../../src/cli/diff/report';
import { Unknown } from '../../../src/evaluators/unknown';
import { documentsIn } from '../../../src/manifests/documents';
import { manifestsOf, streamOf } from '../../../src/migrate/manifests';
import { type Moved, movePolicies } from '../../../src/migrate/policies/move';
import type { TargetName } from '../../../src/migrate/targets';
import type { Call } from '../../oracle/egress/call';

export const TARGETS = Object.keys(JUDGES) as readonly TargetName[];

export function moved(from: Old, to: TargetName, manifests: readonly object[]): { readonly all: Moved; readonly written: readonly any[] } {
  const documents = [...documentsIn('old.json', [...CLUSTER, ...manifests].map(one => JSON.stringify(one)).join('\n---\n'))];
  const all = movePolicies(documents, { from, targets: [to], unsaid: 'denied', ...to === 'kuma' && { trustDomain: 'cluster.local' } }, { difference: differenceLine, unsure: unsureLine });
  const text = streamOf(to, manifestsOf(all.program), [to]);
  return { all, written: [...documentsIn('new.yaml', text)].map(({ content }) => 'manifest' in content ? content.manifest : undefined) };
}

function decided(judge: Judge, manifests: readonly any[], call: Call): boolean | undefined {
  try {
    return judge(manifests, call);
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** What became of calls, and how many policies were written. */
export interface Counts {
  equal: number;
  narrower: number;
  unknown: number;
  kept: number;
  policed: number;
}

export const NO_COUNTS: Counts = { equal: 0, narrower: 0, unknown: 0, kept: 0, policed: 0 };

/** Moves policies, and asks both meshes about calls: what did not leave does not, unless it is said that the old policy is to be kept. */
export function countMoved(from: Old, to: TargetName, old: readonly any[], some: readonly Call[], counts: Counts): void {
  const { all, written } = moved(from, to, old);
  const statements = all.program.charts.flatMap(chart => chart.statements);
  if (statements.some(({ construct, leftOut }) => construct === 'EgressPolicy' && leftOut === undefined)) counts.policed++;
  const isLost = all.notices.some(({ about, message }) => about === 'lost' && message.startsWith('what pods of namespace'));
  if (isLost || all.judged.some(({ verdict }) => verdict === 'notSaid' || verdict === 'unreadable')) {
    counts.kept++;
    return;
  }
  const isSaid = all.compared.some(({ differences, unsure }) => differences.length + unsure.length > 0)
    || all.judged.some(({ verdict }) => verdict === 'narrower');
  for (const call of some) {
    const [before, after] = [decided(CASES[from].judge, old, call), decided(JUDGES[to]!, written, call)];
    if (before === undefined || after === undefined) {
      counts.unknown++;
      continue;
    }
    const why = () => `${from} to ${to}: ${before} before, ${after} afterwards\n${JSON.stringify(call)}\n${[...old, '→', ...written].map(one => JSON.stringify(one)).join('\n')}`;
    if (after && !before) throw new Error(`wider: ${why()}`);
    if (before && !after && !isSaid) throw new Error(`not said: ${why()}`);
    counts[before === after ? 'equal' : 'narrower']++;
  }
}
