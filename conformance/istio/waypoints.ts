import { type Asked, casesOf, perBackend, shareOf, toItsService } from './apps';
import { address, type Case, podObject, type Probe } from './case';
import { verdictOnTokens } from './signers';
import { passesWaypoint } from '../../src/evaluators/access/istio-ambient';
import { arriving } from '../../test/oracle/app/requests';
import { TARGETS } from '../../test/oracle/app/targets';
import { podsBehind } from '../../test/oracle/app/world';

const AMBIENT = TARGETS['Gateway API, Istio ambient'];

/** Whole apps in ambient mode, and requests that come to the waypoint of a Service. */
export const waypointCases = (seed: number, count: number): Case[] =>
  casesOf('waypoint', AMBIENT, seed, count, byWaypoint, ({ world }, test) =>
    [...new Set(world.services.map(({ namespace }) => namespace))].flatMap((namespace, n) => waypoint(namespace, n, test)));

/** The waypoint of a namespace, as Istio makes it of a Gateway. */
export function waypoint(namespace: string, n: number, test: number): object[] {
  const labels = { 'gateway.networking.k8s.io/gateway-name': 'waypoint', 'gateway.istio.io/managed': 'istio.io-mesh-controller' };
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'waypoint', namespace },
      spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', allowedRoutes: { namespaces: { from: 'All' } } }] },
      status: { addresses: [{ type: 'Hostname', value: `waypoint.${namespace}.svc.cluster.local` }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'waypoint', namespace, labels },
      spec: { clusterIP: address(60 + n, test), selector: labels, ports: [{ name: 'mesh', port: 15008, appProtocol: 'hbone' }] },
    },
    podObject({ name: 'waypoint', namespace, serviceAccount: 'waypoint', labels }, address(80 + n, test)),
  ];
}

function byWaypoint(asked: Asked): Probe[] {
  const { app, manifests, caller, seen, tokens } = asked;
  const { to } = seen;
  const outcome = AMBIENT.routed(manifests, seen);
  // It trusts no other domain.
  if (outcome.kind === 'redirected' || caller.trustDomain !== undefined) {
    return [];
  }
  const [{ pod, port }] = podsBehind(app.world, to.namespace, to.service, to.port);
  const request = arriving(caller, { kind: 'inside', client: caller, request: seen, toPod: false, tokens }, pod, port, {});
  const routed = outcome.kind === 'forwarded' ? perBackend(outcome.arrivals, shareOf) : 'no route';
  return [{
    ...toItsService(asked),
    waypoint: to.namespace,
    answers: { evaluators: passesWaypoint(manifests, request, request.entrance!) ? routed : verdictOnTokens(false) },
  }];
}
