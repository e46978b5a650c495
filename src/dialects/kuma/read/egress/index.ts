import { conflicting, letOut } from './matching';
import { type Passthrough, passthroughOf } from './passthrough';
import type { Pod } from '../../../../meaning/call';
import type { Decision, Source, Verdict } from '../../../../meaning/decision';
import { dependingOn } from '../../../../meaning/depending';
import { type Gate, isOutside, type Outside, type Passage, type PodPort } from '../../../../meaning/world';
import { grouped } from '../../../../model/lists';
import type { Protocol } from '../../../../model/protocol';
import { Numbers } from '../../../../reading/numbers';
import type { ReadObject } from '../../../../reading/objects';
import type { Meshes } from '../mesh';
import { isInMesh } from '../past-proxy';
import { byRank, isForPod, SYSTEM_NAMESPACE } from '../target';

/**
 * What leaves by every MeshPassthrough for the pod: the mode of the closest that says one, with the matches of all. Without any, all leaves.
 *
 * @see https://kuma.io/docs/latest/policies/meshpassthrough/
 */
export class Passthroughs {
  public readonly all: readonly Passthrough[];
  private readonly byNamespace: ReadonlyMap<string, readonly Passthrough[]>;
  private readonly told = new Numbers();

  public constructor(objects: readonly ReadObject[]) {
    this.all = objects.filter(({ kind }) => kind === 'MeshPassthrough').flatMap(object => passthroughOf(object) ?? []);
    this.byNamespace = grouped(this.all, ({ namespace }) => namespace);
  }

  /** Of the proxy of a pod. */
  public leaving(client: Pod, to: PodPort | Outside, meshes: Meshes): readonly Gate[] {
    // Datagrams go past it.
    if (to.protocol === 'UDP') return [];
    const own = this.for(client, meshes);
    if (own.length === 0) return [];
    return [{ title: 'MeshPassthrough of Kuma', decision: dependingOn(isOutside(to) ? outward(own, to.protocol) : inward(own, to.pod), own.map(({ policy }) => policy)) }];
  }

  public leavesAs(client: Pod, meshes: Meshes): string {
    return this.told.of(this.for(client, meshes).flatMap(({ policy, isFor }) => [policy, isFor]));
  }

  private for(pod: Pod, meshes: Meshes): readonly Own[] {
    const policies = this.policiesFor(pod, meshes.names);
    return policies.some(({ isFor }) => isFor === 'yes') ? policies : [...policies, ...closed(pod, meshes)];
  }

  private policiesFor(pod: Pod, meshes: ReadonlySet<string>): Own[] {
    const namespaces = pod.namespace === '' ? [...this.byNamespace.keys()] : [...new Set([SYSTEM_NAMESPACE, pod.namespace])];
    return namespaces.flatMap(one => this.byNamespace.get(one) ?? []).map((policy): Own => {
      const truth = pod.namespace === '' && policy.namespace !== SYSTEM_NAMESPACE ? 'unknown' : isForPod(policy, pod, meshes);
      // It may have no such port.
      return { policy, isFor: truth === 'yes' && policy.section !== undefined ? 'unknown' : truth };
    }).filter(({ isFor }) => isFor !== 'no');
  }
}

interface Own {
  readonly policy: Passthrough;
  readonly isFor: 'yes' | 'no' | 'unknown';
}

const CLOSED = 'with `passthrough: false`, nothing leaves by default before Kuma 3.0, and everything in 3.0: a MeshPassthrough for all pods says which';

/** Before 3.0, nothing leaves a Mesh that says so, unless a MeshPassthrough does. */
function closed(pod: Pod, meshes: Meshes): Own[] {
  return meshes.all.filter(mesh => !mesh.isOpen && meshes.holds(pod, one => one === mesh) !== 'no').map(({ source, name }): Own => ({
    policy: {
      source,
      name,
      mesh: name,
      namespace: SYSTEM_NAMESPACE,
      rank: [],
      matches: [],
      unknown: { type: 'unknown', why: CLOSED, place: source.place },
    },
    isFor: 'unknown',
  }));
}

function outward(own: readonly Own[], protocol: Protocol): Decision<Passage> {
  const unsure = own.find(({ policy: { unknown }, isFor }) => isFor === 'unknown' || unknown !== undefined)?.policy;
  if (unsure !== undefined) return undecided(unsure.unknown?.why ?? 'it is not known whether it is for the pod that calls', unsure.source);
  const policies = own.map(({ policy }) => policy).sort(byRank);
  const { mode, source } = policies.find(policy => policy.mode !== undefined) ?? { mode: 'Matched', source: policies[0].source };
  if (mode === 'All') return { branches: [], otherwise: allowed('the mode is All', source) };
  if (mode === 'None') return { branches: [], otherwise: { value: 'denied', why: 'the mode is None', source } };
  // Of two modes of equals, the name decides; matches add up.
  const matches = policies.flatMap(policy => policy.matches);
  const conflict = conflicting(matches);
  return conflict === undefined ? letOut(matches, protocol, source) : undecided('Envoy cannot tell it from another match', conflict.source);
}

/** What is in the mesh is called by its Service, past this; addresses of pods are like others outside. */
function inward(own: readonly Own[], pod: Pod): Decision<Passage> {
  const { source } = own[0].policy;
  const isOpen = own.every(({ policy: { mode, unknown } }) => mode === 'All' && unknown === undefined);
  const otherwise = isOpen ? allowed('the mode is All', source) : undecided('it is not known here which address is called', source).otherwise;
  if (isInMesh(pod) === false) return { branches: [], otherwise };
  return { branches: [{ when: { type: 'entrance' }, then: allowed('it is called by its Service, in the mesh', source), source }], otherwise };
}

function allowed(why: string, source: Source): Verdict<Passage> {
  return { value: 'allowed', why, source };
}

function undecided(why: string, source: Source): Decision<Passage> {
  return { branches: [], otherwise: { value: { unknown: why }, why, source } };
}
