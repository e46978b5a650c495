import { measured } from './analysis-template';
import { MAX_NAME_LENGTH } from './apis';
import { EMPTY_SHARE, EXPRESSIONS, isOfService, NO_ROUTE, NO_V1ALPHA2, OUTRANKED } from './support';
import type { ReleaseFeature } from '../../model/features/release';
import { routeUses } from '../../model/features/route';
import { flatMap } from '../../model/lists';
import type { ReleaseModel } from '../../model/release';
import type { RouteRule } from '../../model/route';
import { namespaceOf } from '../../model/route';
import { areApart } from '../../model/service-ref';
import type { Deliverable, Moved } from '../contract/deliverable';
import { lackingLabels } from '../contract/lacking-labels';
import type { Manifest } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';

type Refusals = Refusal<ReleaseFeature>[];

/** What a Rollout cannot say of a release, whatever moves its requests. */
export function releaseRefusals(model: ReleaseModel, telemetry: Deliverable['telemetry']): Refusals {
  return [...workloadRefusals(model), ...lackingLabels(model), ...serviceRefusals(model), ...requestRefusals(model, telemetry)];
}

function workloadRefusals({ workload: { name, replicas, autoscaler } }: ReleaseModel): Refusals {
  return [
    ...(replicas !== undefined || autoscaler !== undefined ? [] : [{
      what: `a release of Deployment '${name}' without a number of pods`,
      reason: 'the Rollout that takes its pods over would have one pod',
      remedy: 'Give the Workload its `replicas`, or its `autoscaler`',
    }]),
    ...(name.length <= MAX_NAME_LENGTH ? [] : [{
      what: `a release of Deployment '${name}'`,
      reason: `the names of what Argo Rollouts makes of it would be too long: the name may have ${MAX_NAME_LENGTH} characters`,
      remedy: 'Give the Deployment a shorter name',
    }]),
  ];
}

/** The controller takes Services of the namespace of the Rollout, and only if its pods have all labels by which they select. */
function serviceRefusals({ route, course, stable, canary, workload }: ReleaseModel): Refusals {
  const services = course.kind === 'switch' ? [route.service, canary] : [stable, canary];
  const selectors = [
    ...services.map(({ name, podSelector }) => ({ of: `Service '${name}'`, podSelector })),
    { of: `Deployment '${workload.name}'`, podSelector: workload.selector },
  ];
  const apart = flatMap(selectors, (one, i) =>
    selectors.slice(i + 1).filter(other => areApart(one.podSelector, other.podSelector)).map(other => [one.of, other.of]));
  const elsewhere = services.find(service => namespaceOf(route, service) !== route.namespace);
  return [
    ...(elsewhere === undefined ? [] : [{
      feature: 'ReferenceGrant' as const,
      what: `Service '${elsewhere.name}' of namespace '${elsewhere.namespace}'`,
      reason: 'a Rollout names its Services without a namespace',
      remedy: 'Put both versions, and the release, in the namespace of the Deployment',
    }]),
    ...(apart.length === 0 ? [] : [{
      what: `${apart[0].join(' and ')}, which select different pods`,
      reason: 'the pods of both versions have the same labels, those of the Deployment, and Argo Rollouts refuses a Service that selects by others',
      remedy: 'Let the Services select by labels that all pods of the Deployment have: the controller adds what tells the versions apart',
    }]),
    ...(course.kind !== 'switch' || route.service.name !== canary.name ? [] : [{
      feature: 'ServiceAsBackend' as const,
      what: `Service '${canary.name}' as the one that clients call, and as the idle one`,
      reason: 'a Rollout needs a Service of its own for the preview',
      remedy: 'Name another Service for the idle version',
    }]),
  ];
}

/** Checks of requests that nobody counts. */
function requestRefusals({ route, checks }: ReleaseModel, telemetry: Deliverable['telemetry']): Refusals {
  if ('none' in telemetry) return [];
  const uses = flatMap(checks, ({ kind }) => kind === 'promql' ? [] : [({ successRate: 'SuccessRateCheck', latency: 'LatencyCheck' } as const)[kind]]);
  if (uses.length === 0) return [];
  const protocols = measured(route);
  const uncounted = protocols.filter(protocol => !telemetry.protocols.includes(protocol));
  const refuse = (reason: string, remedy: string) => [...new Set(uses)].map(feature => ({ feature, reason, remedy }));
  return [
    ...(protocols.length > 0 ? [] : refuse('no port of the release has requests that can be counted', 'Use `ReleaseCheck.promql` with what the app itself counts')),
    ...(uncounted.length === 0 ? [] : refuse(`the mesh does not count the requests of ${uncounted.join(' and ')} ports by version`, 'Use `ReleaseCheck.promql` with what the app itself counts')),
    ...(route.namespace !== undefined ? [] : refuse('the namespace in which requests are counted is unknown', 'Give the chart its `namespace`')),
  ];
}

/** What is said of requests that no route of a switch says. */
export function switchRefusals({ route }: ReleaseModel): Refusals {
  return routeUses(route).filter(({ feature }) => !isOfService(feature))
    .map(use => ({ ...use, reason: NO_ROUTE, remedy: 'Leave it out, or use a CanaryRelease' }));
}

/** What the controller and its plugin would do to the objects of the route. */
export function routeRefusals(model: ReleaseModel, moved: Moved, manifests: readonly Manifest[]): Refusals {
  switch (moved.api) {
    case 'split': return moved.version === 'v1alpha2' ? emptyShareRefusals(model) : [];
    case 'gatewayApi': {
      const isPlugin = !manifests.some(({ kind }) => kind === 'VirtualService');
      return [...(moved.experimental ? [] : channelRefusals(model)), ...(isPlugin ? expressionRefusals(model) : []), ...lonePortRefusals(model)];
    }
    case 'pods':
    case 'none': return [];
  }
}

function channelRefusals({ route }: ReleaseModel): Refusals {
  return routeUses(route).filter(({ feature }) => feature === 'TCPRoute' || feature === 'TLSRoute').map(use => ({ ...use, ...NO_V1ALPHA2 }));
}

function expressionRefusals({ route }: ReleaseModel): Refusals {
  const http = route.ports.filter(({ protocol }) => protocol === 'HTTP').map(({ port }) => port);
  return routeUses(route).filter(({ feature, port }) => feature in EXPRESSIONS && port !== undefined && http.includes(port))
    .map(use => ({ ...use, reason: OUTRANKED, remedy: 'Match exact paths, or prefixes of whole elements' }));
}

/** Ports with the stable version alone, as those whose requests nothing tells apart. */
function lonePortRefusals({ route, canary }: ReleaseModel): Refusals {
  const hasCanary = ({ backends }: RouteRule) => backends.some(({ name }) => name === canary.name);
  return route.ports.filter(({ rules }) => rules.length > 0 && !rules.some(hasCanary)).map(({ port }) => ({
    what: `port ${port}, where nothing tells the requests of the audience apart`,
    reason: 'the Rollout would find no backend of the new version there, and stand still',
    remedy: 'Give the release the `ports` whose requests the audience makes',
  }));
}

/** Between releases, the TrafficSplit of a Rollout has a backend of weight 0. */
function emptyShareRefusals({ route }: ReleaseModel): Refusals {
  return route.ports.filter(({ protocol, rules }) => rules.length > 0 && (protocol === 'TCP' || protocol === 'TLS')).map(({ port }) => ({
    feature: 'TCPRoute' as const,
    port,
    reason: EMPTY_SHARE,
    remedy: 'Make the port a Service of its own, or use a BlueGreenRelease',
  }));
}
