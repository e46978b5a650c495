import { kumaNativeRoutes } from '../../../src/dialects/kuma/native-routes';
import type { RouteModel } from '../../../src/model/route';
import { expectValid } from '../../schema';
import { inYaml } from '../../setup';
import { backend, match, routeModel, rule } from '../route-models';

function rendered(model: RouteModel): any {
  const [route] = kumaNativeRoutes('default.zone.mesh.local').render(model).manifests;
  expectValid(route);
  return route;
}

test('nine of ten requests are a weight in the MeshHTTPRoute', () => {
  expect(inYaml(rendered(routeModel([rule({ backends: [backend('cart-v1', 9), backend('cart-v2', 1)] })])))).toMatchInlineSnapshot(`
"apiVersion: kuma.io/v1alpha1
kind: MeshHTTPRoute
metadata:
  name: cart-route
  namespace: shop
spec:
  to:
    - targetRef:
        kind: MeshService
        labels:
          kuma.io/display-name: cart
          k8s.kuma.io/namespace: shop
      rules:
        - matches:
            - {}
          default:
            backendRefs:
              - kind: MeshService
                labels:
                  kuma.io/display-name: cart-v1
                  k8s.kuma.io/namespace: shop
                port: 80
                weight: 9
              - kind: MeshService
                labels:
                  kuma.io/display-name: cart-v2
                  k8s.kuma.io/namespace: shop
                port: 80
                weight: 1
"
`);
});

test('a rule for every request comes below regular expressions: it has no path', () => {
  const route = rendered(routeModel([
    rule({ matches: [match({ path: { type: 'regex', value: '/v[0-9]+' } })], backends: [backend('v2')] }),
    rule(),
  ]));

  expect(route.spec.to[0].rules.map((one: any) => one.matches)).toEqual([[{ path: { type: 'RegularExpression', value: '^(?:/v[0-9]+)$' } }], [{}]]);
});

test('Services go by labels, their namespace among them', () => {
  expect(rendered(routeModel([rule({ backends: [backend('cart-v1', 9), backend('cart-v2', 1, { namespace: 'next', port: 8080 })] })])).spec).toEqual({
    to: [{
      targetRef: { kind: 'MeshService', labels: { 'kuma.io/display-name': 'cart', 'k8s.kuma.io/namespace': 'shop' } },
      rules: [{
        matches: [{}],
        default: {
          backendRefs: [
            { kind: 'MeshService', labels: { 'kuma.io/display-name': 'cart-v1', 'k8s.kuma.io/namespace': 'shop' }, port: 80, weight: 9 },
            { kind: 'MeshService', labels: { 'kuma.io/display-name': 'cart-v2', 'k8s.kuma.io/namespace': 'next' }, port: 8080, weight: 1 },
          ],
        },
      }],
    }],
  });
});

test('of several ports, each has its own rules, and goes by its name', () => {
  const ports: RouteModel['ports'] = [
    { port: 80, name: 'web', protocol: 'HTTP', rules: [rule()] },
    { port: 81, name: 'calls', protocol: 'GRPC', rules: [rule({ backends: [backend('cart-v2')] })] },
  ];

  expect(rendered(routeModel([], 'HTTP', { ports })).spec.to.map(({ targetRef, rules: [one] }: any) => [
    targetRef.sectionName,
    one.default.backendRefs[0].labels['kuma.io/display-name'],
  ]))
    .toEqual([['web', 'cart-v1'], ['calls', 'cart-v2']]);

  const unnamed = ports.map(({ name, ...port }) => port);
  expect(kumaNativeRoutes('default.zone.mesh.local').render(routeModel([], 'HTTP', { ports: unnamed })).refusals.map(({ port, reason }) => `${port}: ${reason}`)).toEqual([
    '80: Kuma knows the ports of a Service that has several by their names, and that of this one is unknown',
    '81: Kuma knows the ports of a Service that has several by their names, and that of this one is unknown',
  ]);
});
