import { smiDocument } from '.';
import { lettingIn, sourceOf, undecided } from './access';
import { type AccessMeaning, accessMeaning } from './allowances';
import { splitMeaning } from './divisions';
import { accountOf, EGRESS_GROUP, isEgress, leavingByOsm } from './egress';
import { SMI_MESHES, type SmiMesh } from './meshes';
import { leavesPastBy } from './past-proxy';
import { READINGS } from './readings';
import { KINDS, type SmiKind } from './versions';
import { waysBy } from './ways';
import { SmiWorld } from './world';
import { ALWAYS } from '../../../meaning/condition';
import type { Branch, Decision, Verdict } from '../../../meaning/decision';
import { dependingOn } from '../../../meaning/depending';
import type { Passage, PodPort } from '../../../meaning/world';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { isOfSmi, MESHES_OF_SMI, type ReadMesh } from '../../../reading/mesh';
import type { Reader } from '../../../reading/reader';

/** Who reads SMI, where a mesh is said; nobody, in meshes that never did. */
const BY: Readonly<Record<ReadMesh, SmiMesh | undefined>> = {
  'osm': 'osm',
  'nginx': 'nginx',
  'traefik': 'traefik',
  'smi': 'spec',
  'linkerd': 'linkerd',
  'consul': 'consul',
  'istio': 'istio-adapter',
  'istio-ambient': undefined,
  'kuma': undefined,
  'cilium': undefined,
};

const NAMES = Object.keys(KINDS) as SmiKind[];

/**
 * SMI: who may call whom, and which Services get which part of the requests for another one; and the Egress of Open Service Mesh. Meshes read it differently: where nobody says which mesh it is, only that is known in which all agree.
 *
 * @see https://github.com/servicemeshinterface/smi-spec
 */
export const SMI: Reader = {
  title: 'SMI',
  of: MESHES_OF_SMI,
  kinds: {
    // People forget the group.
    ...Object.fromEntries(['', ...Object.values(KINDS)].map(group => [group, NAMES.filter(kind => group === '' || KINDS[kind] === group)])),
    [EGRESS_GROUP]: ['Egress'],
  },
  read: (objects, cluster, mesh) => {
    const by = mesh === undefined ? SMI_MESHES : [BY[mesh]].filter(one => one !== undefined);
    const egresses = objects.filter(isEgress);
    const documents = objects.filter(object => !isEgress(object))
      .map(({ fields, namespace = DEFAULT_NAMESPACE }) => ({ ...smiDocument(fields), namespace }));
    const world = new SmiWorld(documents);
    const saying = documents.map(({ kind = '', name, namespace, place }) => ({ source: { kind, name, namespace, place } }));
    const meanings = by.filter(one => READINGS[one].access !== undefined).map(one => ({ mesh: one, meaning: accessMeaning(world, READINGS[one]) }));
    const isOpenToo = by.length > meanings.length;
    const splits = by.map(one => splitMeaning(world, READINGS[one]));
    return {
      ...(meanings.length > 0 && world.targets.length > 0 && { entering: to => [{ title: 'SMI', decision: dependingOn(together(meanings, to, isOpenToo, world), saying) }] }),
      ...(world.targets.length === 0 && isOfSmi(mesh) && { entering: () => [{ title: 'SMI', decision: { branches: [], otherwise: WITHOUT } }] }),
      // Nobody else has it, whoever reads the rest.
      ...((mesh === 'osm' || (egresses.length > 0 && (mesh === undefined || mesh === 'smi'))) && { leaving: leavingByOsm(egresses, world, saying), leavesAs: accountOf }),
      leavesPast: leavesPastBy(mesh),
      ...(world.splits.length > 0 && { ways: to => waysBy(splits, to, cluster, saying) }),
    };
  },
};

const WHY = 'there is no TrafficTarget, and whether the mesh then lets in everyone or nobody is not known';
const WITHOUT: Verdict<Passage> = { value: { unknown: WHY }, why: WHY };

/** What every mesh that it may be says. */
function together(
  meanings: readonly { readonly mesh: SmiMesh; readonly meaning: AccessMeaning }[], to: PodPort, isOpenToo: boolean, { targets: [first] }: SmiWorld,
): Decision<Passage> {
  const source = sourceOf(first);
  const decisions = meanings.map(({ mesh, meaning }): Decision<Passage> => mesh === 'osm' && to.entrances.length === 0
    ? { branches: [], otherwise: undecided('Open Service Mesh opens ports of Services only', first) } : lettingIn(meaning, to));
  const kubelet: Branch<Passage> = {
    when: { type: 'client', kinds: ['kubelet'] }, then: { value: 'allowed', why: 'the kubelet makes health checks' }, source,
  };
  const [one, ...others] = decisions;
  const which = { type: 'unknown', why: 'it is not known which mesh reads it', place: first.place } as const;
  const perhaps = [
    ...others.map(then => ({ when: which, then, source })),
    ...isOpenToo ? [{ when: which, then: { value: 'allowed' as const, why: 'a mesh may not read it' }, source }] : [],
  ];
  return perhaps.length === 0 ? { branches: [kubelet, ...one.branches], otherwise: one.otherwise }
    : { branches: [kubelet, ...perhaps, { when: ALWAYS, then: one, source }], otherwise: one.otherwise };
}
