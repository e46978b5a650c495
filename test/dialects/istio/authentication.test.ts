import { sentences } from './models';
import { istioAmbientAuthentication, istioAuthentication } from '../../../src/dialects/istio/authentication';
import type { AuthenticationModel } from '../../../src/model/authentication';
import { claimInWords } from '../../../src/targets/claim-words';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const model = (more: Partial<AuthenticationModel> = {}): AuthenticationModel => ({
  name: 'mtls',
  namespace: 'shop',
  workload: {
    service: 'cart',
    podSelector: { app: 'cart' },
    ports: [
      { port: 8080, servicePort: 8080, protocol: 'HTTP' },
      { port: 9090, servicePort: 9090, protocol: 'HTTP' },
    ],
  },
  mode: 'strict',
  ports: [],
  ...more,
});
const spec = (one: AuthenticationModel) => {
  const manifests: readonly any[] = istioAuthentication.render(one).manifests;
  expectValid(...manifests);
  expect(manifests.map(({ kind, metadata }) => [kind, metadata])).toEqual([['PeerAuthentication', { name: 'mtls', namespace: 'shop' }]]);
  return manifests[0].spec;
};

test('mutual TLS for one workload is a PeerAuthentication', () => {
  expect(inYaml(istioAuthentication.render(model({ ports: [{ port: 9090, mode: 'permissive' }] })).manifests)).toMatchInlineSnapshot(`
"apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata:
  name: mtls
  namespace: shop
spec:
  mtls:
    mode: STRICT
  selector:
    matchLabels:
      app: cart
  portLevelMtls:
    "9090":
      mode: PERMISSIVE
"
`);
});

test.each([['strict', 'STRICT'], ['permissive', 'PERMISSIVE'], ['disabled', 'DISABLE']] as const)('mutual TLS that is %s is %s to Istio', (mode, written) => {
  expect(spec(model({ mode }))).toEqual({ selector: { matchLabels: { app: 'cart' } }, mtls: { mode: written } });
  expect(spec(model({ mode, workload: undefined }))).toEqual({ mtls: { mode: written } });
});

test('ports that differ are ports of the pods', () => {
  expect(spec(model({ ports: [{ port: 8080, mode: 'permissive' }, { port: 9090, mode: 'disabled' }] })).portLevelMtls)
    .toEqual({ 8080: { mode: 'PERMISSIVE' }, 9090: { mode: 'DISABLE' } });
});

test('pods, and namespaces, have one', () => {
  expect(istioAuthentication.claims(model()).map(claimInWords)).toEqual(["the mutual TLS of the pods 'app=cart' in namespace 'shop'"]);
  expect(istioAuthentication.claims(model({ workload: undefined })).map(claimInWords)).toEqual(["the mutual TLS of namespace 'shop'"]);
});

test('refuses a workload without labels, and the root namespace', () => {
  expect(sentences(istioAuthentication.render(model({ namespace: 'istio-system', workload: { service: 'cart', ports: [] } })).refusals)).toEqual([
    expect.stringContaining("a policy for 'cart': a PeerAuthentication selects the pods by their labels"),
    expect.stringContaining("a policy in namespace 'istio-system'"),
  ]);
});

test('ztunnel forgets strict ports of permissive workloads, so they are refused', () => {
  const strictPort = model({ mode: 'permissive', ports: [{ port: 9090, mode: 'strict' }] });

  expect(istioAuthentication.render(strictPort).refusals).toEqual([]);
  expect(sentences(istioAmbientAuthentication.render(strictPort).refusals)).toEqual([
    'demanding mutual TLS on port 9090 of a permissive workload: in a mesh that is strict, ztunnel would let the port take plain text. '
    + 'Let the workload be strict, and name the ports that are permissive',
  ]);
  expect(istioAmbientAuthentication.render(model({ ports: [{ port: 9090, mode: 'permissive' }] })).refusals).toEqual([]);
  expect(istioAmbientAuthentication.supports.DisabledMutualTls).toMatchObject({ level: 'none' });
});
