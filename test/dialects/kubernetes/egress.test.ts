import { networkPolicyEgress } from '../../../src/dialects/kubernetes/egress';
import { KUBE_DNS } from '../../../src/model/dns';
import type { EgressModel } from '../../../src/model/egress';
import type { Call } from '../../oracle/egress/call';
import { letOutByNetworkPolicy } from '../../oracle/egress/network-policy';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const model = (more: Partial<EgressModel> = {}): EgressModel => ({
  name: 'cart-egress',
  namespace: 'shop',
  workload: { service: 'cart', podSelector: { app: 'cart' } },
  destinations: [{ kind: 'cidr', cidr: '203.0.113.0/24', ports: [{ port: 443, protocol: 'TLS' }, { port: 53, protocol: 'UDP' }] }],
  ...more,
});
const render = (more?: Partial<EgressModel>): any => networkPolicyEgress([KUBE_DNS]).render(model(more)).manifests[0];

const outside = (ip: string) => ({ ip });
const POD = { ip: '10.1.0.5', inside: true };

/** Whether the policy lets the pods of `cart` call an address. */
function letsOut(manifest: any, called: Pick<Call, 'ip' | 'inside'>, port: number, kind: 'bytes' | 'datagram' = 'bytes'): boolean {
  expectValid(manifest);
  return letOutByNetworkPolicy([manifest], { ...called, namespace: 'shop', labels: { app: 'cart' }, port, says: { kind } });
}

test('a workload that may call one block of addresses has a NetworkPolicy', () => {
  expect(inYaml(render())).toMatchInlineSnapshot(`
"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: cart-egress
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: cart
  policyTypes:
    - Egress
  egress:
    - to:
        - namespaceSelector: {}
    - to:
        - ipBlock:
            cidr: 203.0.113.0/24
      ports:
        - port: 443
          protocol: TCP
        - port: 53
          protocol: UDP
"
`);
});

test('denies what goes out only, of the workload or of the whole namespace', () => {
  expect(render().spec.policyTypes).toEqual(['Egress']);
  expect(render().spec.podSelector).toEqual({ matchLabels: { app: 'cart' } });
  expect(render({ workload: undefined }).spec.podSelector).toEqual({});
});

test('lets calls out to the addresses on their ports', () => {
  expect(letsOut(render(), outside('203.0.113.7'), 443)).toBe(true);
  expect(letsOut(render(), outside('203.0.113.7'), 53, 'datagram')).toBe(true);
  expect(letsOut(render(), outside('203.0.113.7'), 53)).toBe(false);
  expect(letsOut(render(), outside('203.0.113.7'), 80)).toBe(false);
  expect(letsOut(render(), outside('198.51.100.7'), 443)).toBe(false);
});

test('leaves calls to pods alone, and denies everything outside where nothing is allowed', () => {
  const nothing = render({ destinations: [] });

  expect(letsOut(nothing, POD, 53, 'datagram')).toBe(true);
  expect(letsOut(nothing, POD, 12345)).toBe(true);
  expect(letsOut(nothing, outside('203.0.113.7'), 443)).toBe(false);
});

test('refuses pods whose labels are unknown', () => {
  expect(networkPolicyEgress([KUBE_DNS]).render(model({ workload: { service: 'cart' } })).refusals.map(({ what }) => what)).toEqual(["a policy for 'cart'"]);
  expect(networkPolicyEgress([KUBE_DNS]).render(model({ workload: undefined })).refusals).toEqual([]);
});

test('names are looked up at addresses outside too, over UDP and TCP', () => {
  const dialect = networkPolicyEgress([KUBE_DNS, { kind: 'address', cidr: '192.0.2.53/32', port: 5353 }]);
  const [{ spec: { egress } }]: readonly any[] = dialect.render(model({ destinations: [] })).manifests;

  expect(egress).toEqual([
    { to: [{ namespaceSelector: {} }] },
    { to: [{ ipBlock: { cidr: '192.0.2.53/32' } }], ports: [{ port: 5353, protocol: 'UDP' }, { port: 5353, protocol: 'TCP' }] },
  ]);
});
