import { App, Chart, JsonPatch } from 'cdk8s';
import type { AccessGrantProps, ServiceAccessPolicyProps } from '../../src';
import {
  AccessGrant, AccessMode, ConsulNamespaces, Exposure, ExposureGateway, HttpMatch, Identity, MeshImplementation, MeshProtocol, MeshService,
  MeshTarget, MeshTargets, ServiceAccessDenial, ServiceAccessPolicy, StringMatch,
} from '../../src';
import { ofKind } from '../setup';

const cart = MeshService.of('cart', { port: 8080, namespace: 'shop', serviceAccount: 'cart', podSelector: { app: 'cart' } });
const web = Identity.serviceAccount('web');
const ISTIO = MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO });
const LINKERD = MeshTarget.gatewayApi({ mesh: MeshImplementation.LINKERD });
const KUMA = MeshTarget.gatewayApi({ mesh: MeshImplementation.KUMA, trustDomain: 'default.zone-1.mesh.local' });
const CONSUL = MeshTarget.gatewayApi({ mesh: MeshImplementation.CONSUL, consulNamespaces: ConsulNamespaces.MIRRORED });

function charts(...targets: MeshTarget[]): { readonly app: App; readonly shop: Chart; readonly clients: Chart } {
  const app = new App();
  MeshTargets.of(app).add(...targets);
  const [shop, clients] = ['shop', 'clients'].map(namespace => new Chart(app, namespace, { namespace }));
  return { app, shop, clients };
}

const policy = (chart: Chart, more: Partial<ServiceAccessPolicyProps> = {}) =>
  new ServiceAccessPolicy(chart, 'access', { destination: cart, allow: [], ...more });
const grant = (chart: Chart, more: Partial<AccessGrantProps> = {}, id = 'calls') =>
  new AccessGrant(chart, id, { client: web, calls: [{ destination: cart }], ...more });
const READING = { calls: [{ destination: cart, requests: [HttpMatch.of({ pathPrefix: '/items' })] }] };
const objects = ({ apiObjects }: AccessGrant | ServiceAccessPolicy): any[] => apiObjects.map(object => object.toJson());
const errors = (app: App) => app.node.findAll().flatMap(({ node }) => node.validate().map(error => `[${node.path}] ${error}`)).join('\n');

test('it stands in the chart of the client, and its objects in the namespace of the Service', () => {
  const { app, shop, clients } = charts(ISTIO);
  const before = objects(policy(shop));
  const made = grant(clients);
  expect(errors(app)).toBe('');
  expect(clients.toJson().map(({ kind, metadata: { name, namespace } }) => [kind, name, namespace])).toEqual([
    ['AuthorizationPolicy', expect.stringMatching(/^clients-calls-.*-cart$/), 'shop'],
  ]);
  expect(objects(made)[0].spec.rules[0].from[0].source.principals).toEqual(['cluster.local/ns/clients/sa/web']);
  expect(shop.toJson()).toEqual(before);
});

test('what the chart of the client does not know of the pods, the policy says', () => {
  const { app, shop, clients } = charts(ISTIO);
  const made = grant(clients, { calls: [{ destination: MeshService.of('cart', { port: 8080, namespace: 'shop' }) }] });
  policy(shop);
  expect(errors(app)).toBe('');
  expect(objects(made)[0].spec.selector).toEqual({ matchLabels: { app: 'cart' } });
});

test('several calls of one Service are one, and those of others their own', () => {
  const { app, shop, clients } = charts(ISTIO);
  const basket = MeshService.of('basket', { port: 8080, namespace: 'shop', podSelector: { app: 'basket' } });
  [cart, basket].forEach(destination => new ServiceAccessPolicy(shop, destination.name, { destination, allow: [] }));
  const calls = [...READING.calls, { destination: basket }, { destination: cart, requests: [HttpMatch.of({ path: '/healthz' })] }];
  const made = grant(clients, { calls });
  expect(errors(app)).toBe('');
  expect(objects(made).map(({ spec: { rules, selector } }) => [selector.matchLabels.app, rules.length])).toEqual([['cart', 2], ['basket', 1]]);
});

test('it reports only, where the policy does', () => {
  const { app, shop, clients } = charts(ISTIO);
  const made = grant(clients);
  policy(shop, { mode: AccessMode.AUDIT });
  expect(errors(app)).toBe('');
  expect(objects(made).map(({ metadata }) => metadata.annotations)).toEqual([{ 'istio.io/dry-run': 'true' }]);
});

