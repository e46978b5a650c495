import { consulAccess } from '../../../src/dialects/consul/access';
import { ConsulNamespaces } from '../../../src/dialects/gateway-api/extension/consul-namespaces';
import { policyOf, BY_WEB } from '../../models';
import { inYaml } from '../../setup';

test('a client is a source of the ServiceIntentions, and every other service is denied', () => {
  expect(inYaml(consulAccess(ConsulNamespaces.MIRRORED).render(policyOf([BY_WEB])).manifests[0])).toMatchInlineSnapshot(`
"apiVersion: consul.hashicorp.com/v1alpha1
kind: ServiceIntentions
metadata:
  name: cart
  namespace: shop
spec:
  destination:
    name: cart
    namespace: shop
  sources:
    - name: web
      namespace: shop
      action: allow
    - name: "*"
      namespace: "*"
      action: deny
"
`);
});

test('every source and the destination say their namespace, where Consul has namespaces', () => {
  const [{ spec }] = consulAccess(ConsulNamespaces.MIRRORED).render(policyOf([BY_WEB])).manifests as any[];

  expect(spec.destination).toEqual({ name: 'cart', namespace: 'shop' });
  expect(spec.sources).toEqual([
    { name: 'web', namespace: 'shop', action: 'allow' },
    { name: '*', namespace: '*', action: 'deny' },
  ]);
});

test('none says a namespace, where Consul has none: its webhook would refuse it', () => {
  const [{ spec }] = consulAccess(ConsulNamespaces.SINGLE).render(policyOf([BY_WEB])).manifests as any[];

  expect(spec).toEqual({ destination: { name: 'cart' }, sources: [{ name: 'web', action: 'allow' }, { name: '*', action: 'deny' }] });
});

test('a source that is mentioned twice has one entry: Consul refuses a second one', () => {
  const job = { kind: 'serviceAccount', name: 'job', namespace: 'shop' } as const;
  const dialect = consulAccess(ConsulNamespaces.MIRRORED);
  const [{ spec }] = dialect.render(policyOf([BY_WEB, { ...BY_WEB, sources: [...BY_WEB.sources, job] }])).manifests as any[];

  const keys = spec.sources.map(({ name, namespace }: any) => `${namespace}/${name}`);
  expect(keys).toEqual([...new Set(keys)]);
});
