/**
 * Every error and warning of the library is worded here. A sentence says what is wrong; the remedy says what to write
 * instead. The construct path stands in front: cdk8s puts it there for what a synth collects, `misuse` for what throws.
 */

/** Something was written that has no meaning, whatever the target. Thrown where it is written. */
export function misuse(where: string, sentence: string, remedy: string): Error {
  return new Error(`[${where}] ${sentence}. ${remedy}.`);
}

/** What a target cannot express. */
export function unsupported(targetId: string, what: string, why: string, remedy: string): string {
  return `target '${targetId}' cannot express ${what}: ${why}. ${remedy}.`;
}

/** Two constructs that a target cannot both honour. */
export function conflict(targetId: string, what: string, otherPath: string): string {
  return `${what} is also defined by '${otherPath}', and target '${targetId}' can have it once. Merge the two, or leave one out.`;
}

/** Two constructs that want the same requests to a host. */
export function contested(targetId: string, host: string, otherPath: string, why: string): string {
  return `requests to ${host} are also defined by '${otherPath}', and target '${targetId}' does not tell the two apart: ${why}. `
    + 'Give one of them paths of its own, or merge the two.';
}

/** What an API server would refuse in a manifest. */
export function invalid(
  manifest: any, { path, message, value }: { readonly path: string; readonly message: string; readonly value?: string }, line?: string,
): string {
  const what = `${objectOf(manifest)} is invalid: ${path === '' ? 'it' : path} ${message}`;
  return `${what}${value === undefined ? '' : `; it is ${value}`}${line === undefined ? '' : ` (${line})`}`;
}

/** What does not fit to other manifests of the app. */
export function misfit(manifest: any, path: string, message: string): string {
  return `${objectOf(manifest)}: ${path} ${message}`;
}

function objectOf({ kind, metadata }: any): string {
  return `${kind ?? 'object'} '${metadata?.name ?? metadata?.generateName ?? ''}'`;
}

export function warn(where: string, sentence: string): void {
  console.warn(`[${where}] warning: ${sentence}.`);
}

/** `a, b and c`. */
export function listed(items: readonly string[], last = 'and'): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} ${last} ${items[items.length - 1]}`;
}
