import { record } from './record';
import { isKnown, violations as found, type ValidationOptions } from '../src/validation';

/** What is wrong with a manifest, as sentences; a kind that no CRD serves is, unless it is one of Kubernetes itself. */
export function violations(manifest: any, options: ValidationOptions = {}): string[] {
  if (!isKnown(manifest, options) && isBuiltIn(manifest.apiVersion)) return [];
  return found(manifest, options).map(({ path, message }) => `${path || 'manifest'} ${message}`);
}

export function expectValid(...manifests: any[]): void {
  expectValidIn({}, ...manifests);
}

/** Valid in a cluster that has one of the channels of Gateway API. */
export function expectValidIn(options: ValidationOptions, ...manifests: any[]): void {
  expect(invalid(manifests, options)).toEqual([]);
}

/** Those of the manifests that are invalid, and why. */
export function invalid(manifests: readonly any[], options: ValidationOptions): { manifest: any; violations: string[] }[] {
  record(manifests);
  return manifests.map(manifest => ({ manifest, violations: violations(manifest, options) })).filter(({ violations: all }) => all.length > 0);
}

/** Groups of Kubernetes itself have no dot, or end as those do that went through its API review. */
function isBuiltIn(apiVersion: string): boolean {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return !group.includes('.') || (group.endsWith('.k8s.io') && !group.startsWith('gateway.'));
}
