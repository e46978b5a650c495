import { ApiObject, App, Chart, Duration, Testing } from 'cdk8s';
import { forOsm, LABELS, namespaceOf, workload } from './by-hand';
import { AUDIENCE } from './expected';
import { PORT, SERVICE, type Controller, type Fate, type Scenario } from './scenario';
import {
  AbTest, BlueGreen, BlueGreenRelease, CanaryRelease, Delivery, HttpMatch, Identity, MeshImplementation, MeshService, MeshTarget, MeshTargets,
  ReleaseCheck,
  ServiceAccessPolicy, SmiImplementation, StringMatch, WithoutRequests, Workload,
} from '../../src';
import type { MovingField } from '../../src';
import { routedByGatewayApi } from '../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../src/evaluators/routes/gateway-api-readings';
import { routedByVirtualService } from '../../src/evaluators/routes/virtual-service';
import type { Course } from '../../src/model/release';
import { routedBySmi } from '../../test/oracle/routes/smi';

/** Releases as the library renders them. */

const WEIGHTS = [20, 50];
const ROUNDS = 2;

const COURSES: { readonly [K in Course['kind']]: Extract<Course, { kind: K }> } = {
  weights: { kind: 'weights', weights: WEIGHTS },
  switch: { kind: 'switch', rounds: ROUNDS },
  audience: { kind: 'audience', rounds: ROUNDS, audience: [] },
};

const NAMES: Readonly<Record<Course['kind'], string>> = { weights: 'canary', switch: 'blue/green', audience: 'A/B' };

interface Place {
  readonly name: string;
  readonly target: (delivery: Delivery) => MeshTarget;
  readonly routed: Scenario['routed'];
  /** Whether the mesh counts the requests of each version, by controller. */
  readonly counts: Readonly<Record<Controller, boolean>>;
  /** What else the release says. */
  readonly handling?: object;
  /** Who may call, where the target has access policies. */
  readonly client?: Identity;
}

const WEB = Identity.serviceAccount('web');

const meshes = ['ISTIO', 'ISTIO_AMBIENT', 'LINKERD', 'KUMA', 'CILIUM'] as const;
const READING = { ISTIO: 'istio', ISTIO_AMBIENT: 'istio', LINKERD: 'linkerd', KUMA: 'kuma', CILIUM: 'cilium' } as const;

const gatewayApi = (mesh: typeof meshes[number]): Place => ({
  name: `Gateway API, ${mesh}`,
  target: delivery => MeshTarget.gatewayApi({ mesh: MeshImplementation[mesh], delivery, ...mesh === 'KUMA' && { trustDomain: 'default.zone.mesh.local' } }),
  routed: routedByGatewayApi(READINGS[READING[mesh]]),
  counts: { 'Flagger': true, 'Argo Rollouts': true },
  client: WEB,
});

const smi = (implementation: SmiImplementation, name: string, client?: Identity): Place => ({
  name: `SMI, ${name}`, target: delivery => MeshTarget.smi({ implementation, delivery }), routed: routedBySmi, client, counts: { 'Flagger': true, 'Argo Rollouts': false },
});

const OSM = smi(SmiImplementation.OSM, 'Open Service Mesh', WEB);
const LINKERD_SMI = smi(SmiImplementation.LINKERD, 'Linkerd');
const PODS: Place = { name: 'no mesh', target: delivery => MeshTarget.networkPolicy({ delivery }), routed: routedBySmi, client: Identity.namespace('web'), counts: { 'Flagger': false, 'Argo Rollouts': false } };

const istio = gatewayApi('ISTIO');
/** Gateway API has no word for it. */
const FAULTS = { faults: { abort: { percent: 1, statusCode: 503 } } };
const VIRTUAL_SERVICE: Place = { ...istio, name: 'VirtualService', routed: routedByVirtualService, handling: FAULTS };

