import type { Manifest } from './manifest';
import type { Refusal } from './refusal';

/** What a dialect makes of a model: manifests; or everything that it refuses, and no manifests. */
export interface Rendering<Feature> {
  readonly manifests: readonly Manifest[];
  readonly refusals: readonly Refusal<Feature>[];
}

/** The manifests of a model, unless something of it is refused. */
export function renderUnless<Feature>(refusals: readonly Refusal<Feature>[], manifests: () => readonly Manifest[]): Rendering<Feature> {
  return { refusals, manifests: refusals.length > 0 ? [] : manifests() };
}

/** No manifests. */
export function refusing<Feature>(refusals: readonly Refusal<Feature>[]): Rendering<Feature> {
  return { manifests: [], refusals };
}

/** All manifests, unless something of one part is refused. */
export function together<Feature>(...parts: readonly Rendering<Feature>[]): Rendering<Feature> {
  const refusals: Refusal<Feature>[] = [];
  const manifests: Manifest[] = [];
  for (const part of parts) {
    refusals.push(...part.refusals);
    manifests.push(...part.manifests);
  }
  return renderUnless(refusals, () => manifests);
}

/** Nothing is refused. */
export function rendered(...manifests: readonly Manifest[]): Rendering<never> {
  return { manifests, refusals: [] };
}
