import * as fc from 'fast-check';
import type { Client } from '../../../../src/meaning/call';
import { isUndecided } from '../../../../src/meaning/decision';
import { callOutside } from '../../../../src/meaning/journey';
import { pass } from '../../../../src/meaning/passage';
import { letOutByLinkerd } from '../../../oracle/egress/linkerd';
import { reading } from '../../../reading/world';

const network = (spec: object, namespace = 'shop', name = 'out') => ({ apiVersion: 'policy.linkerd.io/v1alpha1', kind: 'EgressNetwork', metadata: { name, namespace }, spec });
const WEB: Client = { kind: 'pod', namespace: 'shop', meshed: true };

/** Whether a connection to an address leaves. */
function leaves(manifests: readonly object[], address: string, client = WEB, protocol: 'TCP' | 'UDP' = 'TCP') {
  const gates = reading(manifests).readings.flatMap(({ reading: { leaving } }) => leaving?.(client, { isOutside: true, protocol }) ?? []);
  const { passage } = pass(gates, callOutside(client, { address, port: 443, protocol }));
  return isUndecided(passage) ? 'unknown' : passage;
}

test('the trafficPolicy of an EgressNetwork holds for its blocks', () => {
  const blocks = fc.constantFrom('1.0.0.0/8', '1.2.0.0/16', '1.2.3.0/24', '9.9.9.9/32', '0.0.0.0/0');
  const except = fc.oneof(fc.constant(undefined), fc.array(blocks, { maxLength: 1 }));
  const networks = fc.array(fc.record({ cidr: blocks, except }), { minLength: 1, maxLength: 2 });
  const addresses = fc.constantFrom('1.2.3.4', '1.2.9.9', '1.9.9.9', '9.9.9.9', '8.8.8.8');
  fc.assert(fc.property(networks, fc.constantFrom('Allow', 'Deny'), addresses, (own, trafficPolicy, ip) => {
    const manifests = JSON.parse(JSON.stringify([network({ trafficPolicy, networks: own })]));
    const wanted = letOutByLinkerd(manifests, { namespace: 'shop', ip, port: 443, says: { kind: 'bytes' } });
    expect(leaves(manifests, ip)).toBe(wanted ? 'allowed' : 'denied');
  }));
});

test('what goes past the proxy leaves', () => {
  const closed = network({ trafficPolicy: 'Deny', networks: [{ cidr: '0.0.0.0/0' }] });

  expect(leaves([closed], '1.2.3.4')).toBe('denied');
  expect(leaves([closed], '1.2.3.4', WEB, 'UDP')).toBe('allowed');
  expect(leaves([closed], '1.2.3.4', { ...WEB, meshed: false })).toBe('allowed');
});

test.each<[string, readonly object[]]>([
  ['without blocks', [network({ trafficPolicy: 'Deny' })]],
  ['of several', [network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }] }), network({ trafficPolicy: 'Allow', networks: [{ cidr: '1.2.0.0/16' }] }, 'linkerd-egress')]],
  ['with a block that is none', [network({ trafficPolicy: 'Deny', networks: [{ cidr: 'all' }] })]],
  ['with a field that is not known', [network({ trafficPolicy: 'Deny', networks: [{ cidr: '1.0.0.0/8' }], ports: [443] })]],
])('%s, what leaves is not known', (_, manifests) => {
  expect(leaves(manifests, '1.2.3.4')).toBe('unknown');
});
