import { address, type Case, podObject, type Probe, service } from './case';
import { stored } from '../harness/case';

type Request = Partial<Pick<Probe, 'host' | 'method' | 'target' | 'headers' | 'trustedProxies' | 'port'>> & { /** Of the route. */ readonly hostnames?: readonly string[] };
type Policy = { readonly rules?: object[]; readonly action?: string; readonly of?: 'gateway' | 'gateway class' | 'namespace' | 'mesh' | 'other namespace' };

const SHOP = 'shop.example.com';
const to = (operation: object) => [{ to: [{ operation }] }];
const from = (source: object) => [{ from: [{ source }] }];
const FORWARDED = [['x-forwarded-for', '192.0.2.7']] as const;

/** What policies of a gateway do: with which requests, and whether these get to the route. */
const DOCUMENTED: readonly (readonly [says: string, policies: readonly Policy[], request: Request, allowed: boolean])[] = [
  ['no policy allows everything', [], {}, true],
  ['ALLOW without rules denies everything', [{}], {}, false],
  ['a policy of the namespace selects its gateways', [{ of: 'namespace' }], {}, false],
  ['a policy of the mesh selects gateways', [{ of: 'mesh' }], {}, false],
  ['one for the gateway adds to it', [{ of: 'mesh' }, { rules: to({ ports: ['80'] }) }], {}, true],
  ['a policy in another namespace does not reach the gateway', [{ of: 'other namespace' }], {}, true],
  ['one for the class of waypoints does not reach gateways', [{ of: 'gateway class' }], {}, true],
  ['ports are those of the listeners', [{ rules: to({ ports: ['8080'] }) }], {}, false],
  ['hosts are told apart', [{ rules: to({ hosts: [SHOP] }) }], { host: SHOP }, true],
  ['hosts are told apart', [{ rules: to({ hosts: [SHOP] }) }], { host: 'admin.example.com' }, false],
  ['hosts know no case', [{ rules: to({ hosts: [SHOP] }) }], { host: 'SHOP.example.com' }, true],
  ['hosts have their port', [{ rules: to({ hosts: [SHOP] }) }], { host: `${SHOP}:80` }, false],
  ['a denial of a host does not deny it with a port', [{ action: 'DENY', rules: to({ hosts: [SHOP] }) }], { host: `${SHOP}:80` }, true],
  ['a denial of a host does not deny it with a dot', [{ action: 'DENY', rules: to({ hosts: [SHOP] }) }], { host: `${SHOP}.` }, true],
  ...[SHOP, `${SHOP}:80`, `${SHOP}.`, `${SHOP}.:80`, 'Shop.Example.com.:8080'].map(host =>
    ['a denial of a host in all its spellings', [{ action: 'DENY', rules: to({ hosts: [SHOP, `${SHOP}:*`, `${SHOP}.`, `${SHOP}.:*`] }) }], { host }, false] as const),
  ['and of no other one',
    [{ action: 'DENY', rules: to({ hosts: [SHOP, `${SHOP}:*`, `${SHOP}.`, `${SHOP}.:*`] }) }], { host: 'shop.example.com.evil.org' }, true],
  ['a domain is compared with the end of all that is sent, and a route with what stands before the last colon',
    [{ rules: to({ hosts: ['*.example.com'] }) }], { host: 'admin.example.org:x.example.com', hostnames: ['admin.example.org'] }, true],
  ['a host with whatever port may be another one, too', [{ rules: to({ hosts: [SHOP, `${SHOP}:*`] }) }], { host: `${SHOP}:x.example.org:80`, hostnames: ['*.example.org'] }, true],
  ['a host with one port is no other one', [{ rules: to({ hosts: [SHOP, `${SHOP}:80`] }) }], { host: `${SHOP}:x.example.org:80`, hostnames: ['*.example.org'] }, false],
  ['the address of a client behind proxies that nobody trusts is that of the last',
    [{ rules: from({ remoteIpBlocks: ['192.0.2.0/24'] }) }], { headers: FORWARDED }, false],
  ['the address of a client without proxies', [{ rules: from({ remoteIpBlocks: ['10.255.255.1/32'] }) }], {}, true],
  ['the address of a client behind a trusted proxy', [{ rules: from({ remoteIpBlocks: ['192.0.2.0/24'] }) }], { headers: FORWARDED, trustedProxies: 1 }, true],
  ['what a client says for itself is not trusted', [{ rules: from({ remoteIpBlocks: ['192.0.2.0/24'] }) }],
    { headers: [['x-forwarded-for', '192.0.2.7, 198.51.100.1']], trustedProxies: 1 }, false],
  ['a denial of an address', [{ action: 'DENY', rules: from({ remoteIpBlocks: ['192.0.2.0/24'] }) }], { headers: FORWARDED, trustedProxies: 1 }, false],
  ['a denial of an address that nobody tells', [{ action: 'DENY', rules: from({ remoteIpBlocks: ['192.0.2.0/24'] }) }], { trustedProxies: 1 }, true],
  ['paths are told apart', [{ rules: to({ paths: ['/carts/*'] }) }], { target: '/carts/7' }, true],
  ['paths are told apart', [{ rules: to({ paths: ['/carts/*'] }) }], { target: '/admin' }, false],
];

export function gatewayCases(): Case[] {
  return DOCUMENTED.map(([says, policies, { hostnames, ...request }, allowed], i) => ({
    name: `gateway ${i}: ${says}`,
    manifests: [...world(i, hostnames), ...policies.map(manifest)],
    probes: [{
      ...{ namespace: 'infra', address: address(100, i), gateway: true, port: 80, protocol: 'HTTP' },
      ...{ host: 'any.example.org', method: 'GET', target: '/', headers: [] },
      ...request,
      answers: { documentation: allowed ? '{"shop/cart:80":1}' : 'denied' },
    }],
  }));
}

/** Of the pods of the gateway. */
export const GATEWAY_LABELS = { 'gateway.networking.k8s.io/gateway-name': 'public' };

/** A gateway as Istio makes it, and a Service that it exposes. */
export function world(i: number, hostnames?: readonly string[]): object[] {
  const labels = GATEWAY_LABELS;
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'public', namespace: 'infra' },
      spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'public-istio', namespace: 'infra', labels },
      spec: { clusterIP: address(101, i), selector: labels, ports: [{ name: 'http', port: 80, targetPort: 80, appProtocol: 'http' }] },
    },
    podObject({ name: 'public', namespace: 'infra', serviceAccount: 'public-istio', labels }, address(100, i)),
    service('cart', address(102, i), [{ port: 80, protocol: 'HTTP' }]),
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { ...hostnames && { hostnames }, parentRefs: [{ name: 'public', namespace: 'infra' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] },
    },
  ];
}

const PLACES: Readonly<Record<NonNullable<Policy['of']>, { readonly namespace: string; readonly targetRefs?: object[] }>> = {
  'gateway': { namespace: 'infra', targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }] },
  'gateway class': { namespace: 'istio-system', targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] },
  'namespace': { namespace: 'infra' },
  'mesh': { namespace: 'istio-system' },
  'other namespace': { namespace: 'shop', targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' }] },
};

function manifest({ of = 'gateway', action = 'ALLOW', rules }: Policy, n: number): object {
  const { namespace, targetRefs } = PLACES[of];
  return stored({
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: `policy-${n}`, namespace },
    spec: { ...targetRefs && { targetRefs }, action, ...rules && { rules } },
  });
}
