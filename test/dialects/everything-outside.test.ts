import { ciliumEgress } from '../../src/dialects/cilium/egress';
import { GatewayApiChannel } from '../../src/dialects/gateway-api/extension/channel';
import { istioEgress } from '../../src/dialects/istio/egress';
import { networkPolicyEgress } from '../../src/dialects/kubernetes/egress';
import { kumaEgress } from '../../src/dialects/kuma/egress';
import { linkerdEgress } from '../../src/dialects/linkerd/egress';
import { KUBE_DNS } from '../../src/model/dns';
import type { EgressModel } from '../../src/model/egress';
import { egressOf } from '../models';
import type { Call } from '../oracle/egress/call';
import { letOutByCilium } from '../oracle/egress/cilium';
import { letOutByIstio } from '../oracle/egress/istio';
import { letOutByKuma } from '../oracle/egress/kuma';
import { letOutByLinkerd } from '../oracle/egress/linkerd';
import { letOutByNetworkPolicy } from '../oracle/egress/network-policy';
import { expectValid } from '../schema';

const cilium = ciliumEgress([KUBE_DNS]);
const networkPolicy = networkPolicyEgress([KUBE_DNS]);

const TARGETS = [
  ['Cilium', cilium, letOutByCilium],
  ['NetworkPolicy', networkPolicy, letOutByNetworkPolicy],
  ['Istio', istioEgress, letOutByIstio],
  ['Kuma', kumaEgress, letOutByKuma],
  ['Linkerd', linkerdEgress(GatewayApiChannel.STANDARD), letOutByLinkerd],
] as const;

const everything = (more: Partial<EgressModel> = {}) => egressOf({ destinations: [{ kind: 'outside', ports: [], anyPort: true }], ...more });
const from: Pick<Call, 'namespace' | 'labels'> = { namespace: 'shop', labels: { app: 'cart' } };
const SAYS: readonly Call['says'][] = [{ kind: 'http', host: 'api.example.com' }, { kind: 'tls', serverName: 'api.example.com' }, { kind: 'tls' }, { kind: 'bytes' }];

test.each(TARGETS)('%s lets everything out, and nothing by an empty policy', (_, dialect, letOut) => {
  const { manifests, refusals } = dialect.render(everything());
  expect(refusals).toEqual([]);
  expectValid(...manifests.map(({ shared, ...manifest }) => manifest));
  const closed = dialect.render(everything({ destinations: [] })).manifests;

  for (const ip of ['203.0.113.10', '2001:db8::1']) {
    for (const port of [80, 443, 3306, 9000]) {
      for (const says of SAYS) {
        const call = { ...from, ip, port, says };
        expect(letOut(manifests, call)).toBe(true);
        expect(letOut(closed, call)).toBe(false);
      }
    }
  }
});

test('datagrams too, where the policy is for them', () => {
  const call: Call = { ...from, ip: '203.0.113.10', port: 123, says: { kind: 'datagram' } };

  expect(letOutByCilium(cilium.render(everything()).manifests, call)).toBe(true);
  expect(letOutByNetworkPolicy(networkPolicy.render(everything()).manifests, call)).toBe(true);
});

describe('in a cluster that is closed', () => {
  const closed = everything({ inside: [] });
  const toPod: Call = { ...from, ip: '10.1.0.5', port: 8080, says: { kind: 'bytes' }, inside: true, pod: { namespace: 'ops', labels: {} } };

  test('Cilium keeps the pods, the nodes and the API server apart', () => {
    const { manifests } = cilium.render(closed);

    expect(letOutByCilium(manifests, { ...toPod, inside: undefined, pod: undefined })).toBe(true);
    expect([toPod, ...(['apiServer', 'node', 'ownNode'] as const).map(to => ({ ...toPod, pod: undefined, to }))].filter(call => letOutByCilium(manifests, call))).toEqual([]);
  });

  test('a NetworkPolicy would let calls to pods out, and is refused', () => {
    const { manifests, refusals } = networkPolicy.render(closed);

    expect(manifests).toEqual([]);
    expect(refusals).toEqual([expect.objectContaining({ remedy: expect.stringContaining("EgressDestination.cidrExcept('0.0.0.0/0', ['10.0.0.0/8', …]") })]);
  });
});

test.each(TARGETS)('%s takes no addresses out of it, or denies them', (_, dialect) => {
  const model = everything({ denials: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [], anyPort: true }] });
  const said = dialect.inAllowances?.(model);

  expect(said).toEqual(dialect === cilium ? undefined : [expect.objectContaining({ what: expect.stringContaining('beside an allowance of calls to everything outside the cluster') })]);
});
