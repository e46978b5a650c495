/** A release that a controller moves, as the objects and pods of the cluster at each of its steps. */
export interface Release {
  /** From the moment that a new version is applied. None if the controller does not begin. */
  readonly steps: readonly ReleaseStep[];
  /** What is left if a step fails. */
  readonly rolledBack?: ReleaseStep;
}

export interface ReleaseStep {
  /** In the words of the controller. */
  readonly phase: string;
  /** What each Service gets of 100 requests that the controller shares out; of those only. None if it shares out no requests. */
  readonly weights: Readonly<Record<string, number>>;
  /** What was applied, as the controller has changed it, and what it has made. */
  readonly manifests: readonly any[];
  readonly pods: readonly ReleasePod[];
}

export type Version = 'stable' | 'new';

export interface ReleasePod {
  readonly version: Version;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
}

/** The pods that a Service of a step leads to. */
export function podsBehind({ manifests, pods }: ReleaseStep, namespace: string, name: string): readonly ReleasePod[] {
  const { selector } = find(manifests, 'Service', namespace, name).spec;
  return pods.filter(pod => pod.namespace === namespace && Object.entries(selector).every(([key, value]) => pod.labels[key] === value));
}

/** The one object of a kind and name. */
export function find(manifests: readonly any[], kind: string, namespace: string, name: string): any {
  const found = manifests.filter(one => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace);
  if (found.length !== 1) throw new Error(`${found.length} of ${kind} ${namespace}/${name}`);
  return found[0];
}

export function has(manifests: readonly any[], kind: string, namespace: string, name: string): boolean {
  return manifests.some(one => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace);
}

/** With these objects, in the place of those of the same names. */
export function withObjects(manifests: readonly any[], objects: readonly any[]): readonly any[] {
  const isSame = (one: any) => (other: any) =>
    one.kind === other.kind && one.metadata.name === other.metadata.name && one.metadata.namespace === other.metadata.namespace;
  return [...manifests.filter(one => !objects.some(isSame(one))), ...objects];
}

export function serviceAccountOf(template: any): string {
  return template.spec?.serviceAccountName ?? 'default';
}
