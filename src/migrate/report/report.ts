import { FIXES, IS_LOST, ORDER, REASONS, type Word, WORDS } from './codes';
import type { SmiDocument } from '../../dialects/smi/read/tree';
import type { Code } from '../../errors/codes';
import { byHand, type Step } from '../by-hand';
import type { Migration } from '../migrate';
import type { Reason } from '../plan';
import type { TargetName } from '../targets';

/** What became of some manifests, as it is written in JSON. */
export interface Report {
  /** Of the package. */
  readonly version: string;
  readonly from: string;
  readonly to: readonly TargetName[];
  /** All of SMI, all that is not carried over beside it, and what cannot be read: each once. */
  readonly documents: readonly ReportedDocument[];
  readonly byHand: readonly Step[];
  readonly totals: Totals;
}

export interface ReportedDocument {
  readonly file: string;
  readonly line: number;
  /** Absent where it cannot be read. */
  readonly kind?: string;
  /** Absent where nobody says it. */
  readonly namespace?: string;
  readonly name?: string;
  readonly verdict: Word;
  readonly findings: readonly ReportedFinding[];
}

export interface ReportedFinding {
  readonly code: Code;
  readonly class: Word;
  readonly message: string;
  readonly line: number;
  readonly fix?: string;
}

export type Totals = { readonly [W in Word]: number } & {
  readonly documents: number;
  /** Documents that were read beside those. */
  readonly others: number;
};

/** What cannot be read of the files. */
export interface Unread {
  readonly file: string;
  readonly line: number;
  readonly code: Code;
  readonly unread: string;
}

export interface ReportOptions {
  readonly version: string;
  readonly unread: readonly Unread[];
  /** How many documents were read. */
  readonly read: number;
}

export function report(migration: Migration, { version, unread, read }: ReportOptions): Report {
  const { judged, beside, smi, options } = migration;
  const documents: ReportedDocument[] = judged.map(({ document, verdict, reasons }) => ({
    file: document.place.file,
    line: document.place.line,
    kind: document.kind ?? 'an unknown kind',
    namespace: smi.namespaceOf(document),
    name: document.name,
    verdict: WORDS[verdict],
    findings: reasons.flatMap(reason => findingOf(reason, document)),
  }));
  const notCarried = new Map<string, ReportedDocument>();
  for (const { kind, namespace, name, place: { file, line }, did } of beside.notMigrated) {
    const key = `${kind} ${namespace}/${name} ${file}:${line}`;
    const { findings } = notCarried.get(key) ?? { findings: [] };
    const finding: ReportedFinding = { code: 'MESH7401', class: 'no part of it', message: did, line };
    notCarried.set(key, { file, line, kind, namespace, name, verdict: 'no part of it', findings: [...findings, finding] });
  }
  const broken = unread.map(({ file, line, code, unread: message }): ReportedDocument =>
    ({ file, line, verdict: 'unreadable', findings: [{ code, class: 'unreadable', message, line }] }));
  const all = [...documents, ...notCarried.values(), ...broken];
  const counts = Object.fromEntries(ORDER.map(word => [word, all.filter(({ verdict }) => verdict === word).length])) as { [W in Word]: number };
  return {
    version,
    from: options.from,
    to: options.targets,
    documents: all,
    byHand: byHand(migration),
    totals: { documents: all.length, ...counts, others: read - documents.length - notCarried.size },
  };
}

function findingOf({ verdict, cause, message }: Reason, document: SmiDocument): ReportedFinding[] {
  if (verdict === 'same') return [];
  const code = REASONS[verdict][cause];
  const fix = verdict !== 'assumed' && cause === 'untold' ? told(document) : FIXES[code];
  return [{ code, class: WORDS[verdict], message: message.replace(/MESH\d{4}: /g, ''), line: document.place.line, ...fix !== undefined && { fix } }];
}

/** The flags that say what no manifest does. */
function told(document: SmiDocument): string | undefined {
  switch (document.kind) {
    case 'TrafficSplit': return document.root && `\`--port ${document.root.name}=80\` would state it`;
    case 'TrafficTarget': return document.destination && `\`--pods ${document.destination.name}=LABEL=VALUE\` and \`--port SERVICE=80\` would state them`;
    default: return undefined;
  }
}

/** Whether everything means the same afterwards; strictly, without an assumption. */
export function isWhole({ totals }: Report, isStrict: boolean): boolean {
  return ORDER.every(word => totals[word] === 0 || !(IS_LOST[word] || (isStrict && word === 'assumed')));
}
