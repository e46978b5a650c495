import { canary, deployment, found, named } from './manifests';

const service = (name: string, selector: any, ...ports: number[]) => named('v1', 'Service', name, { selector, ports: ports.map(port => ({ port })) });
const route = (kind: string, name: string, parent = 'cart', namespace = 'shop') => named('gateway.networking.k8s.io/v1', kind, name, {
  parentRefs: [{ group: '', kind: 'Service', name: parent, namespace: 'shop' }], rules: [{ backendRefs: [{ name: 'cart-v1', port: 8080 }] }],
}, namespace);

describe('fields that Flagger writes', () => {
  test.each(['cart', 'cart-primary', 'cart-canary'])('the selector of Service %s', name => {
    expect(found(canary(), service(name, { team: 'shop' }, 8080)))
      .toEqual([expect.stringContaining(`warning moved Service/${name} spec.selector is written by Flagger, which makes this Service for Canary 'cart'. `)]);
  });

  test('are no matter where they are written alike', () => {
    expect(found(deployment(), canary(), service('cart', { app: 'cart-primary' }, 8080), service('cart-canary', { app: 'cart' }, 8080))).toEqual([]);
    expect(found(deployment(), canary(), service('cart', { app: 'cart' }, 8080)))
      .toEqual([expect.stringContaining('Leave the Service out, or write `{ app: cart-primary }`')]);
  });

  test('the replicas of the workload', () => {
    expect(found(deployment('cart', undefined, { replicas: 2 }), canary()))
      .toEqual([expect.stringContaining("warning moved Deployment/cart spec.replicas is set by Flagger, for Canary 'cart', to 0 between releases. ")]);
    expect(found(deployment('web', { app: 'web' }, { replicas: 2 }), canary())).toEqual([]);
  });
});

describe('a route beside that of Flagger', () => {
  test('of the same name, whatever it routes', () => {
    expect(found(canary(), route('HTTPRoute', 'cart', 'web'))).toEqual([expect.stringMatching(/^routed HTTPRoute\/cart metadata\.name is that of the HTTPRoute/)]);
    expect(found(canary(), route('GRPCRoute', 'cart', 'web'), route('HTTPRoute', 'cart', 'web', 'bank'))).toEqual([]);
  });

  test.each(['HTTPRoute', 'GRPCRoute'])('an %s of the same Service, in whichever namespace', kind => {
    expect(found(canary(), route(kind, 'mine', 'cart', 'bank'))).toEqual([expect.stringMatching(`^routed ${kind}/mine spec\\.parentRefs\\[0\\] is Service 'cart'`)]);
    expect(found(canary(), route(kind, 'mine', 'web'))).toEqual([]);
  });

  test('a GRPCRoute has matches that an HTTPRoute has as paths', () => {
    expect(found(canary(), route('GRPCRoute', 'mine'))).toEqual([expect.stringContaining('Flagger writes no GRPCRoutes. ')]);
  });

  test('a TrafficSplit', () => {
    const split = named('split.smi-spec.io/v1alpha2', 'TrafficSplit', 'mine', { service: 'cart.shop', backends: [] });

    expect(found(canary({ provider: 'linkerd' }), split)).toEqual([expect.stringMatching(/^routed TrafficSplit\/mine spec\.service /)]);
    expect(found(canary(), split)).toEqual([]);
  });

  test('a VirtualService, and the rules of its versions', () => {
    const istio = (kind: string, spec: any, namespace?: string) => named('networking.istio.io/v1', kind, 'mine', spec, namespace);
    const released = canary({ provider: 'istio' });

    expect(found(released, istio('VirtualService', { hosts: ['cart'] }), istio('VirtualService', { hosts: ['a', 'cart.shop.svc.cluster.local'] }, 'bank')))
      .toEqual([expect.stringContaining('routed VirtualService/mine spec.hosts[0] '), expect.stringContaining('routed VirtualService/mine spec.hosts[1] ')]);
    expect(found(released, istio('DestinationRule', { host: 'cart-canary.shop.svc' }))).toEqual([expect.stringContaining('routed DestinationRule/mine spec.host ')]);
    expect(found(released, istio('VirtualService', { hosts: ['cart'] }, 'bank'), istio('DestinationRule', { host: 'cart' }))).toEqual([]);
  });

  test('is nothing where the router is not known', () => {
    expect(found(canary({ provider: undefined }, { gatewayRefs: undefined }), route('HTTPRoute', 'cart'))).toEqual([]);
  });
});

describe('several ports', () => {
  const withoutPort = { gatewayRefs: [{ group: '', kind: 'Service', name: 'cart' }] };

  test('need the port of the parent', () => {
    const ports = service('cart', { app: 'cart-primary' }, 8080, 9090);

    expect(found(deployment(), canary({}, withoutPort), ports)).toEqual([expect.stringMatching(/^parentPort Canary\/cart spec\.service\.gatewayRefs\[0\] has no port/)]);
    expect(found(canary({}, { ...withoutPort, portDiscovery: true }))).toEqual([expect.stringMatching(/^warning parentPort /)]);
    expect(found(deployment(), canary(), ports)).toEqual([]);
  });

  test('one port needs none', () => {
    expect(found(deployment(), canary({}, withoutPort), service('cart', { app: 'cart-primary' }, 8080))).toEqual([]);
  });
});

describe('a waypoint', () => {
  const WAYPOINT = { 'istio.io/use-waypoint': 'waypoint' };
  const labelled = (manifest: any, labels: any = WAYPOINT) => ({ ...manifest, metadata: { ...manifest.metadata, labels } });
  const namespace = (labels: any = {}) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
  const policy = named('security.istio.io/v1', 'AuthorizationPolicy', 'guard', { targetRefs: [{ group: '', kind: 'Service', name: 'cart' }] });

  test.each([['cart', 'apex', 'cart-primary'], ['cart-primary', 'primary', 'cart-primary'], ['cart-canary', 'canary', 'cart']])('of Service %s is that of the Canary', (name, role, app) => {
    const manifests = [deployment(), labelled(service(name, { app }, 8080))];

    expect(found(canary(), ...manifests)).toEqual([expect.stringMatching(
      `^warning moved Service/${name} metadata\\.labels\\["istio.io/use-waypoint"\\] is taken away by Flagger, .*spec\\.service\\.${role}\\.labels`)]);
    expect(found(canary({}, { [role]: { labels: WAYPOINT } }), ...manifests)).toEqual([]);
    expect(found(canary({}, { unmanagedMetadata: { labels: ['istio.io/use-waypoint'] } }), ...manifests)).toEqual([]);
  });

  test('is there for a policy of the Service', () => {
    expect(found(canary(), namespace(), policy))
      .toEqual([expect.stringMatching(/^moved Canary\/cart spec\.service\.apex\.labels has no 'istio\.io\/use-waypoint', .*AuthorizationPolicy 'guard', .* protects nothing/)]);
    expect(found(canary({}, { apex: { labels: WAYPOINT } }), namespace(), policy)).toEqual([]);
    expect(found(canary(), namespace(WAYPOINT), policy)).toEqual([]);
    expect(found(canary(), policy)).toEqual([]);
    expect(found(canary(), namespace())).toEqual([]);
  });
});
