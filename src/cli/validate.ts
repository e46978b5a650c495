import { documentsOf, type Document } from './documents';
import { invalid, misfit } from '../diagnostics';
import { isKnown, verdict, violations, type Channel, type Violation } from '../validation';

/** What became of a document. */
export interface Outcome {
  readonly file: string;
  readonly line: number;
  readonly kind?: string;
  readonly name?: string;
  readonly status: 'valid' | 'invalid' | 'skipped' | 'broken';
  readonly violations: readonly Violation[];
  readonly warnings: readonly Violation[];
  /** Why it is broken, or skipped. */
  readonly reason?: string;
}

/** Checks each manifest of some files, one after the other. */
export function* validate(files: readonly string[], channel?: Channel): Generator<Outcome & { readonly manifest?: any }> {
  for (const file of files) {
    try {
      for (const document of documentsOf(file)) yield outcome(document, channel);
    } catch (error) {
      yield outcome({ file, line: 1, content: { broken: (error as Error).message } });
    }
  }
}

function outcome({ file, line, content }: Document, channel?: Channel): Outcome & { readonly manifest?: any } {
  const none = { file, line, violations: [], warnings: [] };
  if ('broken' in content) return { ...none, status: 'broken', reason: content.broken };
  const { manifest } = content;
  if (typeof manifest?.apiVersion !== 'string' || typeof manifest.kind !== 'string') {
    return { ...none, status: 'broken', reason: 'it is no manifest: it has no apiVersion and kind' };
  }
  const { apiVersion, kind, metadata } = manifest;
  const head = { ...none, kind, name: String(metadata?.name ?? metadata?.generateName ?? '') };
  if (!isKnown(manifest, { channel })) return { ...head, status: 'skipped', reason: `no CRD known here serves ${apiVersion} ${kind}` };
  const found = channel === undefined ? verdict(manifest) : { violations: violations(manifest, { channel }), warnings: [] };
  return { ...head, ...found, manifest, status: found.violations.length > 0 ? 'invalid' : 'valid' };
}

/** An outcome for people: a line per thing that they should see. */
export function sentences({ file, line, status, reason, kind, name, manifest, ...found }: Outcome & { readonly manifest?: any }): string[] {
  const where = `${file}:${line}`;
  switch (status) {
    case 'broken': return [`${where}: error: ${reason}`];
    case 'skipped': return [`${where}: skipped ${kind} '${name}': ${reason}`];
    default: return [
      ...found.violations.map(violation => `${where}: error: ${invalid(manifest, violation)}`),
      ...found.warnings.map(violation => `${where}: warning: ${misfit(manifest, violation.path, violation.message)}`),
    ];
  }
}
