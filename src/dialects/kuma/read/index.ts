import { Passthroughs } from './egress';
import { HOST_KINDS, leavingForHosts, readHosts, saysOfHosts } from './hosts';
import { Identities } from './identities';
import { readMesh } from './mesh';
import { type Permission, permissionOf, type Tls, tlsOf } from './policies';
import { inboundOf } from './routes/inbound';
import { policiesOf } from './routes/policies';
import { trafficTo } from './routes/traffic';
import { waysTo } from './routes/ways';
import { byRank, isFor, type Target } from './target';
import { allOf, type Condition, noneOf } from '../../../meaning/condition';
import { type Branch, type Decision, type Source, unknownBy, type Verdict } from '../../../meaning/decision';
import { dependingOn } from '../../../meaning/depending';
import type { Truth } from '../../../meaning/truth';
import type { Passage, PodPort } from '../../../meaning/world';
import { grouped } from '../../../model/lists';
import type { Reader } from '../../../reading/reader';

/**
 * What Kuma's proxies let in: of clients with a certificate, those that a permission on the port allows and none denies; others where mutual
 * TLS is not strict. And where they send what leaves.
 *
 * @see https://kuma.io/docs/latest/policies/meshtrafficpermission/
 * @see https://kuma.io/docs/latest/policies/meshhttproute/
 */
export const KUMA: Reader = {
  title: 'Kuma',
  of: ['kuma'],
  kinds: {
    'kuma.io': [
      'MeshTrafficPermission', 'MeshTLS', 'MeshHTTPRoute', 'MeshTCPRoute', 'MeshTimeout', 'MeshRetry', 'MeshLoadBalancingStrategy',
      'MeshCircuitBreaker', 'MeshRateLimit', 'MeshFaultInjection', 'MeshPassthrough', 'Mesh',
      'MeshIdentity', 'MeshTrust', ...HOST_KINDS,
    ],
  },
  whole: ['Mesh', 'MeshIdentity', 'MeshTrust', ...HOST_KINDS],
  elsewhere: saysOfHosts,
  read: (objects, cluster, mesh) => {
    const of = (wanted: string) => objects.filter(({ kind }) => kind === wanted);
    const identities = new Identities(objects);
    const permissions = of('MeshTrafficPermission').flatMap(object => permissionOf(object, identities) ?? []);
    const tls = of('MeshTLS').flatMap(object => tlsOf(object) ?? []);
    const [policies, inbound] = [policiesOf(objects), objects.flatMap(inboundOf)];
    const passthroughs = new Passthroughs(objects);
    of('Mesh').forEach(readMesh);
    HOST_KINDS.flatMap(of).forEach(readHosts);
    const targets: readonly Pick<Target, 'mesh'>[] = [
      ...permissions, ...tls, ...policies.routes, ...policies.confs, ...inbound, ...passthroughs.all, ...identities.all,
    ];
    const meshes = new Set([...of('Mesh').map(({ name }) => name), ...targets.map(one => one.mesh)]);
    const [permissionsOn, tlsOn] = [selecting(permissions, meshes), selecting(tls, meshes)];
    return {
      entering: to => {
        if (to.protocol === 'UDP') return [];
        const [held, certified] = [identities.heldBy(to.pod, meshes), identities.certified(meshes)];
        const decision = entering({ permissions: permissionsOn(to), tls: tlsOn(to), all: permissions, certified, held });
        return [{ title: 'Kuma', decision: dependingOn(held === 'unknown' ? orOpen(decision, identities.sources) : decision, identities.sources) }];
      },
      ...mesh !== undefined && mesh !== 'kuma' ? {} : {
        leaving: (client, to) => [...leavingForHosts(objects, client, to), ...passthroughs.leaving(client, to, meshes)],
        leavesAs: client => `${client.kind === 'pod' && client.meshed !== false} ${passthroughs.leavesAs(client, meshes)}`,
        ways: (to, protocol) => waysTo(policies, to, protocol, cluster),
        traffic: to => trafficTo(policies, inbound, to, cluster, meshes),
      },
    };
  },
};

interface Own<Policy> {
  readonly policy: Policy;
  readonly isFor: Truth;
}

/** Those that are, or may be, for a port. */
function selecting<Policy extends Target>(policies: readonly Policy[], meshes: ReadonlySet<string>): (to: PodPort) => Own<Policy>[] {
  const byNamespace = grouped(policies, ({ namespace }) => namespace);
  return to => [...new Set(['kuma-system', to.pod.namespace])].flatMap(namespace => byNamespace.get(namespace) ?? [])
    .map(policy => ({ policy, isFor: isFor(policy, to, meshes) })).filter(({ isFor: truth }) => truth !== 'no');
}

