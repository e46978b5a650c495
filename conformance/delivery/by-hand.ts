import { OSM_INSTANCE } from './controllers';
import { AUDIENCE } from './expected';
import { IMAGES, PORT, SERVICE, type Fate, type Scenario } from './scenario';
import { routedByGatewayApi } from '../../src/evaluators/routes/gateway-api';
import { READINGS } from '../../src/evaluators/routes/gateway-api-readings';
import { routedByVirtualService } from '../../src/evaluators/routes/virtual-service';
import type { Course } from '../../src/model/release';
import { routedBySmi } from '../../test/oracle/routes/smi';

/** Releases as people write them, and traps that they fall into. */

const WEIGHTS: Course = { kind: 'weights', weights: [20, 50] };
const SWITCH: Course = { kind: 'switch', rounds: 2 };
const TRIAL: Course = { kind: 'audience', rounds: 2, audience: [] };
export const LABELS = { app: SERVICE, team: 'shop' };
const CHECK = 'success-rate';

export function byHand(prometheus: string): Scenario[] {
  return [...flagger(prometheus), ...argoRollouts(prometheus)];
}

function flagger(address: string): Scenario[] {
  const gamma = { provider: 'gatewayapi:v1', gatewayRefs: [{ group: '', kind: 'Service', name: SERVICE, port: PORT }] };
  const analysis: Record<Course['kind'], any> = {
    weights: { stepWeights: [20, 50] },
    switch: { iterations: 2 },
    audience: { iterations: 2, match: [{ headers: { 'x-beta': { exact: AUDIENCE['x-beta'] } } }] },
  };
  const scenario = (on: string, course: Course, fate: Fate, { provider, ...service }: any, routed: Scenario['routed']): Scenario => {
    const namespace = namespaceOf('flagger', on, fate);
    const manifests = [
      ...workload(namespace),
      {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'MetricTemplate',
        metadata: { name: CHECK, namespace },
        spec: { provider: { type: 'prometheus', address }, query: 'avg(requests{namespace="{{ namespace }}"})' },
      },
      {
        apiVersion: 'flagger.app/v1beta1',
        kind: 'Canary',
        metadata: { name: SERVICE, namespace },
        spec: {
          targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: SERVICE },
          provider,
          service: { port: PORT, ...service },
          analysis: {
            ...analysis[course.kind],
            interval: '10s',
            threshold: 2,
            metrics: [{ name: CHECK, interval: '1m', templateRef: { name: CHECK, namespace }, thresholdRange: { min: 99 } }],
          },
        },
      },
    ];
    return { controller: 'Flagger', on, fate, namespace, manifests, course, routed };
  };
  const byGateway = routedByGatewayApi(READINGS.istio);
  return [
    ...(['succeeds', 'fails its checks', 'gets no requests'] as const).map(fate => scenario('Gateway API', WEIGHTS, fate, gamma, byGateway)),
    scenario('Gateway API, blue/green', SWITCH, 'succeeds', gamma, byGateway),
    scenario('Gateway API, blue/green', SWITCH, 'fails its checks', gamma, byGateway),
    scenario('Gateway API, A/B', TRIAL, 'succeeds', gamma, byGateway),
    scenario('Gateway API, A/B', TRIAL, 'fails its checks', gamma, byGateway),
    ...(['succeeds', 'fails its checks'] as const).flatMap(fate => [
      scenario('SMI of Open Service Mesh', WEIGHTS, fate, { provider: 'osm' }, routedBySmi),
      scenario('SMI of Linkerd', WEIGHTS, fate, { provider: 'linkerd' }, routedBySmi),
    ]),
    {
      ...scenario('SMI of Linkerd, A/B', TRIAL, 'succeeds', { provider: 'linkerd' }, routedBySmi),
      trap: 'requests are 0 / 0, 100 / 100; expected 0 / 0, 100 / 0, 100 / 100',
    },
    forNew(scenario('Gateway API, a policy by app', WEIGHTS, 'fails its checks', gamma, byGateway)),
  ];
}

/** The policy selects by the label of which Flagger changes the value. */
function forNew(scenario: Scenario): Scenario {
  const changed = (manifest: any) => manifest.kind !== 'AuthorizationPolicy' ? manifest
    : { ...manifest, spec: { ...manifest.spec, selector: { matchLabels: { app: LABELS.app } } } };
  return { ...scenario, manifests: scenario.manifests.map(changed), trap: `AuthorizationPolicy ${SERVICE} leaves out the pods of Deployment ${SERVICE}-primary` };
}

