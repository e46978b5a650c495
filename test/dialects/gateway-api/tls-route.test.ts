import { ANY, backend, modelOf, refusals, rendered } from './models';
import { inYaml } from '../../setup';

const rule = (name: string, ...hosts: string[]) =>
  ({ matches: hosts.length === 0 ? [] : [{ ...ANY, hosts }], backends: [backend(name)], handling: {} });

test('a server name is one TLSRoute', () => {
  expect(inYaml(rendered(modelOf([rule('cart-v1', 'a.example.com')], 'TLS')))).toMatchInlineSnapshot(`
"apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata:
  name: cart-e8b75f7e
  namespace: shop
spec:
  parentRefs:
    - group: ""
      kind: Service
      name: cart
      port: 80
  hostnames:
    - a.example.com
  rules:
    - backendRefs:
        - weight: 1
          name: cart-v1
          port: 80
"
`);
});

test('a route for each server name, of which each goes where the first rule says', () => {
  const manifests = rendered(modelOf([rule('v1', 'a.example.com', 'b.example.com'), rule('v2', '*.example.com', 'a.example.com')], 'TLS'));

  expect(manifests.map(({ kind, spec }) => [kind, spec.hostnames, spec.rules[0].backendRefs[0].name])).toEqual([
    ['TLSRoute', ['a.example.com'], 'v1'], ['TLSRoute', ['b.example.com'], 'v1'], ['TLSRoute', ['*.example.com'], 'v2'],
  ]);
  expect(new Set(manifests.map(({ metadata }) => metadata.name)).size).toBe(3);
});

test('another name renames no route', () => {
  const names = (...hosts: string[]) => rendered(modelOf([rule('v1', ...hosts)], 'TLS')).map(({ metadata }) => metadata.name);

  expect(names('a.example.com', 'b.example.com')).toEqual(expect.arrayContaining(names('b.example.com')));
});

test('without server names, TLS is bytes over TCP', () => {
  expect(rendered(modelOf([rule('v1')], 'TLS'))[0]).toMatchObject({ kind: 'TCPRoute', spec: { rules: [{ backendRefs: [{ name: 'v1' }] }] } });
});

test('refuses a rule for all other servers, and one that is never asked', () => {
  expect(refusals(modelOf([rule('v1', 'a.example.com'), rule('v2')], 'TLS')))
    .toMatchObject([{ feature: 'TLSRoute', ruleIndex: 1, remedy: 'Give each rule its TlsMatch' }]);
  expect(refusals(modelOf([rule('v1', '*.example.com'), rule('v2', 'a.example.com')], 'TLS')))
    .toMatchObject([{ feature: 'TLSRoute', ruleIndex: 1, reason: expect.stringContaining('an earlier rule takes all') }]);
});
