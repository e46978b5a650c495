import { record } from './record';
import { type Channel, findKind, isBuiltIn } from './schema/crds';
import { withDefaults } from './schema/defaults';
import { ruleViolations } from './schema/rules';
import { structuralViolations } from './schema/structure';

/** Would an API server with the CRDs of `imports/crds` accept a manifest? */

export interface SchemaOptions {
  /**
   * The channel of Gateway API that the cluster has.
   *
   * @default - standard, or experimental for what only that one serves
   */
  readonly channel?: Channel;
}

/** What the API server would refuse, or drop without a word; nothing for kinds of Kubernetes itself. */
export function violations(manifest: any, options: SchemaOptions = {}): string[] {
  const { apiVersion, kind } = manifest ?? {};
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return ['not a manifest: apiVersion and kind are needed'];
  if (isBuiltIn(apiVersion)) return [];

  const served = findKind(apiVersion, kind, options.channel);
  if (!served) return [`no CRD serves ${apiVersion} ${kind}${options.channel ? ` in the ${options.channel} channel` : ''}`];

  const defaulted = withDefaults(served.schema, manifest);
  const structural = structuralViolations(served, defaulted);
  // Rules may rely on the structure, so an API server does not evaluate them on a malformed object either.
  return structural.length > 0 ? structural : ruleViolations(served.schema, defaulted);
}

export function expectValid(...manifests: any[]): void {
  record(manifests);
  const invalid = manifests
    .map((manifest) => ({ object: `${manifest?.apiVersion} ${manifest?.kind} ${manifest?.metadata?.name}`, violations: violations(manifest) }))
    .filter((result) => result.violations.length > 0);
  expect(invalid).toEqual([]);
}