export function rendered(prometheus: string): Scenario[] {
  const flagger = new Releases('Flagger', Delivery.flagger({ prometheus }));
  const argo = new Releases('Argo Rollouts', Delivery.argoRollouts({ prometheus }));
  return [
    ...flagger.of(istio, 'weights', 'succeeds', 'fails its checks', 'gets no requests', 'succeeds without requests'),
    ...meshes.filter(mesh => mesh !== 'ISTIO').flatMap(mesh => flagger.of(gatewayApi(mesh), 'weights', 'succeeds')),
    ...flagger.of(istio, 'switch', 'succeeds', 'fails its checks'),
    ...flagger.of(istio, 'audience', 'succeeds', 'fails its checks'),
    ...flagger.of(OSM, 'weights', 'succeeds', 'fails its checks'),
    ...flagger.of(OSM, 'switch', 'succeeds'),
    ...flagger.of(LINKERD_SMI, 'weights', 'succeeds', 'fails its checks'),
    ...flagger.of(PODS, 'switch', 'succeeds', 'fails its checks'),
    ...argo.of(VIRTUAL_SERVICE, 'weights', 'succeeds', 'fails its checks', 'gets no requests', 'succeeds without requests', 'is aborted'),
    ...argo.of(VIRTUAL_SERVICE, 'audience', 'succeeds'),
    ...argo.of(VIRTUAL_SERVICE, 'audience', 'fails its checks', 'is aborted').map(scenario => ({ ...scenario, mayDiffer: FLAPPING })),
    ...argo.of(LINKERD_SMI, 'weights', 'succeeds', 'fails its checks', 'gets no requests', 'is aborted'),
    ...argo.of(OSM, 'weights', 'succeeds', 'fails its checks').map(forOsm),
    ...argo.of(istio, 'switch', 'succeeds', 'fails its checks', 'gets no requests', 'is aborted'),
    ...argo.of(PODS, 'switch', 'succeeds'),
  ];
}

const VERSIONS = [`${SERVICE}-primary`, `${SERVICE}-canary`] as const;

/** After an abort, the Service of the new version leads to either version in turn, also when the aborted one has no pods any more. */
const FLAPPING = ['requests are 0 / 0, 100 / 0, 0 / 0, ', 'requests were not answered for '];

/** Those of a controller. */
class Releases {
  constructor(private readonly controller: Controller, private readonly delivery: Delivery) {}

  public of(place: Place, kind: Course['kind'], ...fates: readonly Fate[]): Scenario[] {
    return fates.map(fate => {
      const on = `${place.name}, ${NAMES[kind]}`;
      const namespace = namespaceOf(this.controller, on, fate);
      const { moving, synthesized } = this.synthesized(place, kind, fate, namespace);
      const manifests = [...this.servicesIn(namespace), ...synthesized];
      return { controller: this.controller, on: `rendered: ${on}`, fate, namespace, manifests, course: COURSES[kind], moving, routed: place.routed };
    });
  }

  /** Clients called the Service before there was a release. Flagger makes those of the versions itself. */
  private servicesIn(namespace: string): any[] {
    const names = this.controller === 'Flagger' ? [SERVICE] : [SERVICE, ...VERSIONS];
    const spec = { selector: LABELS, ports: [{ name: 'http', port: PORT, appProtocol: 'http' }] };
    return names.map(name => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec }));
  }

  private synthesized({ target, client, handling, counts }: Place, kind: Course['kind'], fate: Fate, namespace: string): { moving: MovingField[]; synthesized: any[] } {
    const app = new App();
    MeshTargets.of(app).add(target(this.delivery));
    const chart = new Chart(app, 'shop', { namespace });
    const [deployment] = workload(namespace).map((manifest, i) => new ApiObject(chart, `object-${i}`, manifest));
    const cart = MeshService.of(SERVICE, {
      ports: [{ port: PORT, appProtocol: 'http' }], serviceAccount: SERVICE, podSelector: { team: LABELS.team },
    });
    const [stable, next] = VERSIONS.map(name => cart.variant(name));
    const query = `avg(requests{namespace="${namespace}"})`;
    const common = { service: cart, ...handling };
    const progression = {
      workload: Workload.fromKubeDeployment(deployment, { replicas: 2 }),
      interval: Duration.seconds(10),
      checks: [counts[this.controller] ? ReleaseCheck.successRate({ atLeast: 99 }) : ReleaseCheck.promql('success-rate', { query, atLeast: 99 })],
      ...fate === 'succeeds without requests' && { withoutRequests: WithoutRequests.PASS },
    };
    const release = this.intent(chart, kind, common, progression, stable, next);
    if (client !== undefined) new ServiceAccessPolicy(chart, 'policy', { destination: cart, allow: [{ sources: [client] }] });
    return { moving: release.movingFields(), synthesized: Testing.synth(chart) };
  }

  private intent(
    chart: Chart, kind: Course['kind'], common: any, progression: any, stable: MeshService, next: MeshService,
  ): CanaryRelease | BlueGreenRelease | AbTest {
    switch (kind) {
      case 'weights':
        return new CanaryRelease(chart, 'release', { ...common, stable, canary: next, progression: { ...progression, weights: WEIGHTS } });
      case 'switch':
        return new BlueGreenRelease(chart, 'release', {
          ...common, blue: stable, green: next, active: BlueGreen.BLUE, progression: { ...progression, rounds: ROUNDS },
        });
      case 'audience': {
        const audience = [HttpMatch.of({ headers: { 'x-beta': StringMatch.exact(AUDIENCE['x-beta']) } })];
        return new AbTest(chart, 'release', { ...common, a: stable, b: next, audience, progression: { ...progression, rounds: ROUNDS } });
      }
    }
  }
}
