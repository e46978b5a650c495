import type { Manifest } from '../../src/dialects/contract/manifest';
import { kindOf } from '../../src/validation/kinds';
import { normal } from '../../src/validation/normal';

/** A cluster with its manifests, and probes of it. */
export interface CaseOf<Probe> {
  readonly name: string;
  readonly manifests: readonly object[];
  readonly probes: readonly Probe[];
}

/** As the API server stores it. */
export function stored(manifest: Manifest): object {
  return normal(kindOf(manifest.apiVersion, manifest.kind)!.schema, manifest);
}

export function verdict(allowed: boolean): string {
  return allowed ? 'allowed' : 'denied';
}
