import * as fc from 'fast-check';
import { argoRollouts } from './oracle/releases/argo-rollouts';
import { flagger } from './oracle/releases/flagger';
import { beside, distinct, expected, NAMESPACE, PORT, programs, SIMPLEST, watched, written, type Program } from './oracle/releases/programs';
import { type Release, type ReleasePod, type ReleaseStep } from './oracle/releases/release';
import { partsOf, sharesByPods, type Shares } from './oracle/releases/shares';
import { routedByOsm } from './oracle/routes/smi';
import { synth } from './setup';
import { Delivery, Identity, MeshImplementation, MeshProtocol, MeshTarget, SmiImplementation } from '../src';
import { allowedByCilium } from '../src/evaluators/access/cilium';
import { allowedByIstio } from '../src/evaluators/access/istio';
import { allowedByIstioAmbient } from '../src/evaluators/access/istio-ambient';
import { allowedByKuma } from '../src/evaluators/access/kuma';
import { allowedByLinkerd } from '../src/evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../src/evaluators/access/network-policy';
import type { Client, Request } from '../src/evaluators/access/request';
import { allowedBySmi } from '../src/evaluators/access/smi';
import { routedByGatewayApi } from '../src/evaluators/routes/gateway-api';
import { READINGS } from '../src/evaluators/routes/gateway-api-readings';
import { toService, type Outcome } from '../src/evaluators/routes/outcome';
import type { RouteRequest } from '../src/evaluators/routes/request';
import { routedByVirtualService } from '../src/evaluators/routes/virtual-service';
import { sharesBy } from '../src/evaluators/smi/shares';
import { releaseFindings } from '../src/validation/across/releases';

/**
 * Releases that a controller moves: what the library renders, plus what the controller makes of it, shares out requests as was written, step
 * by step; and policies hold for the pods of both versions all along.
 */

type Controller = 'Flagger' | 'Argo Rollouts';

const PROMETHEUS = 'http://prometheus.monitoring:9090';
const DELIVERIES: Readonly<Record<Controller, Delivery>> = {
  'Flagger': Delivery.flagger({ prometheus: PROMETHEUS, gate: 'http://loadtester.test' }),
  'Argo Rollouts': Delivery.argoRollouts({ prometheus: PROMETHEUS }),
};
const CONTROLLERS = Object.keys(DELIVERIES) as Controller[];

interface Read {
  readonly target: (delivery: Delivery) => MeshTarget;
  readonly shares: (step: ReleaseStep, request: RouteRequest) => Shares;
  readonly allows?: (manifests: readonly any[], request: Request) => boolean;
  /** As whom policies know the client, if not by its ServiceAccount. */
  readonly client?: Identity;
  readonly splitVersion?: 'v1alpha1' | 'v1alpha2';
}

const byOutcome = (routed: (manifests: readonly any[], request: RouteRequest) => Outcome) => (step: ReleaseStep, request: RouteRequest) =>
  sharesByPods(step, partsOf(routed(step.manifests, request)));
const gatewayApi = (mesh: MeshImplementation | undefined, reading: keyof typeof READINGS, allows?: Read['allows'], options = {}): Read => ({
  target: delivery => MeshTarget.gatewayApi({ mesh, delivery, ...options }), shares: byOutcome(routedByGatewayApi(READINGS[reading])), allows,
});
const smi = (implementation: SmiImplementation, splitVersion: Read['splitVersion'], shares: Read['shares'], allows?: Read['allows']): Read =>
  ({ target: delivery => MeshTarget.smi({ implementation, delivery }), splitVersion, shares, allows });

/** A VirtualService stands in the place of all routes of a Service. */
const routedByIstio = (manifests: readonly any[], request: RouteRequest) =>
  (manifests.some(({ kind }) => kind === 'VirtualService') ? routedByVirtualService : routedByGatewayApi(READINGS.istio))(manifests, request);

const TARGETS: Readonly<Record<string, Read>> = {
  'Gateway API': gatewayApi(undefined, 'specification'),
  'Istio': { ...gatewayApi(MeshImplementation.ISTIO, 'istio', allowedByIstio), shares: byOutcome(routedByIstio) },
  'Istio, in ambient mode': gatewayApi(MeshImplementation.ISTIO_AMBIENT, 'istio-ambient', allowedByIstioAmbient),
  'Linkerd': gatewayApi(MeshImplementation.LINKERD, 'linkerd', allowedByLinkerd),
  'Kuma': gatewayApi(MeshImplementation.KUMA, 'kuma', allowedByKuma, { trustDomain: 'cluster.local' }),
  'Cilium': gatewayApi(MeshImplementation.CILIUM, 'cilium', allowedByCilium),
  'SMI, Open Service Mesh': smi(SmiImplementation.OSM, 'v1alpha2', byOutcome((manifests, request) => {
    const outcome = routedByOsm(manifests, request);
    if (outcome === undefined) throw new Error('Envoy refuses the split');
    return outcome;
  }), allowedBySmi('osm')),
  'SMI, Linkerd': smi(SmiImplementation.LINKERD, 'v1alpha1', (step, { to: { namespace, service } }) =>
    sharesByPods(step, Object.entries(sharesBy('linkerd', step.manifests, { namespace, service })).map(([name, part]) => [namespace, name, part]))),
  'NetworkPolicy': {
    target: delivery => MeshTarget.networkPolicy({ delivery }),
    shares: byOutcome((_, request) => toService(request)),
    allows: allowedByNetworkPolicy('everyone'),
    client: Identity.namespace('web'),
  },
};

beforeAll(() => void jest.spyOn(console, 'warn').mockImplementation());

const ALL = ['weights', 'audience', 'switch'];