function argoRollouts(address: string): Scenario[] {
  const service = (name: string, namespace: string) => ({
    apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: LABELS, ports: [{ name: 'http', port: PORT }] },
  });
  const scenario = (
    on: string, course: Course, fate: Fate, routed: Scenario['routed'], strategy: any, more: (namespace: string) => any[],
    limits: any = { count: 2, consecutiveErrorLimit: 1 },
  ): Scenario => {
    const namespace = namespaceOf('argo', on, fate);
    const manifests = [
      ...workload(namespace),
      ...more(namespace),
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AnalysisTemplate',
        metadata: { name: CHECK, namespace },
        spec: {
          metrics: [{
            name: CHECK,
            interval: '10s',
            failureLimit: 1,
            ...limits,
            successCondition: 'result[0] >= 99',
            provider: { prometheus: { address, query: `avg(requests{namespace="${namespace}"})` } },
          }],
        },
      },
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        metadata: { name: SERVICE, namespace },
        spec: {
          replicas: 2,
          selector: { matchLabels: LABELS },
          strategy,
          workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: SERVICE, scaleDown: 'onsuccess' },
        },
      },
    ];
    return { controller: 'Argo Rollouts', on, fate, namespace, manifests, course, routed };
  };
  const [stable, canary, preview] = ['stable', 'canary', 'preview'].map(name => `${SERVICE}-${name}`);
  const services = (...names: string[]) => (namespace: string) => [SERVICE, ...names].map(name => service(name, namespace));
  const analysis = { templates: [{ templateName: CHECK }] };
  const weighted = (trafficRouting: any) => ({
    canary: {
      stableService: stable, canaryService: canary, trafficRouting, steps: [20, 50].flatMap(weight => [{ setWeight: weight }, { analysis }]),
    },
  });
  const smi = weighted({ smi: { rootService: SERVICE, trafficSplitName: SERVICE } });
  const istio = weighted({ istio: { virtualService: { name: SERVICE, routes: ['release'] } } });
  // The steps do not wait for it, and five errors in a row take 40 seconds.
  const background = {
    canary: {
      ...smi.canary, analysis: { ...analysis, startingStep: 1 }, steps: [20, 50].flatMap(weight => [{ setWeight: weight }, { pause: { duration: '10s' } }]),
    },
  };
  const virtualService = (namespace: string) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: SERVICE, namespace },
    spec: {
      hosts: [SERVICE],
      exportTo: ['*'],
      http: [{ name: 'release', route: [[stable, 100], [canary, 0]].map(([host, weight]) => ({ destination: { host, port: { number: PORT } }, weight })) }],
    },
  });
  const blueGreen = { blueGreen: { activeService: SERVICE, previewService: preview, prePromotionAnalysis: analysis } };
  return [
    ...(['succeeds', 'fails its checks', 'gets no requests', 'is aborted'] as const).flatMap(fate => [
      scenario('SMI of Linkerd', WEIGHTS, fate, routedBySmi, smi, services(stable, canary)),
      scenario('Istio', WEIGHTS, fate, routedByVirtualService, istio, namespace => [...services(stable, canary)(namespace), virtualService(namespace)]),
    ]),
    forOsm(scenario('SMI of Open Service Mesh', WEIGHTS, 'succeeds', routedBySmi, smi, services(stable, canary))),
    scenario('SMI, analysis beside the steps', WEIGHTS, 'succeeds without requests', routedBySmi, background, services(stable, canary), {}),
    ...(['succeeds', 'fails its checks', 'is aborted'] as const).map(fate => scenario('blue/green', SWITCH, fate, routedBySmi, blueGreen, services(preview))),
  ];
}

/** For the controller whose TrafficSplits Open Service Mesh reads. */
export function forOsm(scenario: Scenario): Scenario {
  const labels = { 'argo-rollouts.argoproj.io/controller-instance-id': OSM_INSTANCE };
  return { ...scenario, manifests: scenario.manifests.map(one => ({ ...one, metadata: { ...one.metadata, labels } })) };
}

export function namespaceOf(...words: string[]): string {
  return words.join('-').toLowerCase().replace(/[^a-z]+/g, '-');
}

/** A Deployment, and a policy for its pods. */
export function workload(namespace: string): any[] {
  const containers = [{ name: SERVICE, image: IMAGES.old, ports: [{ containerPort: PORT }] }];
  return [{
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: SERVICE, namespace },
    spec: { selector: { matchLabels: LABELS }, template: { metadata: { labels: LABELS }, spec: { serviceAccountName: SERVICE, containers } } },
  }, {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: SERVICE, namespace },
    spec: { selector: { matchLabels: { team: LABELS.team } }, rules: [{}] },
  }];
}
