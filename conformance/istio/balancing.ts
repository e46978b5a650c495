import { App, Chart, Duration, Testing } from 'cdk8s';
import { address, type Case, type Probe, service } from './case';
import { HashKey, LoadBalancing, MeshImplementation, MeshService, MeshTarget, MeshTargets, ServiceRoute } from '../../src';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { stored } from '../harness/case';

/** As the sidecar is told, in the order in which Go writes it. */
interface Balancing {
  readonly policy: string;
  readonly header?: string;
  readonly cookie?: string;
  readonly query?: string;
  readonly source?: true;
  readonly ring?: number;
  readonly warmUp?: string;
}

/** The size that Istio gives a ring of which none is said. */
const RING = 1024;

/** What is said of a Service, and how its clients then choose among its pods. */
const SAID: readonly (readonly [says: string, loadBalancing: LoadBalancing, balancing: Balancing])[] = [
  ['one after the other', LoadBalancing.roundRobin(), { policy: 'ROUND_ROBIN' }],
  ['one after the other, the new ones slowly', LoadBalancing.roundRobin({ warmUp: Duration.seconds(30) }), { policy: 'ROUND_ROBIN', warmUp: '30s' }],
  ['least requests', LoadBalancing.leastRequest(), { policy: 'LEAST_REQUEST' }],
  ['by chance', LoadBalancing.random(), { policy: 'RANDOM' }],
  ['a header on a ring', LoadBalancing.ringHash(HashKey.header('x-user')), { policy: 'RING_HASH', header: 'x-user', ring: RING }],
  ['a header on a large ring', LoadBalancing.ringHash(HashKey.header('x-user'), { minimumRingSize: 4096 }), { policy: 'RING_HASH', header: 'x-user', ring: 4096 }],
  ['a cookie that clients bring', LoadBalancing.ringHash(HashKey.cookie('session')), { policy: 'RING_HASH', cookie: 'session', ring: RING }],
  ['a query parameter', LoadBalancing.ringHash(HashKey.queryParameter('user')), { policy: 'RING_HASH', query: 'user', ring: RING }],
  ['the address of the client', LoadBalancing.maglev(HashKey.sourceAddress()), { policy: 'MAGLEV', source: true }],
  ['a header in a table', LoadBalancing.maglev(HashKey.header('x-user')), { policy: 'MAGLEV', header: 'x-user' }],
];

/** Load balancing is said beside a route, whose requests are hashed. */
export function balancingCases(): Case[] {
  return SAID.map(([says, loadBalancing, balancing], i): Case => {
    const asked: Omit<Probe, 'answers'> = {
      namespace: 'shop', address: address(0, i), port: 80, protocol: 'HTTP', host: 'cart.shop.svc.cluster.local', method: 'GET', target: '/', headers: [],
    };
    return {
      name: `balancing ${i}: ${says}`,
      manifests: [service('cart', address(0, i), [{ port: 80, protocol: 'HTTP' }]), ...manifests(loadBalancing).map(stored)],
      probes: [
        { ...asked, balancing: true, answers: { documentation: JSON.stringify(inOrder(balancing)) } },
        { ...asked, answers: { documentation: '{"shop/cart:80":1}' } },
      ],
    };
  });
}

function manifests(loadBalancing: LoadBalancing): Manifest[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const cart = MeshService.of('cart', { port: 80 });
  new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: cart }] }], loadBalancing });
  return Testing.synth(chart) as Manifest[];
}

function inOrder({ policy, header, cookie, query, source, ring, warmUp }: Balancing): Balancing {
  return { policy, header, cookie, query, source, ring, warmUp };
}
