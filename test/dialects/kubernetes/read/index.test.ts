import * as fc from 'fast-check';
import { client, policies } from './foreign';
import { allowedByNetworkPolicy } from '../../../../src/evaluators/access/network-policy';
import type { Client as Sender, Request } from '../../../../src/evaluators/access/request';
import type { Client } from '../../../../src/meaning/call';
import type { PodPort } from '../../../../src/meaning/world';
import { type Answer, entering, reading } from '../../../reading/world';

const TO: PodPort = {
  pod: { namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart' }, port: 8080, name: 'http', protocol: 'HTTP', entrances: [],
};

/** What clusters do, whichever way their networks read blocks. */
function decided(manifests: readonly unknown[], one: Client): Answer {
  const request: Request = {
    client: { ...one, ip: one.address, serviceAccount: 'web' } as unknown as Sender,
    port: 8080,
    method: 'GET',
    path: '/',
    headers: {},
    query: {},
    pod: { service: 'cart', namespace: 'shop', serviceAccount: 'cart', labels: { app: 'cart' }, ports: [{ port: 8080, name: 'http', protocol: 'HTTP' }] },
  };
  const [some, others] = (['everyone', 'outside'] as const).map(blocks => allowedByNetworkPolicy(blocks)(manifests, request));
  return some !== others ? 'unknown' : some ? 'allowed' : 'denied';
}

test('a NetworkPolicy, whoever wrote it, means what clusters do with it', () => {
  fc.assert(fc.property(policies, client, (manifests, one) => {
    expect(entering(reading(manifests), TO, one)).toBe(decided(manifests, one));
  }), { numRuns: 1000 });
});

test('what is not known of a policy leaves unknown what depends on it', () => {
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'shop' } };
  const world = reading([{ ...policy, spec: { podSelector: { matchLabels: { app: 'cart' } }, ingress: [{ from: [{ serviceSelector: {} }] }], egresses: [] } }]);
  expect(world.findings.map(({ place, message }) => `${place.path}: ${message}`)).toMatchInlineSnapshot(`
[
  "spec.ingress[0].from[0].serviceSelector: it is not known here",
  "spec.egresses: it is not known here",
]
`);
  expect(entering(world, TO, { kind: 'outside', meshed: false })).toBe('unknown');
});

test.each<[object, Answer]>([
  [{ policyTypes: ['Ingress'] }, 'denied'],
  [{ policyTypes: ['ingress'] }, 'unknown'],
  [{ policyTypes: ['Egress', 'INGRESS'] }, 'unknown'],
  [{ ingress: [{ ports: [{ protocol: 'TCP', port: 8080 }] }] }, 'allowed'],
  [{ ingress: [{ ports: [{ protocol: 'tcp', port: 8080 }] }] }, 'unknown'],
  [{ ingress: [{ ports: [{ port: 8000, endPort: 8080 }] }] }, 'allowed'],
  [{ ingress: [{ ports: [{ port: 8090, endPort: 8080 }] }] }, 'unknown'],
  [{ ingress: [{ ports: [{ port: 'http', endPort: 8080 }] }] }, 'unknown'],
])('what no API server takes is not known: %j', (spec, wanted) => {
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'shop' }, spec: { podSelector: {}, ...spec } };

  expect(entering(reading([policy]), TO, { kind: 'pod', namespace: 'shop', labels: {}, serviceAccount: 'web' })).toBe(wanted);
});
