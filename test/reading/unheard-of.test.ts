import { type Answer, entering, reading } from './world';
import type { Client } from '../../src/meaning/call';
import type { PodPort } from '../../src/meaning/world';
import type { ReadMesh } from '../../src/reading/mesh';

const TO: PodPort = {
  pod: { namespace: 'shop', labels: { app: 'cart' }, serviceAccount: 'cart' }, port: 8080, name: 'http', protocol: 'HTTP', entrances: [{ namespace: 'shop', service: 'cart', port: 80 }],
};
const WEB: Client = { kind: 'pod', namespace: 'shop', labels: { app: 'web' }, serviceAccount: 'web', meshed: true };
const OUTSIDE: Client = { kind: 'outside', meshed: false, address: '192.0.2.7' };

const object = (apiVersion: string, kind: string, spec: object) => ({ apiVersion, kind, metadata: { name: 'cart', namespace: 'shop' }, spec });
const server = (own: object) => object('policy.linkerd.io/v1beta3', 'Server', { podSelector: {}, port: 8080, ...own });
const cilium = (own: object) => object('cilium.io/v2', 'CiliumNetworkPolicy', { endpointSelector: {}, ...own });
const peers = (spec: object) => object('security.istio.io/v1', 'PeerAuthentication', spec);
const MATCHING = { selector: { matchLabels: { app: 'cart' } } };

/** What says one of some words, the word, and whom it is asked about. */
test.each<[what: string, mesh: ReadMesh, said: (word: string) => object, word: string, client: Client]>([
  ['mode of a PeerAuthentication', 'istio', mode => peers({ mtls: { mode } }), 'STRICT', OUTSIDE],
  ['mode of a PeerAuthentication of pods', 'istio', mode => peers({ ...MATCHING, mtls: { mode } }), 'PERMISSIVE', OUTSIDE],
  ['mode of a port in a PeerAuthentication', 'istio', mode => peers({ ...MATCHING, portLevelMtls: { 8080: { mode } } }), 'STRICT', OUTSIDE],
  ['mode of a PeerAuthentication at ztunnel', 'istio-ambient', mode => peers({ mtls: { mode } }), 'STRICT', OUTSIDE],
  ['action of an AuthorizationPolicy', 'istio', action => object('security.istio.io/v1', 'AuthorizationPolicy', { action, rules: [{}] }), 'DENY', WEB],
  ['accessPolicy of a Server', 'linkerd', accessPolicy => server({ accessPolicy }), 'deny', WEB],
  ['proxyProtocol of a Server', 'linkerd', proxyProtocol => server({ accessPolicy: 'all-unauthenticated', proxyProtocol }), 'HTTP/1', WEB],
  ['action of a ServiceIntentions', 'consul', action => object('consul.hashicorp.com/v1alpha1', 'ServiceIntentions', { destination: { name: 'cart' }, sources: [{ name: 'web', action }] }), 'deny', WEB],
  ['type of a SPIFFE id', 'kuma', type => object('kuma.io/v1alpha1', 'MeshTrafficPermission', { rules: [{ default: { deny: [{ spiffeID: { type, value: 'spiffe://cluster.local/ns/shop/sa/web' } }] } }] }), 'Exact', WEB],
  ['mode of a MeshTLS', 'kuma', mode => object('kuma.io/v1alpha1', 'MeshTLS', { rules: [{ default: { mode } }] }), 'Strict', OUTSIDE],
  ['entity of Cilium', 'cilium', entity => cilium({ ingress: [{ fromEntities: [entity] }] }), 'all', WEB],
  ['entity that Cilium denies', 'cilium', entity => cilium({ ingressDeny: [{ fromEntities: [entity] }] }), 'all', WEB],
  ['protocol of Cilium', 'cilium', protocol => cilium({ ingress: [{ toPorts: [{ ports: [{ port: '8080', protocol }] }] }] }), 'TCP', WEB],
  ['direction of a NetworkPolicy', 'cilium', type => object('networking.k8s.io/v1', 'NetworkPolicy', { podSelector: {}, policyTypes: [type] }), 'Ingress', WEB],
  ['operator of a selector', 'cilium', operator => object('networking.k8s.io/v1', 'NetworkPolicy', { podSelector: { matchExpressions: [{ key: 'app', operator }] } }), 'Exists', WEB],
])('where the %s is none that is known, nobody knows', (_, mesh, said, word, client) => {
  const answer = (text: string): Answer => entering(reading([said(text)], 'default', mesh), TO, client, {
    entrance: TO.entrances[0], request: { method: 'GET', path: '/', headers: {}, query: {} },
  });

  expect(answer(word)).not.toBe('unknown');
  expect(answer('unheard-of')).toBe('unknown');
});
