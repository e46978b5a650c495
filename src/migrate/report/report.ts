import { FIXES, IS_LOST, isUntold, ORDER, REASONS, STATED, type Stating, type Word, WORDS } from './codes';
import type { Code } from '../../errors/codes';
import type { FieldPlace, Finding } from '../../manifests/fields';
import { recordOf } from '../../model/fields';
import { pushTo } from '../../model/lists';
import { byHand, type Step } from '../by-hand';
import type { Migration } from '../migrate';
import type { Headed, Judged, Notice, Reason } from '../plan';
import type { Program } from '../program';
import { isFault, type Proof } from '../prove';
import type { TargetName } from '../targets';
import type { World } from '../world';

/** What became of some manifests, as it is written in JSON. */
export interface Report {
  /** Of the package. */
  readonly version: string;
  readonly from: string;
  readonly to: readonly TargetName[];
  /** All of SMI, all that is not carried over beside it, and what cannot be read: each once. */
  readonly documents: readonly ReportedDocument[];
  /** What is to be said beside them. */
  readonly notices: readonly ReportedNotice[];
  readonly byHand: readonly Step[];
  readonly totals: Totals;
  /** One for each target, where the requests of both sides were compared. */
  readonly proofs?: readonly Proof[];
  /** Whose policies were migrated; absent for SMI. */
  readonly api?: string;
  /** One for each target, where all that both sides say of who gets in was compared. */
  readonly compared?: readonly ComparedWorlds[];
}

/** What changes for whom, in words. */
export interface ComparedWorlds {
  readonly target: TargetName;
  readonly podPorts: number;
  readonly servicePorts: number;
  /** Hosts at gateways. */
  readonly entries: number;
  readonly wider: readonly string[];
  readonly narrower: readonly string[];
  /** Requests that go elsewhere, or of which something else becomes. */
  readonly otherwise: readonly string[];
  readonly unknown: readonly string[];
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
  /** The constructs that say it. */
  readonly becomes?: readonly string[];
  readonly findings: readonly ReportedFinding[];
}

/** Something that is no matter of one document. */
export interface ReportedNotice {
  readonly code: Code;
  readonly class: Word;
  readonly message: string;
  /** Absent where it stands nowhere. */
  readonly file?: string;
  readonly line?: number;
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
  /** Whether it is for other tools: no cluster takes it, and nothing in it is of SMI. */
  readonly isOfOthers?: boolean;
}

export interface ReportOptions {
  readonly version: string;
  readonly unread: readonly Unread[];
  /** How many documents were read. */
  readonly read: number;
  readonly proofs?: readonly Proof[];
}

export function report(migration: Migration, facts: ReportOptions): Report {
  const { judged, beside, smi, options: { from, targets }, program, notices } = migration;
  const namespaceOf: Reportable['namespaceOf'] = object => smi.namespaceOf(object);
  return reported({ from, targets, judged, beside, program, notices, byHand: byHand(migration), namespaceOf }, facts);
}

/** A document of which a report speaks. */
export interface Spoken extends Headed, Stating {
  readonly place: FieldPlace;
  readonly findings: readonly Finding[];
}

/** What a report is made of. */
export interface Reportable {
  readonly from: string;
  readonly targets: readonly TargetName[];
  readonly judged: readonly Judged<Spoken>[];
  readonly beside: Pick<World, 'notMigrated' | 'findings'>;
  readonly program: Program;
  readonly notices: readonly Notice[];
  readonly byHand: readonly Step[];
  readonly namespaceOf: (object: Headed) => string | undefined;
}

