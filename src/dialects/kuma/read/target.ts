import type { Fields } from '../../../manifests/fields';
import type { Pod } from '../../../meaning/call';
import type { Doubt } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import { EVERYTHING, type Labels, selects } from '../../../meaning/selector';
import { all, type Truth, truthOf } from '../../../meaning/truth';
import { isCalled, type PodPort } from '../../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** What says which of several policies goes before the others. */
export interface Ranked {
  /** The greatest is asked first; numbers are compared one after the other. */
  readonly rank: readonly number[];
  /** Of equals, the first by name goes before. */
  readonly name: string;
}

/** Which ports of which pods a policy is for. */
export interface Target extends Ranked {
  readonly source: Source;
  readonly namespace: string;
  readonly mesh: string;
  /** Absent for all pods of the mesh, or of the namespace. */
  readonly pods?: Labels;
  /** The name that the container gives the port, or its number. Absent for all. */
  readonly section?: string;
  /** Something of it that is not understood. */
  readonly doubt?: Doubt;
}

/** Where a policy is for all namespaces. */
export const SYSTEM_NAMESPACE = 'kuma-system';
const MESH = 'kuma.io/mesh';

/** Undefined for a policy that is only tried out. */
export function targetOf(object: ReadObject): Target | undefined {
  const marks = labels(object.fields.field('metadata').field('labels'));
  if (marks['kuma.io/effect'] === 'shadow') return undefined;
  const ref = object.fields.field('spec').field('targetRef');
  const [kind = 'Mesh', section] = ['kind', 'sectionName'].map(name => ref.field(name).text());
  const selected = ref.field('labels');
  const pods = labels(selected);
  if (kind !== 'Mesh' && kind !== 'Dataplane') ref.field('kind').doubt(`it depends on the release of Kuma to which pods a policy for a ${kind} applies`);
  if (kind === 'Mesh' && (selected.isSaid || section !== undefined)) ref.doubt('the target Mesh has no labels, and no section');
  const [doubt] = [...object.fields.field('metadata').doubts(), ...ref.doubts()];
  return {
    source: sourceOf(object),
    namespace: object.namespace ?? DEFAULT_NAMESPACE,
    mesh: marks[MESH] ?? 'default',
    ...(kind === 'Dataplane' && selected.isSaid && { pods }),
    ...(kind === 'Dataplane' && section !== undefined && { section }),
    // How close it is to a port comes first (`CompareByPolicyAttributes` in `pkg/plugins/policies/core/rules/sort/sort.go`).
    rank: [kind === 'Mesh' ? 0 : section === undefined ? 1 : 2, originOf(marks), object.namespace === SYSTEM_NAMESPACE ? 0 : 1],
    name: displayName(marks, object.name),
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  };
}

/** What stands in the zone goes before what comes from the global control plane. */
export function originOf(marks: Labels): number {
  return marks['kuma.io/origin'] === 'global' ? 0 : 1;
}

/** Its own name, also where another control plane gave it another one. */
export function displayName(marks: Labels, name: string): string {
  return marks['kuma.io/display-name'] ?? name;
}

/** Sorts those that go before the others to the front. */
export function byRank(a: Ranked, b: Ranked): number {
  const at = a.rank.findIndex((number, i) => number !== b.rank[i]);
  return at >= 0 ? b.rank[at] - a.rank[at] : a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Whether a policy is for a port of pods. Where all policies are of one mesh, so are the pods. */
export function isFor(target: Target, to: PodPort, meshes: ReadonlySet<string>): Truth {
  return all([target.section === undefined ? 'yes' : isSection(target.section, to), isForPod(target, to.pod, meshes)]);
}

/** A number means a port without a name. */
function isSection(section: string, to: PodPort): Truth {
  const isNumber = /^\d+$/.test(section);
  if (isNumber && section !== String(to.port)) return 'no';
  return isNumber && to.name === undefined && to.pod.labels !== undefined ? 'yes' : isCalled(to, section);
}

/** Whether a policy is for some port of a pod, whichever. */
export function isForPod({ namespace, mesh, pods, doubt }: Pick<Target, 'namespace' | 'mesh' | 'pods' | 'doubt'>, pod: Pod, meshes: ReadonlySet<string>): Truth {
  if (namespace !== SYSTEM_NAMESPACE && namespace !== pod.namespace) return 'no';
  const own = [pod.labels, pod.annotations, pod.namespaceLabels, pod.namespaceAnnotations].map(marks => marks?.[MESH]).find(one => one !== undefined);
  return all([
    doubt === undefined ? 'yes' : 'unknown',
    own !== undefined ? truthOf(own === mesh) : meshes.size === 1 ? 'yes' : 'unknown',
    ...Object.entries(pods ?? {}).map(([key, value]) => has(pod, key, value)),
  ]);
}

/** Kuma adds labels of its own to those of pods. */
function has(pod: Pod, key: string, value: string): Truth {
  if (key === 'k8s.kuma.io/namespace') return truthOf(pod.namespace === value);
  return /(?:^|\.)kuma\.io\//.test(key) ? 'unknown' : selects({ ...EVERYTHING, matchLabels: { [key]: value } }, pod);
}

/** What the rules of a policy say by default; those of other forms have other clients, and releases that do not know them. */
export function defaultsOf(object: ReadObject): Fields[] {
  const spec = object.fields.field('spec');
  if (spec.field('from').isSaid) spec.field('from').doubt('what `from` means depends on the release of Kuma');
  return spec.field('rules').items().map(rule => rule.field('default'));
}
