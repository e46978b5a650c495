import { type Report, type ReportOptions, reported } from './report';
import { afterMove } from '../by-hand/policies';
import type { Moved, Words } from '../policies/move';
import { OLD_MESHES } from '../policies/old-meshes';

/** What became of the policies of a mesh. */
export function reportOfMove(moved: Moved, words: Words, facts: ReportOptions): Report {
  const { options: { from, targets }, judged, beside: { findings }, program, notices, compared, isWider } = moved;
  const byHand = isWider ? [] : afterMove(moved);
  const beside = { notMigrated: [], findings };
  return {
    ...reported({ from, targets, judged, beside, program, notices, byHand, namespaceOf: ({ namespace }) => namespace }, facts),
    api: OLD_MESHES[from].title,
    compared: compared.map(({ target, differences, unsure, compared: { podPorts, servicePorts, entries } }) => ({
      target,
      podPorts,
      servicePorts,
      entries,
      wider: differences.filter(({ kind }) => kind === 'wider').map(words.difference),
      narrower: differences.filter(({ kind }) => kind === 'narrower').map(words.difference),
      otherwise: differences.filter(({ kind }) => kind === 'shares' || kind === 'handling').map(words.difference),
      unknown: unsure.map(words.unsure),
    })),
  };
}
