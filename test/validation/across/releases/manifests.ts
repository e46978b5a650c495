import type { Subject } from '../../../../src/validation/across';
import { releaseFindings } from '../../../../src/validation/across/releases';

/** Manifests of releases, for tests. */

export const named = (apiVersion: string, kind: string, name: string, spec: any, namespace = 'shop') => ({ apiVersion, kind, metadata: { name, namespace }, spec });

export const PODS = { app: 'cart', team: 'shop' };

export const deployment = (name = 'cart', labels: any = PODS, spec: any = {}) => named('apps/v1', 'Deployment', name, {
  selector: { matchLabels: { app: labels.app } }, template: { metadata: { labels }, spec: { containers: [] } }, ...spec,
});

/** A Canary that has no traps. */
export const canary = (spec: any = {}, service: any = {}, analysis: any = {}, name = 'cart') => named('flagger.app/v1beta1', 'Canary', name, {
  provider: 'gatewayapi:v1',
  targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' },
  revertOnDeletion: true,
  service: { port: 8080, gatewayRefs: [{ group: '', kind: 'Service', name: 'cart', port: 8080 }], ...service },
  analysis: { interval: '1m', threshold: 2, stepWeights: [10, 50], ...analysis },
  ...spec,
});

export const rollout = (strategy: any, spec: any = {}) => named('argoproj.io/v1alpha1', 'Rollout', 'cart', {
  selector: { matchLabels: { app: 'cart' } }, template: { metadata: { labels: PODS }, spec: { containers: [] } }, strategy, ...spec,
});

/** What is found of releases, as `check kind/name path message`; warnings are marked. */
export function found(...manifests: any[]): string[] {
  return toldOf(manifests.map(manifest => ({ manifest })));
}

export function toldOf(subjects: readonly Subject[]): string[] {
  return releaseFindings(subjects).map(({ subject: { manifest }, check, path, message, isError }) =>
    `${isError ? '' : 'warning '}${check} ${manifest.kind}/${manifest.metadata.name} ${path} ${message}`);
}