test('denials go before it', () => {
  const { app, shop, clients } = charts(ISTIO);
  const made = [
    policy(shop, { deny: [{ sources: [web] }] }),
    grant(clients),
    new ServiceAccessDenial(shop, 'no-admin', { destination: cart, deny: [{ sources: [Identity.anyone()], requests: [HttpMatch.of({ pathPrefix: '/admin' })] }] }),
  ];
  expect(errors(app)).toBe('');
  expect(made.flatMap(one => one.apiObjects.map(object => object.toJson())).flatMap(({ spec }) => spec.action ?? [])).toEqual(['ALLOW', 'DENY', 'ALLOW', 'DENY']);
});

describe('where there is one object for a Service', () => {
  test.each([[false], [true]])('it stays the same object, with its patches; policy first: %s', isFirst => {
    const { app, shop, clients } = charts(CONSUL);
    const others = [() => policy(shop, { allow: [{ sources: [Identity.serviceAccount('job', 'ops')] }] }), () => grant(clients, READING)];
    const all = (isFirst ? others : others.reverse()).map(make => make());
    const made = all.find((one): one is ServiceAccessPolicy => one instanceof ServiceAccessPolicy)!;
    const [intentions] = made.apiObjects;
    intentions.addJsonPatch(JsonPatch.add('/metadata/annotations', { team: 'shop' }));
    grant(clients, {}, 'another');
    expect(errors(app)).toBe('');
    expect(made.apiObjects[0]).toBe(intentions);
    const { metadata, spec } = intentions.toJson();
    expect(metadata.annotations).toEqual({ team: 'shop' });
    expect(spec.sources.map(({ name, namespace, action }: any) => [namespace, name, action])).toEqual([['clients', 'web', 'allow'], ['ops', 'job', 'allow'], ['*', '*', 'deny']]);
  });

  test('what the two together cannot say is an error of the grant that is to blame', () => {
    const { app, shop, clients } = charts(CONSUL);
    const two = MeshService.of('cart', { ports: [{ port: 80, name: 'http' }, { port: 90, name: 'http-2' }], namespace: 'shop', serviceAccount: 'cart', podSelector: { app: 'cart' } });
    policy(shop, { destination: two });
    grant(clients, { calls: [{ destination: two }] });
    grant(clients, { client: Identity.serviceAccount('job'), calls: [{ destination: two, ports: [80] }] }, 'part');
    expect(errors(app)).toMatch(/^\[clients\/part\] MESH2002: together with 'shop\/access', target 'gateway-api' cannot express ports of 'cart' that let in different requests[^\n]*$/);
  });

  test('patches of an object in whose place others come are not passed over', () => {
    const { app, shop, clients } = charts(KUMA);
    const [closed] = policy(shop).apiObjects;
    closed.addJsonPatch(JsonPatch.add('/metadata/annotations', { team: 'shop' }));
    grant(clients);
    expect(() => app.synthYaml()).toThrow(/\[shop\/access\] MESH4102: the patches of MeshTrafficPermission '.*' are lost/);
  });

  test('an object that comes late is checked as any other', () => {
    const { app, shop, clients } = charts(LINKERD);
    policy(shop);
    grant(clients, { calls: [{ destination: cart, requests: [HttpMatch.of({ headers: { 'x-team': StringMatch.exact('a') } })] }] });
    expect(ofKind(shop.toJson(), 'HTTPRoute')).toHaveLength(1);
    expect(() => app.synthYaml()).not.toThrow();
  });
});

