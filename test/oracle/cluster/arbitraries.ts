import * as fc from 'fast-check';
import type { Exchange, Party, Said } from './exchange';
import type { OfKind } from '../../../src/model/by-kind';
import type {
  CidrPeer, ClusterAccessModel, ClusterDirection, ClusterPeer, ClusterPort, ClusterRule, ClusterSubject, PodsPeer, ProtocolPort, TransportPort,
} from '../../../src/model/cluster-access';
import { absent, total } from '../../total';

const NAMESPACES: Readonly<Record<string, Readonly<Record<string, string>>>> = { 'shop': { team: 'shop' }, 'ops': { team: 'ops' }, 'kube-system': {} };
const NAMES = Object.keys(NAMESPACES);
const POD_LABELS: readonly Readonly<Record<string, string>>[] = [{ app: 'web' }, { app: 'dns' }, { app: 'web', tier: 'front' }];
const NODE_LABELS: readonly Readonly<Record<string, string>>[] = [{ type: 'worker' }, { type: 'worker', zone: 'a' }, {}];
const OUTSIDE = ['192.0.2.10', '192.0.2.200', '203.0.113.7', '2001:db8:0:0:0:0:0:1'];

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const some = <T extends object>(all: readonly T[]) => fc.constantFrom(...all, {} as T);

const podsPeer = fc.tuple(some(POD_LABELS), maybe(fc.constantFrom('west')), fc.oneof(
  fc.constantFrom(...NAMES).map(namespace => ({ namespace, namespaceLabels: undefined })),
  fc.constantFrom<Record<string, string> | undefined>({ team: 'ops' }, undefined).map(namespaceLabels => ({ namespace: undefined, namespaceLabels })),
)).map(([labels, cluster, where]): PodsPeer => ({ kind: 'pods', labels, cluster, ...where }));

const cidrPeer = fc.constantFrom<[string, string[]]>(['192.0.2.0/24', ['192.0.2.128/25']], ['0.0.0.0/0', []], ['2001:db8::/32', []])
  .map(([cidr, except]): CidrPeer => ({ kind: 'cidr', cidr, except }));

const PEERS: { readonly [Kind in ClusterPeer['kind']]: fc.Arbitrary<ClusterPeer> } = {
  pods: podsPeer,
  cidr: cidrPeer,
  ownNode: fc.constant({ kind: 'ownNode' }),
  otherNodes: fc.constant({ kind: 'otherNodes' }),
  apiServer: fc.constant({ kind: 'apiServer' }),
  health: fc.constant({ kind: 'health' }),
  uninitialized: fc.constant({ kind: 'uninitialized' }),
  cluster: fc.constant({ kind: 'cluster' }),
  outside: fc.constant({ kind: 'outside' }),
  anyone: fc.constant({ kind: 'anyone' }),
};

const PORTS: { readonly [Kind in ClusterPort['kind']]: fc.Arbitrary<OfKind<ClusterPort, Kind>> } = {
  transport: fc.oneof(
    total<TransportPort>({ kind: fc.constant('transport'), protocol: fc.constantFrom('TCP', 'UDP'), port: fc.constantFrom(22, 53, 6443), endPort: absent }),
    fc.constant<TransportPort>({ kind: 'transport', protocol: 'TCP', port: 6000, endPort: 7000 }),
  ),
  ping: fc.constant({ kind: 'ping' }),
  protocol: total<ProtocolPort>({ kind: fc.constant('protocol'), protocol: fc.constantFrom('VRRP', 'GRE') }),
};

const SUBJECTS: { readonly [Kind in ClusterSubject['kind']]: fc.Arbitrary<OfKind<ClusterSubject, Kind>> } = {
  nodes: fc.constantFrom(...NODE_LABELS).map(labels => ({ kind: 'nodes', labels: { ...labels } })),
  pods: fc.record({ labels: some(POD_LABELS), namespaceLabels: maybe(fc.constant<Record<string, string>>({ team: 'ops' })) })
    .map(one => ({ kind: 'pods', ...one })),
  uninitialized: fc.constant({ kind: 'uninitialized' }),
  health: fc.constant({ kind: 'health' }),
};

const rule = total<ClusterRule>({
  peers: fc.array(fc.oneof(...Object.values(PEERS)), { minLength: 1, maxLength: 3 }),
  ports: fc.oneof(fc.constant([]), fc.array(fc.oneof<fc.Arbitrary<ClusterPort>[]>(...Object.values(PORTS)), { minLength: 1, maxLength: 3 })),
});

const direction: fc.Arbitrary<ClusterDirection> = total<ClusterDirection>({
  leavesRest: fc.boolean(),
  rules: fc.array(rule, { maxLength: 3 }),
  denials: fc.oneof(fc.constant([]), fc.array(rule, { minLength: 1, maxLength: 2 })),
}).map(one => ({ ...one, leavesRest: one.leavesRest && one.denials.length > 0 })).map(one => one.leavesRest ? { ...one, rules: [] } : one);

export const model: fc.Arbitrary<ClusterAccessModel> = total<ClusterAccessModel>({
  name: fc.constant('policy'), subject: fc.oneof<fc.Arbitrary<ClusterSubject>[]>(...Object.values(SUBJECTS)), ingress: maybe(direction), egress: maybe(direction),
}).filter(({ ingress, egress }) => ingress !== undefined || egress !== undefined);

const pod = fc.record({ labels: fc.constantFrom(...POD_LABELS), namespace: fc.constantFrom(...NAMES) })
  .map(({ labels, namespace }): Party => ({ kind: 'pod', ip: '10.1.0.5', labels, namespace, namespaceLabels: NAMESPACES[namespace] }));
const node = fc.constantFrom(...NODE_LABELS).map((labels): Party => ({ kind: 'node', ip: '10.0.0.1', labels: { ...labels } }));
const others = fc.constantFrom<Party>(...(['other node', 'node of the API server', 'health', 'uninitialized', 'gateway'] as const).map(kind => ({ kind, ip: '10.0.0.2' })));
const outside = fc.record({ kind: fc.constantFrom('outside', 'API server'), ip: fc.constantFrom(...OUTSIDE) });

const says: fc.Arbitrary<Said> = fc.oneof(
  fc.record({ protocol: fc.constantFrom('TCP', 'UDP'), port: fc.constantFrom(22, 53, 80, 6443) }), fc.record({ protocol: fc.constantFrom('ping', 'VRRP', 'GRE') }),
);

/** Those for which a policy may be. */
const PROTECTED: Readonly<Record<ClusterSubject['kind'], fc.Arbitrary<Party>>> = {
  nodes: node, pods: pod, health: fc.constant({ kind: 'health', ip: '10.0.0.3' }), uninitialized: fc.constant({ kind: 'uninitialized', ip: '10.0.0.4' }),
};

/** Of something for which one of the policies may be. A node is no peer of itself. */
export function exchange(models: readonly ClusterAccessModel[]): fc.Arbitrary<Exchange> {
  return fc.record({
    direction: fc.constantFrom<Exchange['direction']>('ingress', 'egress'),
    subject: fc.oneof(...models.map(({ subject: { kind } }) => PROTECTED[kind])),
    peer: fc.oneof(pod, pod.map(one => ({ ...one, cluster: 'west' })), node, others, outside),
    says,
  }).filter(({ subject, peer }) => subject.kind !== 'node' || peer.kind !== 'node');
}