export function reported(of: Reportable, { version, unread, read, proofs }: ReportOptions): Report {
  const { judged, beside, notices } = of;
  const made = constructsOf(of.program);
  const documents: ReportedDocument[] = judged.map(({ document, verdict, reasons }) => ({
    file: document.place.file,
    line: document.place.line,
    kind: document.kind ?? 'an unknown kind',
    namespace: of.namespaceOf(document),
    name: document.name,
    verdict: verdict === 'same' && formsOf(document).length > 0 ? WORDS.assumed : WORDS[verdict],
    becomes: made.get(`${document.kind} ${document.name}, ${document.place.file}:${document.place.line}`),
    findings: [...reasons.flatMap(reason => findingOf(reason, document)), ...formsOf(document)],
  }));
  const notCarried = new Map<string, ReportedDocument>();
  for (const { kind, namespace, name, place: { file, line }, did } of beside.notMigrated) {
    const key = `${kind} ${namespace}/${name} ${file}:${line}`;
    const { findings } = notCarried.get(key) ?? { findings: [] };
    const finding: ReportedFinding = { code: 'MESH7401', class: 'no part of it', message: did, line };
    notCarried.set(key, { file, line, kind, namespace, name, verdict: 'no part of it', findings: [...findings, finding] });
  }
  const broken = unread.map(({ file, line, code, unread: message, isOfOthers }): ReportedDocument => {
    const verdict = isOfOthers === true ? 'no part of it' : 'unreadable';
    return { file, line, verdict, findings: [{ code, class: verdict, message, line }] };
  });
  const all = [...documents, ...notCarried.values(), ...broken].sort((a, b) => a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1);
  const counts = recordOf(ORDER, word => all.filter(({ verdict }) => verdict === word).length);
  return {
    version,
    from: of.from,
    to: of.targets,
    documents: all,
    notices: [...notices.flatMap(noticeOf), ...beside.findings.map(noticeOfForm)],
    byHand: of.byHand,
    totals: { documents: all.length, ...counts, others: read - documents.length - notCarried.size },
    ...proofs !== undefined && { proofs },
  };
}

export function worstFirst(documents: readonly ReportedDocument[]): ReportedDocument[] {
  return ORDER.flatMap(word => documents.filter(({ verdict }) => verdict === word));
}

/** The constructs of a program, by the comments that name what they say. */
function constructsOf({ charts }: Program): ReadonlyMap<string, readonly string[]> {
  const made = new Map<string, string[]>();
  for (const { id: chart, statements } of charts) {
    for (const { construct, id, comments, leftOut } of statements) {
      if (leftOut === undefined) for (const comment of comments) pushTo(made, comment, `${construct} ${chart}/${id}`);
    }
  }
  return made;
}

const NOTICES: { readonly [About in Notice['about']]: Pick<ReportedNotice, 'code' | 'class'> | undefined } = {
  assumed: { code: 'MESH7101', class: 'assumed' },
  notMigrated: { code: 'MESH7401', class: 'no part of it' },
  lost: { code: 'MESH7301', class: 'not said' },
  open: undefined,
  byHand: undefined,
};

/** What is to be done stands in the list of that. */
function noticeOf({ about, message, place }: Notice): ReportedNotice[] {
  const kind = NOTICES[about];
  return kind === undefined ? [] : [{ ...kind, message, ...place !== undefined && { file: place.file, line: place.line } }];
}

function findingOf({ verdict, cause, message }: Reason, document: Spoken): ReportedFinding[] {
  if (verdict === 'same') return [];
  const code = REASONS[verdict][cause];
  const fix = isUntold(cause) ? STATED[cause](document) : FIXES[code];
  return [{ code, class: WORDS[verdict], message: message.replace(/MESH\d{4}: /g, ''), line: document.place.line, ...fix !== undefined && { fix } }];
}

/** What is read although the version, or the kind, has no such form. */
function formsOf({ findings }: Pick<Spoken, 'findings'>): ReportedFinding[] {
  return findings.filter(({ isUnknown }) => !isUnknown).map(({ message, place }) => ({ ...FORM, message: placed(message, place), line: place.line }));
}

/** The same beside SMI, where it may be passed over: what depends on it says so. */
function noticeOfForm({ message, place }: Finding): ReportedNotice {
  return { ...FORM, message: placed(message, place), file: place.file, line: place.line };
}

const FORM = { code: 'MESH7102', class: 'assumed' } as const;

function placed(message: string, { path }: FieldPlace): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** Whether everything means the same afterwards; strictly, without an assumption. */
export function isWhole({ totals, notices, proofs = [], compared = [] }: Report, isStrict: boolean): boolean {
  if (proofs.some(({ witnesses }) => witnesses.some(isFault)) || compared.some(({ wider }) => wider.length > 0)) return false;
  const assumes = totals.assumed > 0 || notices.some(notice => notice.class === 'assumed');
  return !(isStrict && assumes) && !notices.some(notice => IS_LOST[notice.class]) && ORDER.every(word => totals[word] === 0 || !IS_LOST[word]);
}
