import { Passthroughs } from './egress';
import { entering, type Own } from './entering';
import { HOST_KINDS, leavingForHosts, readHosts, saysOfHosts } from './hosts';
import { Identities } from './identities';
import { keptOutOf, membership } from './membership';
import { Meshes, meshOf } from './mesh';
import { isInMesh, isPastProxy, isPerhapsPast, leavesPast } from './past-proxy';
import { permissionOf, tlsOf } from './policies';
import { inboundOf } from './routes/inbound';
import { policiesOf } from './routes/policies';
import { trafficTo } from './routes/traffic';
import { waysTo } from './routes/ways';
import { isFor, type Target } from './target';
import type { Client } from '../../../meaning/call';
import { doubted } from '../../../meaning/depending';
import type { PodPort } from '../../../meaning/world';
import { grouped } from '../../../model/lists';
import { unlessOnNode } from '../../../reading/host-network';
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
    const own = of('Mesh').map(meshOf);
    const [policies, inbound] = [policiesOf(objects, own), objects.flatMap(inboundOf)];
    const passthroughs = new Passthroughs(objects);
    HOST_KINDS.flatMap(of).forEach(readHosts);
    const targets: readonly Pick<Target, 'mesh'>[] = [
      ...permissions, ...tls, ...policies.routes, ...policies.confs, ...inbound, ...passthroughs.all, ...identities.all,
    ];
    const meshes = new Meshes(own, targets.map(one => one.mesh));
    const [permissionsOn, tlsOn] = [selecting(permissions, meshes.names), selecting(tls, meshes.names)];
    return {
      isInMesh,
      entering: to => {
        if (to.protocol === 'UDP' || isPastProxy(to)) return [];
        const said = { permissions: permissionsOn(to), tls: tlsOn(to), all: permissions };
        const gates = unlessOnNode(to.pod, [{ title: 'Kuma', decision: entering(to, said, identities, meshes) }, ...membership(to.pod, meshes)]);
        return isPerhapsPast(to) ? doubted(gates, 'by the annotations of the pods, some calls come past their proxy, and it is not known which') : gates;
      },
      ...mesh !== undefined && mesh !== 'kuma' ? {} : {
        leavesPast,
        leaving: (client, to) => !hasProxy(client) ? [] : [
          ...leavingForHosts(objects, to), ...passthroughs.leaving(client, to, meshes), ...to.protocol === 'UDP' ? [] : membership(client, meshes),
        ],
        leavesAs: client => !hasProxy(client) ? '' : `in ${passthroughs.leavesAs(client, meshes)} ${keptOutOf(client, meshes).map(({ name }) => name).join()}`,
        ways: (to, protocol) => waysTo(policies, to, protocol, cluster),
        traffic: to => trafficTo(policies, inbound, to, cluster, meshes),
      },
    };
  },
};

/** Others go past all that proxies do. */
function hasProxy(client: Client): client is Client & { readonly kind: 'pod' } {
  return client.kind === 'pod' && client.meshed !== false;
}

/** Those that are, or may be, for a port. */
function selecting<Policy extends Target>(policies: readonly Policy[], meshes: ReadonlySet<string>): (to: PodPort) => Own<Policy>[] {
  const byNamespace = grouped(policies, ({ namespace }) => namespace);
  return to => [...new Set(['kuma-system', to.pod.namespace])].flatMap(namespace => byNamespace.get(namespace) ?? [])
    .map(policy => ({ policy, isFor: isFor(policy, to, meshes) })).filter(({ isFor: truth }) => truth !== 'no');
}

