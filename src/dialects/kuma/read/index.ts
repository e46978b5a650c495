import { Passthroughs } from './egress';
import { readMesh } from './mesh';
import { type Permission, permissionOf, type Tls, tlsOf } from './policies';
import { inboundOf } from './routes/inbound';
import { policiesOf } from './routes/policies';
import { trafficTo } from './routes/traffic';
import { waysTo } from './routes/ways';
import { byRank, isFor, type Target } from './target';
import { allOf, type Condition, noneOf } from '../../../meaning/condition';
import { type Branch, type Decision, type Source, unknownBy, type Verdict } from '../../../meaning/decision';
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
      'MeshTrafficPermission', 'MeshTLS', 'MeshHTTPRoute', 'MeshTCPRoute', 'MeshTimeout', 'MeshRetry', 'MeshLoadBalancingStrategy', 'MeshCircuitBreaker',
      'MeshRateLimit', 'MeshFaultInjection', 'MeshPassthrough', 'Mesh',
    ],
  },
  whole: ['Mesh'],
  read: (objects, cluster, mesh) => {
    const of = (wanted: string) => objects.filter(({ kind }) => kind === wanted);
    const permissions = of('MeshTrafficPermission').flatMap(object => permissionOf(object) ?? []);
    const tls = of('MeshTLS').flatMap(object => tlsOf(object) ?? []);
    const [policies, inbound] = [policiesOf(objects), objects.flatMap(inboundOf)];
    const passthroughs = new Passthroughs(objects);
    of('Mesh').forEach(readMesh);
    const targets: readonly Pick<Target, 'mesh'>[] = [...permissions, ...tls, ...policies.routes, ...policies.confs, ...inbound, ...passthroughs.all];
    const meshes = new Set([...of('Mesh').map(({ name }) => name), ...targets.map(one => one.mesh)]);
    const [permissionsOn, tlsOn] = [selecting(permissions, meshes), selecting(tls, meshes)];
    return {
      entering: to => to.protocol === 'UDP' ? [] : [{ title: 'Kuma', decision: entering(permissionsOn(to), tlsOn(to), permissions) }],
      ...mesh !== undefined && mesh !== 'kuma' ? {} : {
        leaving: (client, to) => passthroughs.leaving(client, to, meshes),
        leavesAs: client => passthroughs.leavesAs(client, meshes),
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

const CERTIFIED: Condition = { type: 'certificate' };
/** Where nothing is said of a port, by whom is not known either. */
const NOBODY: Source = { kind: 'Mesh', name: 'default', place: { file: '', line: 0, path: '' } };

function entering(permissions: readonly Own<Permission>[], tls: readonly Own<Tls>[], all: readonly Permission[]): Decision<Passage> {
  const source = [...permissions, ...tls].map(({ policy }) => policy.source)[0] ?? all[0]?.source ?? NOBODY;
  return {
    branches: [
      // Health checks come to a listener of their own.
      { when: { type: 'client', kinds: ['kubelet'] }, then: { value: 'allowed', why: 'the kubelet makes health checks' }, source },
      { when: noneOf(CERTIFIED), then: plainText(tls), source },
      ...permissions.flatMap(({ policy: { unknown, source: at } }): Branch<Passage>[] =>
        unknown === undefined ? [] : [{ when: unknown, then: { value: { unknown: unknown.why }, why: unknown.why }, source: at }]),
      ...permissions.map(one => branch(one, one.policy.denied, { value: 'denied', why: 'a permission denies it' })),
      ...permissions.map(one => branch(one, one.policy.allowed, { value: 'allowed', why: 'a permission allows it' })),
    ],
    // Where no workload of the mesh has an identity by SPIFFE, permissions are not enforced.
    otherwise: all.length === 0 ? { value: { unknown: WITHOUT }, why: WITHOUT } : { value: 'denied', why: 'no permission allows it' },
  };
}

const WITHOUT = 'there is no MeshTrafficPermission, and whether the mesh enforces them is not known';

/** Of the policies that say whether plain text is taken, the one that goes before the others decides. Without any, it is. */
function plainText(tls: readonly Own<Tls>[]): Verdict<Passage> {
  const doubtful = tls.find(({ policy: { unknown }, isFor: truth }) => truth === 'unknown' || unknown !== undefined);
  const undecided = (why: string): Verdict<Passage> => ({ value: unknownBy(why, tls.map(({ policy }) => policy)), why });
  if (doubtful !== undefined) return undecided('it is not known whether plain text is taken');
  const [first] = tls.map(({ policy }) => policy).filter(({ mode }) => mode !== undefined).sort(byRank);
  if (first === undefined) return { value: 'allowed', why: 'plain text is taken' };
  const { source, mode } = first;
  return mode === 'Strict' ? { value: 'denied', why: 'only mutual TLS is taken', source } : { value: 'allowed', why: 'plain text is taken', source };
}

function branch({ policy: { source }, isFor: truth }: Own<Permission>, when: Condition, then: Verdict<Passage>): Branch<Passage> {
  const perhaps: Condition = { type: 'unknown', why: 'it is not known whether the permission is for this port', place: source.place };
  return { when: truth === 'yes' ? when : allOf(when, perhaps), then: { ...then, source }, source };
}