/** The courses that each target has, with either controller, so that none of them is passed over. */
const RENDERED: Readonly<Record<keyof typeof TARGETS, readonly string[]>> = {
  'Gateway API': ALL,
  'Istio': ALL,
  'Istio, in ambient mode': ALL,
  'Linkerd': ALL,
  'Kuma': ALL,
  'Cilium': ALL,
  'SMI, Open Service Mesh': ['weights', 'switch'],
  'SMI, Linkerd': ['weights', 'switch'],
  'NetworkPolicy': ['switch'],
};

/** Each is asked about at some steps, of some requests. */
const RUNS = Math.ceil(Number(process.env.ORACLE_CASES ?? 4000) / 40);

const PAIRS = Object.keys(TARGETS).flatMap(title => CONTROLLERS.map(controller => [title, controller] as const));

describe.each(PAIRS)('%s, %s', (title, controller) => {
  test('requests are shared out as was written, and policies hold', () => {
    const { target, shares, allows, client = Identity.serviceAccount('web', 'web'), splitVersion } = TARGETS[title];
    const kinds = new Set<string>();
    fc.assert(fc.property(programs, program => {
      const rendered = renderedBy(program, target(DELIVERIES[controller]), allows && client);
      if (rendered === undefined) return;
      kinds.add(program.course.kind);
      const applied = [...rendered, ...beside(program, controller)];
      expect(wrongIn(applied)).toEqual([]);
      const release = controller === 'Flagger' ? flagger(applied) : argoRollouts(applied, { splitVersion });

      expect(distinct(release.steps.map(step => toldOf(program, step, shares)))).toEqual(expected(program));
      expect(toldOf(program, lastOf(release), shares)).toMatch(/^0(?:\/0)?$/);
      if (allows !== undefined) checkPolicies(program, release, allows);
    }), { numRuns: RUNS, examples: SIMPLEST.map(program => [program]) });
    expect([...kinds].sort()).toEqual([...RENDERED[title]].sort());
  });
});

/** Nothing, if the program is refused. */
function renderedBy(program: Program, target: MeshTarget, client: Identity | undefined): any[] | undefined {
  const chart = written(program, target, client);
  return chart.node.findAll().some(({ node }) => node.validate().length > 0) ? undefined : synth(chart);
}

/** What is told of these manifests beside those of the team. */
function wrongIn(manifests: readonly any[]): readonly string[] {
  return releaseFindings(manifests.map(manifest => ({ manifest }))).filter(({ isError }) => isError).map(({ path, message }) => `${path} ${message}`);
}

function lastOf({ rolledBack }: Release): ReleaseStep {
  if (rolledBack === undefined) throw new Error('the release does not begin');
  return rolledBack;
}

/** What the new version gets of those requests that are watched, in percent. */
function toldOf(program: Program, step: ReleaseStep, shares: Read['shares']): string {
  // An HTTPRoute, which is all that Flagger writes, takes gRPC for the requests that it is.
  const isHttp = step.manifests.some(({ kind }) => kind === 'HTTPRoute');
  return watched(program).map(headers => {
    const { stable = 0, new: fresh = 0, ...others } = shares(step, { ...requestWith(program, headers), ...isHttp && { protocol: 'HTTP' } });
    expect(others).toEqual({});
    expect(stable + fresh).toBeCloseTo(1);
    return String(Math.round(fresh * 100));
  }).join('/');
}

const PROTOCOLS: ReadonlyMap<MeshProtocol, 'HTTP' | 'GRPC' | 'TCP'> = new Map([[MeshProtocol.HTTP, 'HTTP'], [MeshProtocol.GRPC, 'GRPC'], [MeshProtocol.TCP, 'TCP']]);

function requestWith({ protocol }: Program, headers: Readonly<Record<string, string>>): RouteRequest {
  return {
    client: { namespace: 'web' },
    to: { namespace: NAMESPACE, service: 'cart', port: PORT },
    protocol: PROTOCOLS.get(protocol)!,
    host: 'cart',
    method: protocol === MeshProtocol.GRPC ? 'POST' : 'GET',
    path: protocol === MeshProtocol.GRPC ? '/shop.Cart/Add' : '/items',
    headers,
    query: {},
    response: {},
  };
}

function clientOf(namespace: string, serviceAccount: string): Client {
  const namespaceLabels = { 'kubernetes.io/metadata.name': namespace };
  return { kind: 'pod', ip: '10.1.0.5', namespace, namespaceLabels, serviceAccount, labels: { app: serviceAccount }, meshed: true };
}

const WEB = clientOf('web', 'web');
const OTHER = clientOf('ops', 'other');

/** At each step, of every pod: who is let in by the Service that clients call, and nobody else by any. */
function checkPolicies(program: Program, { steps, rolledBack }: Release, allows: NonNullable<Read['allows']>): void {
  for (const step of [...steps, ...rolledBack === undefined ? [] : [rolledBack]]) {
    for (const pod of step.pods) {
      const decided = [
        allows(step.manifests, arriving(program, pod, WEB, 'cart')),
        ...['cart', ...program.versions].map(service => allows(step.manifests, arriving(program, pod, OTHER, service))),
      ];
      expect([step.phase, pod.version, ...decided]).toEqual([step.phase, pod.version, true, false, false, false]);
    }
  }
}

function arriving({ protocol }: Program, { namespace, labels, serviceAccount }: ReleasePod, client: Client, service: string): Request {
  return {
    client,
    pod: { service: 'cart', namespace, labels, serviceAccount, ports: [{ port: PORT, protocol: PROTOCOLS.get(protocol)! }] },
    port: PORT,
    entrance: { service, port: PORT },
    method: 'GET',
    path: '/items',
    headers: {},
    query: {},
  };
}
