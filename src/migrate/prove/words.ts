import type { Proof, Said, Tally, Witness } from './proof';

/** Whether more passes than before, or less without a word of it. */
export function isFault({ comparison }: Witness): boolean {
  return comparison !== 'said';
}

/** What was compared for a target, in sentences. */
export function proofLines({ target, access, splits, unknown }: Proof): string[] {
  const parts = [
    access === undefined ? `${target} has no policies, so nothing says who may do what` : `who may do what: ${counts(access)}`,
    ...total(splits) === 0 ? [] : [`where requests go: ${counts(splits)}`],
  ];
  return [...parts.map(part => `${target}: ${part}.`), ...unknown.slice(0, MOST).map(([why, requests]) => `  not known of ${requests}: ${why}`)];
}

const MOST = 5;

/** A request that differs, in a sentence. */
export function witnessLine({ target }: Proof, { comparison, request, before, after, documents }: Witness): string {
  return `${LABELS[comparison]}, ${target}: ${request}: ${before} before, ${after} afterwards${documents.length === 0 ? '' : ` (${documents.map(placeOf).join(', ')})`}`;
}

const LABELS = { wider: 'WIDER', unsaid: 'different, and not reported', said: 'different, as reported' };

function placeOf({ kind, namespace, name, file, line }: Said): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}, ${file}:${line}`;
}

function counts(tally: Tally): string {
  const { equal, said, unsaid, wider, unknown } = tally;
  const parts = [[wider, 'wider'], [equal, 'the same'], [said, 'different, as reported'], [unsaid, 'different, and not reported'], [unknown, 'not known']] as const;
  return total(tally) === 0 ? 'nothing to compare' : `${total(tally)} requests compared, ${parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`).join(', ')}`;
}

function total(tally: Tally): number {
  return Object.values(tally).reduce((sum, count) => sum + count, 0);
}