describe('it is refused', () => {
  test('without a policy, unless that is elsewhere', () => {
    const { app, clients } = charts(ISTIO);
    grant(clients, { policyElsewhere: true }, 'elsewhere');
    expect(errors(app)).toBe('');
    grant(clients);
    expect(errors(app)).toMatch(/^\[clients\/calls\] MESH3010: no ServiceAccessPolicy of the app is for 'shop\/cart' in target 'gateway-api'[^\n]*$/);
  });

  test('beside a policy that is closed to grants, with the paths of both', () => {
    const { app, shop, clients } = charts(ISTIO);
    grant(clients);
    policy(shop, { closedToGrants: true });
    expect(errors(app)).toMatch(/^\[clients\/calls\] MESH3010: 'shop\/access', the policy of 'shop\/cart', is closed to grants/);
  });

  test('if it says that the policy is elsewhere, and it is not', () => {
    const { app, shop, clients } = charts(ISTIO);
    policy(shop);
    grant(clients, { policyElsewhere: true });
    expect(errors(app)).toMatch(/\[clients\/calls\] MESH3010: 'shop\/access' is the policy of 'shop\/cart'.*Leave out `policyElsewhere`/);
  });

  test('beside a policy of other pods of the Service', () => {
    const { app, shop, clients } = charts(ISTIO);
    policy(shop, { destination: cart.subset({ version: 'v1' }) });
    grant(clients);
    expect(errors(app)).toMatch(/MESH3010: no ServiceAccessPolicy of the app is for 'shop\/cart'/);
  });

  test('if it would add to another policy, for pods that both choose', () => {
    const { app, shop, clients } = charts(ISTIO);
    new ServiceAccessPolicy(shop, 'other', { destination: MeshService.of('other', { port: 8080, namespace: 'shop', podSelector: { app: 'cart', tier: 'x' } }), allow: [] });
    grant(clients, { policyElsewhere: true });
    expect(errors(app)).toMatch(/\[clients\/calls\] MESH3001/);
  });

  test.each([
    ['the protocol of port 8080 of its pods', MeshService.of('cart', { port: 8080, protocol: MeshProtocol.TCP, namespace: 'shop' })],
    ['the ServiceAccount of its pods', MeshService.of('cart', { port: 8080, namespace: 'shop', serviceAccount: 'basket' })],
  ])('if it says otherwise of %s', (what, destination) => {
    const { app, shop, clients } = charts(ISTIO);
    policy(shop);
    grant(clients, { calls: [{ destination }] });
    expect(errors(app)).toContain(`[clients/calls] MESH3011: ${what} is '`);
  });

  test.each([Identity.anyone(), Identity.anyAuthenticated(), Identity.ipBlock('10.0.0.0/8'), Identity.nodes(), Identity.apiServer()])('of whom nobody can tell apart', client => {
    expect(() => grant(charts(ISTIO).clients, { client })).toThrow(/\[clients\/calls\] MESH1509/);
  });

  test.each([[CONSUL, 'a service has one ServiceIntentions'], [KUMA, 'denials go before allowances']])('beside a policy of another app, where the two are one object', (target, reason) => {
    const { app, clients } = charts(target);
    grant(clients, { policyElsewhere: true });
    expect(errors(app)).toContain(reason);
  });

  test('with requests beside a policy of another app, by Linkerd', () => {
    const { app, clients } = charts(LINKERD);
    grant(clients, { policyElsewhere: true }, 'all');
    expect(errors(app)).toBe('');
    grant(clients, { ...READING, policyElsewhere: true });
    expect(errors(app)).toContain('an HTTPRoute changes what all other requests of its Server get');
  });
});

test('a gateway that a grant lets in is not shut out', () => {
  const { app, shop, clients } = charts(ISTIO);
  const gateway = ExposureGateway.shared('public', 'infra', { className: 'istio' });
  new Exposure(shop, 'public', { service: cart, hostnames: ['shop.example.com'], gateway });
  policy(shop);
  expect(errors(app)).toContain('MESH3005');
  grant(clients, { client: Identity.gateway(gateway) });
  expect(errors(app)).toBe('');
});

describe('in Linkerd, beside denials on another port, a grant of requests is in the routes of a policy for', () => {
  const gateway = ExposureGateway.shared('public', 'infra', { pods: { serviceAccount: 'public' } });
  const destination = MeshService.of('cart', { ports: [{ port: 8080 }, { port: 9090 }], namespace: 'shop', podSelector: { app: 'cart' } });

  test.each([
    ['ServiceAccounts', web, Identity.anyAuthenticated()],
    ['gateways', Identity.gateway(gateway), Identity.anyAuthenticated()],
    ['addresses', Identity.ipBlock('10.0.0.0/8'), Identity.ipBlock('10.1.0.0/16')],
    ['anyone', Identity.anyone(), Identity.ipBlock('10.1.0.0/16')],
  ])('%s', (_, allowed, denied) => {
    const { app, shop, clients } = charts(LINKERD);
    const made = policy(shop, { destination, allow: [{ sources: [allowed] }], deny: [{ sources: [denied], ports: [9090] }] });
    grant(clients, { calls: [{ destination, ports: [8080], requests: [HttpMatch.of({ path: '/items' })] }] });
    expect(errors(app)).toBe('');
    expect(ofKind(objects(made), 'HTTPRoute').flatMap(({ spec }) => spec.rules.flatMap(({ matches }: any) => matches))).toContainEqual({ path: { type: 'Exact', value: '/items' } });
  });
});

test('in several targets, each has objects of its own', () => {
  const { app, shop, clients } = charts(ISTIO, MeshTarget.networkPolicy());
  policy(shop);
  const made = grant(clients, { client: Identity.namespace('clients') });
  expect(errors(app)).toBe('');
  expect(made.apiObjectsFor('network-policy').map(({ kind }) => kind)).toEqual(['NetworkPolicy']);
  expect(made.apiObjectsFor('gateway-api').map(({ kind }) => kind)).toEqual(['AuthorizationPolicy']);
});
