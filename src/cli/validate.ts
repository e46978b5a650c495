import { type Manifest, manifestsIn, type Unread } from './reading';
import { coded, type Diagnostic } from '../errors/coded';
import { type Code } from '../errors/codes';
import { experimental, invalid, isMisfit, misfit } from '../errors/diagnostics';
import { findings, isKnown, verdict, violations, type Channel, type Finding, type Violation } from '../validation';

/** What became of a document. */
export type Outcome = BrokenDocument | ReadDocument;

interface BrokenDocument extends Told {
  readonly status: 'broken';
  readonly code: Code;
  readonly reason: string;
}

interface ReadDocument extends Told {
  readonly status: 'valid' | 'invalid' | 'skipped';
  readonly code?: undefined;
  readonly kind: string;
  readonly name: string;
  /** Why it is skipped. */
  readonly reason?: string;
}

interface Told {
  readonly file: string;
  readonly line: number;
  readonly violations: readonly Coded[];
  readonly warnings: readonly Coded[];
}

type Coded = (Violation | Misfit) & { readonly code: Code };
type Misfit = Omit<Finding, 'subject' | 'isError'>;

/** An outcome with the manifest, which the sentences quote. */
type Checked = Outcome & { readonly manifest?: any };

/** Checks each manifest of some files, and of those in some folders, by itself and among the others. */
export function validate(files: readonly string[], channel?: Channel): Checked[] {
  const checked = [...each(files, channel)];
  const found = new Map<unknown, Finding[]>();
  const subjects = checked.filter(({ manifest }) => manifest !== undefined).map(({ manifest }) => ({ manifest }));
  for (const { needsExperimental, ...finding } of findings(subjects)) {
    if (needsExperimental && channel === 'experimental') continue;
    const { manifest } = finding.subject;
    found.set(manifest, [...found.get(manifest) ?? [], finding]);
  }
  return checked.map(one => among(one, found.get(one.manifest) ?? []));
}

/** The outcome of a manifest, with the findings that compare it with other manifests. */
function among(checked: Checked, found: readonly Finding[]): Checked {
  if (checked.status === 'broken' || found.length === 0) return checked;
  const told = (areErrors: boolean) => found.filter(({ isError = false }) => isError === areErrors)
    .map(({ subject, isError, ...rest }): Coded => ({ code: misfit(subject.manifest, rest).code, ...rest }));
  const errors = told(true);
  return {
    ...checked,
    violations: [...checked.violations, ...errors],
    warnings: [...checked.warnings, ...told(false)],
    status: errors.length > 0 ? 'invalid' : checked.status,
  };
}

function* each(files: readonly string[], channel?: Channel): Generator<Checked> {
  for (const read of manifestsIn(files)) yield 'unread' in read ? broken(read) : outcome(read, channel);
}

function broken({ file, line, code, unread }: Unread): Outcome {
  return { file, line, violations: [], warnings: [], status: 'broken', code, reason: unread };
}

function outcome({ file, line, content: { manifest } }: Manifest, channel?: Channel): Checked {
  const { apiVersion, kind, metadata } = manifest;
  const head = { file, line, violations: [], warnings: [], kind, name: String(metadata?.name ?? metadata?.generateName ?? ''), manifest };
  if (!isKnown(manifest)) return { ...head, status: 'skipped', reason: `no CRD known here serves ${apiVersion} ${kind}` };
  const found = channel === undefined ? verdict(manifest) : { violations: violations(manifest, { channel }), warnings: [] };
  return {
    ...head,
    violations: found.violations.map(violation => ({ code: invalid(manifest, violation).code, ...violation })),
    warnings: found.warnings.map(warning => ({ code: experimental(manifest, warning).code, ...warning })),
    status: found.violations.length > 0 ? 'invalid' : 'valid',
  };
}

/** Something that is wrong with a document, in words. */
export interface Remark {
  readonly level: 'error' | 'warning';
  readonly diagnostic: Diagnostic;
  /** The field; empty for the document as a whole. */
  readonly path: string;
}

/** What is wrong with a document. */
export function remarks(checked: Checked): Remark[] {
  if (checked.status === 'broken') return [{ level: 'error', diagnostic: { code: checked.code, sentence: checked.reason }, path: '' }];
  const { manifest, violations: errors, warnings } = checked;
  return [
    ...errors.map((error): Remark => ({ level: 'error', diagnostic: isMisfit(error) ? misfit(manifest, error) : invalid(manifest, error), path: error.path })),
    ...warnings.map((warning): Remark =>
      ({ level: 'warning', diagnostic: isMisfit(warning) ? misfit(manifest, warning) : experimental(manifest, warning), path: warning.path })),
  ];
}

/** An outcome for people: a line for each error, each warning, and a skipped document. */
export function sentences(checked: Checked): string[] {
  const where = `${checked.file}:${checked.line}`;
  return [
    ...remarks(checked).map(({ level, diagnostic }) => `${where}: ${level} ${coded(diagnostic)}`),
    ...checked.status === 'skipped' ? [`${where}: skipped ${checked.kind} '${checked.name}': ${checked.reason}`] : [],
  ];
}
