import { DROPPED } from '../../imports/schemas/dropped';
import type { Path, Readable } from '../manifests/documents';
import type { Fields } from '../manifests/fields';
import { isMap } from '../manifests/values';

/** A manifest as an API server keeps it, and the ways to what it drops. */
interface Kept {
  readonly content: Readable;
  readonly dropped: readonly Path[];
}

/**
 * What an API server keeps of an object: not the fields that the version in which it is written does not have, though others have them. Undefined where that is all.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#field-pruning
 */
export function keptOf(group: string, kind: string, version: string, content: Readable): Kept | undefined {
  if (group === '') return undefined;
  const lacking = DROPPED[`${group} ${kind} ${version}`] ?? [];
  const dropped: Path[] = [];
  const manifest = lacking.reduce((kept, field) => without(kept, stepsOf(field), [], dropped), content.manifest);
  return dropped.length === 0 ? undefined : { content: { manifest, lineOf: path => content.lineOf(path) }, dropped };
}

/** Says of each of them what becomes of it. */
export function sayDropped(fields: Fields, kind: string, version: string, dropped: readonly Path[]): void {
  for (const way of dropped) {
    const at = way.reduce((field, step) => typeof step === 'number' ? field.items()[step] : field.field(step), fields);
    at.assume(`it is dropped by the API server, as ${kind} ${version} has no such field`);
  }
}

function stepsOf(field: string): string[] {
  return field.replaceAll('[]', '.[]').split('.');
}

function without(value: any, [step, ...steps]: readonly string[], way: Path, dropped: Path[]): any {
  if (step === '[]') return Array.isArray(value) ? value.map((item, i) => without(item, steps, [...way, i], dropped)) : value;
  if (!isMap(value) || value[step] === undefined || value[step] === null) return value;
  const to = [...way, step];
  if (steps.length > 0) return { ...value, [step]: without(value[step], steps, to, dropped) };
  dropped.push(to);
  const { [step]: _, ...kept } = value;
  return kept;
}
