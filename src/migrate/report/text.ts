import { IS_LOST, ORDER } from './codes';
import { type ComparedWorlds, type Report, type ReportedDocument, type ReportedFinding, type Totals, worstFirst } from './report';
import { coded } from '../../errors/coded';
import type { Code } from '../../errors/codes';
import { isFault, type Proof, proofLines, witnessLine } from '../prove';

/** What is said of a document, or beside all of them. */
type Finding = Pick<ReportedFinding, 'code' | 'class' | 'message' | 'fix'>;

/** A report for people: the worst first. */
export function text({ documents, notices, byHand, totals, proofs = [], api, compared = [] }: Report): string {
  const explained = new Set<Code>();
  const steps = byHand.flatMap(({ what, commands }, i) => [`${i + 1}. ${what}`, ...commands.map(command => `   ${command}`)]);
  const faults = proofs.flatMap(proof => proof.witnesses.filter(isFault).map(witness => `error ${witnessLine(proof, witness)}`));
  const differences = (proof: Proof) => proof.witnesses.filter(witness => !isFault(witness)).slice(0, MOST_WITNESSES);
  return [
    ...faults,
    ...compared.flatMap(({ target, wider }) => wider.map(change => `error WIDER, ${target}: ${change}`)),
    ...worstFirst(documents).flatMap(document => linesOf(document, explained)),
    ...notices.map(notice => `${notice.file === undefined ? '' : `${notice.file}:${notice.line}: `}${findingLine(notice, explained)}`),
    ...steps.length === 0 ? [] : ['', 'Then by hand, in this order:', ...steps],
    ...proofs.length === 0 ? [] : ['', 'Requests compared:'],
    ...proofs.flatMap(proof => [...proofLines(proof), ...differences(proof).map(witness => `  ${witnessLine(proof, witness)}`)]),
    ...compared.length === 0 ? [] : ['', 'Compared, for every call:'],
    ...compared.flatMap(one => [comparedLine(one), ...[...one.narrower, ...one.otherwise].slice(0, MOST_WITNESSES).map(change => `  ${change}`)]),
    ...documents.length === 0 && steps.length === 0 ? [] : [''],
    summary(totals, api),
  ].map(line => `${shown(line)}\n`).join('');
}

const MOST_WITNESSES = 10;

/** What came of comparing all that both sides say of who gets in, and of where requests go. */
export function comparedLine({ target, podPorts, servicePorts, entries, wider, narrower, otherwise, unknown }: ComparedWorlds): string {
  const counts = [[wider, 'wider'], [narrower, 'narrower'], [otherwise, 'sent or handled otherwise'], [unknown, 'not known']] as const;
  const found = counts.filter(([all]) => all.length > 0).map(([all, word]) => `${all.length} ${word}`);
  const count = (ports: number) => `${ports} port${ports === 1 ? '' : 's'}`;
  const [and, gateways] = entries === 0 ? [' and', ''] : [',', ` and ${entries} host${entries === 1 ? '' : 's'} at gateways`];
  const all = `${count(podPorts)} of pods${and} ${servicePorts} of Services${gateways}`;
  return `${target}: ${all} compared: ${found.length === 0 ? 'nothing changes' : found.join(', ')}.`;
}

/** How many documents there are of each. */
export function summary(totals: Totals, api?: string): string {
  const counts = ORDER.filter(word => totals[word] > 0).reverse().map(word => `${totals[word]} ${word}`);
  const documents = `${totals.documents} document${totals.documents === 1 ? '' : 's'}`;
  const others = totals.others === 0 ? '' : `; ${totals.others} other${totals.others === 1 ? '' : 's'} read`;
  return totals.documents === 0 ? `There ${api === undefined ? 'is no SMI' : `are no policies of ${api}`} in it${others}` : `${documents}: ${counts.join(', ')}${others}`;
}

/** Names are what users wrote: nothing in them speaks to a terminal, or ends a line. */
function shown(line: string): string {
  return line.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, character => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

export function titleOf({ kind, namespace, name }: ReportedDocument): string {
  return kind === undefined ? '' : `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function linesOf(document: ReportedDocument, explained: Set<Code>): string[] {
  const { file, line, verdict, becomes, findings } = document;
  const title = titleOf(document);
  const out = becomes === undefined ? '' : ` → ${becomes.join(', ')}`;
  return [`${file}:${line}: ${verdict}${title === '' ? '' : `: ${title}`}${out}`, ...findings.map(finding => `    ${findingLine(finding, explained)}`)];
}

/** What to do, and where more is said of it, stands with the first of its code. */
function findingLine(finding: Finding, explained: Set<Code>): string {
  const { code, message } = finding;
  const start = IS_LOST[finding.class] ? 'error' : 'warning';
  if (explained.has(code)) return `${start} ${code}: ${ended(message)}`;
  explained.add(code);
  return `${start} ${coded({ code, sentence: sentenceOf(finding) })}`;
}

/** What is wrong, and what to do about it. */
export function sentenceOf({ message, fix }: Finding): string {
  return fix === undefined ? message : `${ended(message)} ${ended(fix)}`;
}

function ended(sentence: string): string {
  return /[.?]$/.test(sentence) ? sentence : `${sentence}.`;
}
