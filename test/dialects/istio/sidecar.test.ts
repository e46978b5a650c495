import { sidecar } from '../../../src/dialects/istio/sidecar';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';

const render = (...args: Parameters<typeof sidecar>): any => {
  const manifest = sidecar(...args);
  expectValid(manifest);
  return manifest;
};
const metadata = { name: 'cart', namespace: 'shop' };

test('pods that may call one host import this host', () => {
  expect(inYaml(render(metadata, {
    namespace: 'shop', workload: { service: 'cart', podSelector: { app: 'cart' } },
  }, ['api.example.com']))).toMatchInlineSnapshot(`
"apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: cart
  namespace: shop
spec:
  workloadSelector:
    labels:
      app: cart
  egress:
    - hosts:
        - "*/*.svc.cluster.local"
        - ./api.example.com
  outboundTrafficPolicy:
    mode: REGISTRY_ONLY
"
`);
});

test('the pods reach the cluster, and the hosts of their namespace that are named', () => {
  const { spec } = render(metadata, { namespace: 'shop', workload: { service: 'cart', podSelector: { app: 'cart' } } }, ['api.example.com']);

  expect(spec).toEqual({
    workloadSelector: { labels: { app: 'cart' } },
    egress: [{ hosts: ['*/*.svc.cluster.local', './api.example.com'] }],
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
  });
});

test('all pods of a namespace have no selector', () => {
  expect(render(metadata, { namespace: 'shop' }, []).spec.workloadSelector).toBeUndefined();
});