/** Where nothing is said of a port, by whom is not known either. */
const NOBODY: Source = { kind: 'Mesh', name: 'default', place: { file: '', line: 0, path: '' } };

interface Asked {
  readonly permissions: readonly Own<Permission>[];
  readonly tls: readonly Own<Tls>[];
  readonly all: readonly Permission[];
  readonly certified: Condition;
  /** Whether the pods have a certificate. */
  readonly held: ReturnType<Identities['heldBy']>;
}

function entering({ permissions, tls, all, certified, held }: Asked): Decision<Passage> {
  if (held === 'no') return { branches: [], otherwise: { value: 'allowed', why: 'no MeshIdentity is for the pods, so no policy is in force' } };
  const source = [...permissions, ...tls].map(({ policy }) => policy.source)[0] ?? all[0]?.source ?? NOBODY;
  return {
    branches: [
      // Health checks come to a listener of their own.
      { when: { type: 'client', kinds: ['kubelet'] }, then: { value: 'allowed', why: 'the kubelet makes health checks' }, source },
      { when: noneOf(certified), then: plainText(tls, held !== 'assumed' || all.length > 0), source },
      ...permissions.flatMap(({ policy: { unknown, source: at } }): Branch<Passage>[] =>
        unknown === undefined ? [] : [{ when: unknown, then: { value: { unknown: unknown.why }, why: unknown.why }, source: at }]),
      ...permissions.map(one => branch(one, one.policy.denied, { value: 'denied', why: 'a permission denies it' })),
      ...permissions.map(one => branch(one, one.policy.allowed, { value: 'allowed', why: 'a permission allows it' })),
    ],
    // Where no workload of the mesh has an identity by SPIFFE, permissions are not enforced.
    otherwise: all.length === 0 ? { value: { unknown: WITHOUT }, why: WITHOUT } : { value: 'denied', why: 'no permission allows it' },
  };
}

/** What is denied where the pods have a certificate, is not where they have none. */
function orOpen({ branches, otherwise }: Decision<Passage>, sources: Identities['sources']): Decision<Passage> {
  const perhaps = (verdict: Verdict<Passage>): Verdict<Passage> =>
    verdict.value === 'denied' ? { ...verdict, value: unknownBy(NO_IDENTITY, sources), why: NO_IDENTITY } : verdict;
  return {
    branches: branches.map(one => ({ ...one, then: 'branches' in one.then ? orOpen(one.then, sources) : perhaps(one.then) })),
    otherwise: perhaps(otherwise),
  };
}

const NO_IDENTITY = 'no MeshIdentity here is known to be for the pods, and without one no policy is in force there';
const WITHOUT = 'there is no MeshTrafficPermission, and whether the mesh enforces them is not known';

/** Of the policies that say whether plain text is taken, the first decides. Without any, only pods without a certificate take it. */
function plainText(tls: readonly Own<Tls>[], isCertified: boolean): Verdict<Passage> {
  const doubtful = tls.find(({ policy: { unknown }, isFor: truth }) => truth === 'unknown' || unknown !== undefined);
  const undecided = (why: string): Verdict<Passage> => ({ value: unknownBy(why, tls.map(({ policy }) => policy)), why });
  if (doubtful !== undefined) return undecided('it is not known whether plain text is taken');
  const [first] = tls.map(({ policy }) => policy).filter(({ mode }) => mode !== undefined).sort(byRank);
  if (first === undefined) return isCertified ? { value: 'denied', why: 'no MeshTLS takes plain text' } : undecided(WITHOUT_TLS);
  const { source, mode } = first;
  return mode === 'Strict' ? { value: 'denied', why: 'only mutual TLS is taken', source } : { value: 'allowed', why: 'plain text is taken', source };
}

const WITHOUT_TLS = 'no MeshTLS says whether plain text is taken, and whether the pods have certificates is not known';

function branch({ policy: { source }, isFor: truth }: Own<Permission>, when: Condition, then: Verdict<Passage>): Branch<Passage> {
  const perhaps: Condition = { type: 'unknown', why: 'it is not known whether the permission is for this port', place: source.place };
  return { when: truth === 'yes' ? when : allOf(when, perhaps), then: { ...then, source }, source };
}
