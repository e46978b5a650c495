import { kindOf, type Channel } from './kinds';
import { metadataViolations } from './metadata';
import { normal } from './normal';
import { ruleViolations } from './rules';
import { sizeViolation } from './size';
import { structuralViolations } from './structure';
import { violation, type Check, type Violation } from './violation';

export type { Channel, Check, Violation };
export { findings, type Finding, type FindingCheck } from './across';

/** Whether an API server with the CRDs of `imports/crds` would accept a manifest. This folder knows manifests, and nothing else of the library. */

export interface ValidationOptions {
  /**
   * The channel of Gateway API that the cluster has.
   *
   * @default - the standard one, or the experimental one for a kind that only that one serves
   */
  readonly channel?: Channel;
}

/** Whether a manifest is of a kind and version that can be checked. */
export function isKnown(manifest: any, { channel }: ValidationOptions = {}): boolean {
  return kindOf(manifest?.apiVersion, manifest?.kind, channel) !== undefined;
}

/** What an API server would refuse in a new object of a known kind, with `--validate=strict`. */
export function violations(manifest: any, { channel }: ValidationOptions = {}): Violation[] {
  const size = sizeViolation(manifest);
  if (size !== undefined) return [size];
  const kind = kindOf(manifest?.apiVersion, manifest?.kind, channel);
  if (kind === undefined) return [violation('kind', [], `is of a kind that no known CRD${channel === undefined ? '' : ` of the ${channel} channel`} serves`)];

  const found = metadataViolations(manifest.metadata);
  const value = normal(kind.schema, { ...manifest, metadata: nameOf(manifest.metadata) });
  structuralViolations(kind.schema, value, [], found);
  // Rules may rely on the checks above, so an API server does not evaluate rules where a check has failed.
  if (found.some(({ check }) => BLOCKING.has(check))) return found;

  if (kind.served.hasStatus) delete value.status;
  if (kind.schema.ruled) found.push(...ruleViolations(kind.schema, value));
  return found;
}

/** What is wrong, and what works in some clusters only. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly warnings: readonly Violation[];
}

/** Like `violations`, for a cluster whose channel of Gateway API is not known. */
export function verdict(manifest: any): Verdict {
  const standard = violations(manifest, { channel: 'standard' });
  const experimental = standard.length === 0 ? [] : violations(manifest, { channel: 'experimental' });
  if (experimental.length > 0) return { violations: isKnown(manifest, { channel: 'standard' }) ? standard : experimental, warnings: [] };
  return {
    violations: [],
    warnings: standard.map(found => ({ ...found, message: 'needs the experimental channel of Gateway API' })),
  };
}

const BLOCKING = new Set<Check>(['required', 'enum', 'length', 'type']);

/** `metadata.ts` checks the other metadata, for which CRDs have no schema. */
function nameOf(metadata: any): Record<string, string> {
  const { name, generateName } = metadata ?? {};
  return { ...typeof name === 'string' && { name }, ...typeof generateName === 'string' && { generateName } };
}
