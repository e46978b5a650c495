import { flatMap } from './lists';

/** What a manifest says of the pods that it is or creates. */
export interface PodFacts {
  /** What makes them: its kind and its name. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly onHostNetwork: boolean;
  readonly serviceAccount: string;
  /** By name. */
  readonly ports: ReadonlyMap<string, number>;
}

const TEMPLATED = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'Rollout']);

/** The kinds that are pods, or have some made. */
export function makesPods(kind: string): boolean {
  return kind === 'Pod' || kind === 'CronJob' || TEMPLATED.has(kind);
}

/** The facts in the manifest of such a kind, which need not be valid. */
export function podFactsOf(manifest: any): PodFacts {
  const { metadata, spec } = podOf(manifest) ?? {};
  const containers: any[] = Array.isArray(spec?.containers) ? spec.containers : [];
  const ports: any[] = flatMap(containers, container => Array.isArray(container?.ports) ? container.ports : []);
  return {
    owner: `${manifest.kind} '${manifest.metadata?.name ?? ''}'`,
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    onHostNetwork: spec?.hostNetwork === true,
    serviceAccount: spec?.serviceAccountName ?? spec?.serviceAccount ?? 'default',
    ports: new Map(ports.filter(({ name }) => name !== undefined).map(({ name, containerPort }) => [name, containerPort])),
  };
}

/** Whether whatever has the labels of the second has those of the first. */
export function isWithin(labels: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([label, value]) => Object.hasOwn(more, label) && more[label] === value);
}

/** The numbers that pods give a port of this name. */
export function numbersOfPort(name: string, pods: readonly PodFacts[]): number[] {
  return [...new Set(flatMap(pods, ({ ports }) => ports.get(name) ?? []))];
}

function podOf(manifest: any): any {
  if (manifest.kind === 'Pod') return manifest;
  return manifest.kind === 'CronJob' ? manifest.spec?.jobTemplate?.spec?.template : manifest.spec?.template;
}
