import { App, Chart, Duration, Testing } from 'cdk8s';
import { address, type Case, type Probe, service } from './case';
import { type ConnectionSettings, MeshImplementation, MeshProtocol, MeshService, MeshTarget, MeshTargets, ServiceRoute } from '../../src';
import type { Manifest } from '../../src/dialects/contract/manifest';
import { stored } from '../harness/case';

/** As the sidecar is told, in the order in which Go writes it. */
interface Told {
  readonly connect: string;
  readonly idle?: string;
  readonly duration?: string;
  readonly keepalive?: true;
  readonly keepTime?: number;
  readonly keepEach?: number;
  readonly keepProbes?: number;
  readonly requests?: number;
  readonly http2?: true;
  readonly streams?: number;
  readonly connections?: number;
}

/** How long Istio lets connecting take where nothing is said. */
const USUAL = { connect: '10s' };

/** What is said of connections, and how sidecars then keep them. */
const SAID: readonly (readonly [says: string, connections: ConnectionSettings, told: Told, protocol?: 'HTTP' | 'GRPC'])[] = [
  ['how long connecting takes', { connectTimeout: Duration.millis(250) }, { connect: '250ms' }],
  ['that idle ones are closed', { idleTimeout: Duration.seconds(90) }, { ...USUAL, idle: '1m30s' }],
  ['that idle ones stay', { idleTimeout: Duration.millis(0) }, { ...USUAL, idle: '0s' }],
  ['how long they last', { maxDuration: Duration.hours(1) }, { ...USUAL, duration: '1h0m0s' }],
  ['that they are probed', { keepalive: {} }, { ...USUAL, keepalive: true }],
  [
    'how they are probed', { keepalive: { time: Duration.seconds(60), interval: Duration.seconds(5), probes: 3 } },
    { ...USUAL, keepalive: true, keepTime: 60, keepEach: 5, keepProbes: 3 },
  ],
  ['that each is for one request', { maxRequestsPerConnection: 1 }, { ...USUAL, requests: 1 }],
  ['that they are HTTP/2', { http2: true, maxConcurrentStreams: 7 }, { ...USUAL, http2: true, streams: 7 }],
  ['that they do not become HTTP/2', { http2: false, connectTimeout: Duration.seconds(1) }, { connect: '1s' }],
  ['how many calls they carry', { maxConcurrentStreams: 7, idleTimeout: Duration.seconds(9) }, { ...USUAL, idle: '9s', http2: true, streams: 7 }, 'GRPC'],
];

/** Connections are said beside a route, with limits of their own. */
export function connectionCases(): Case[] {
  return SAID.map(([says, connections, told, spoken], i): Case => {
    const protocol = spoken ?? 'HTTP';
    const asked: Omit<Probe, 'answers'> = {
      namespace: 'shop', address: address(0, i), port: 80, protocol: 'HTTP', host: 'cart.shop.svc.cluster.local', method: 'GET', target: '/', headers: [],
    };
    return {
      name: `connections ${i}: ${says}`,
      manifests: [service('cart', address(0, i), [{ port: 80, protocol }]), ...manifests(connections, MeshProtocol[protocol]).map(stored)],
      probes: [{ ...asked, connections: true, answers: { documentation: JSON.stringify(inOrder({ ...told, connections: 100 })) } }],
    };
  });
}

function manifests(connections: ConnectionSettings, protocol: MeshProtocol): Manifest[] {
  const app = new App();
  MeshTargets.of(app).add(MeshTarget.gatewayApi({ mesh: MeshImplementation.ISTIO }));
  const chart = new Chart(app, 'shop', { namespace: 'shop' });
  const cart = MeshService.of('cart', { ports: [{ port: 80, protocol }] });
  new ServiceRoute(chart, 'route', { service: cart, rules: [{ backends: [{ service: cart }] }], connections, circuitBreaking: { maxConnections: 100 } });
  return Testing.synth(chart) as Manifest[];
}

function inOrder({ connect, idle, duration, keepalive, keepTime, keepEach, keepProbes, requests, http2, streams, connections }: Told): Told {
  return { connect, idle, duration, keepalive, keepTime, keepEach, keepProbes, requests, http2, streams, connections };
}
