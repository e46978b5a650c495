import { journey } from '../../../../src/meaning/journey';
import { landOf } from '../../../../src/reading/land';
import { reading } from '../../../reading/world';

/** What clients speak to a Service, where a DestinationRule says it, and pods that take mutual TLS only. */

const CART = [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: { selector: { app: 'cart' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'cart', namespace: 'shop' },
    spec: { template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'cart', ports: [{ containerPort: 8080 }] }] } } },
  },
];
const security = (kind: string, spec: object) => ({ apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'cart', namespace: 'shop' }, spec });
const STRICT = security('PeerAuthentication', { mtls: { mode: 'STRICT' } });
const ONLY_WEB = security('AuthorizationPolicy', { rules: [{ from: [{ source: { namespaces: ['web'] } }] }] });
const rule = (spec: object, namespace = 'shop') =>
  ({ apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'cart', namespace }, spec: { host: 'cart.shop.svc.cluster.local', ...spec } });
const speaking = (mode: string) => ({ tls: { mode } });

function outcome(...manifests: readonly object[]) {
  const land = landOf(reading([...CART, ...manifests], 'default', 'istio'));
  return journey(land, {
    client: { kind: 'pod', namespace: 'web', serviceAccount: 'web', meshed: true },
    to: { namespace: 'shop', service: 'cart', port: 80 },
    protocol: 'HTTP',
    request: { method: 'GET', path: '/', headers: {}, query: {} },
  }).outcome;
}

test('in plain text, nobody has a certificate', () => {
  const plain = rule({ trafficPolicy: speaking('DISABLE') });

  expect(outcome(STRICT, ONLY_WEB)).toBe('allowed');
  expect(outcome(STRICT, plain)).toBe('denied');
  expect(outcome(ONLY_WEB, plain)).toBe('denied');
  expect(outcome(plain)).toBe('allowed');
});

test('the rule of the namespace of the client goes first', () => {
  expect(outcome(STRICT, rule({ trafficPolicy: speaking('DISABLE') }), rule({ trafficPolicy: speaking('ISTIO_MUTUAL') }, 'web'))).toBe('allowed');
  expect(outcome(STRICT, rule({ trafficPolicy: speaking('ISTIO_MUTUAL') }), rule({ trafficPolicy: speaking('DISABLE') }, 'web'))).toBe('denied');
  expect(outcome(STRICT, rule({ trafficPolicy: speaking('DISABLE') }, 'other'))).toBe('allowed');
});

test.each<[string, object]>([
  ['TLS of another kind', { trafficPolicy: speaking('SIMPLE') }],
  ['settings for one port', { trafficPolicy: { ...speaking('ISTIO_MUTUAL'), portLevelSettings: [{ port: { number: 80 }, ...speaking('DISABLE') }] } }],
  ['settings for a subset', { trafficPolicy: speaking('ISTIO_MUTUAL'), subsets: [{ name: 'v1', labels: { version: 'v1' }, trafficPolicy: speaking('DISABLE') }] }],
])('of %s, it is not known what becomes', (_, spec) => {
  expect(outcome(STRICT, rule(spec))).toBe('unknown');
});
