import { canary } from './canary';
import { exposed } from './exposed';
import { metricTemplates } from './metric-template';
import { refusals } from './refusals';
import { routeOfTarget } from './route-of-target';
import type { MovedByFlagger } from './supports';
import { supports } from './supports';
import type { FlaggerModel } from '../../model/delivery';
import type { ReleaseFeature } from '../../model/features/release';
import type { MovingField } from '../../model/moving-field';
import type { ReleaseModel } from '../../model/release';
import { claim, releaseClaim } from '../contract/claim';
import type { DialectOf } from '../contract/dialect';
import { movingIn, movingReplicas } from '../contract/moving-fields';
import { renderUnless } from '../contract/rendering';
import type { TargetDialects } from '../contract/target-dialects';

/**
 * One Canary, of which Flagger makes the Services and the stable Deployment, and the route or the TrafficSplit; and one MetricTemplate for
 * each check. What Flagger makes says the same as the route of the target, whose place it takes.
 *
 * @see https://docs.flagger.app/usage/how-it-works
 */
export function release(target: TargetDialects, moved: MovedByFlagger, options: FlaggerModel): DialectOf<'release'> {
  const { routes, deliverable: { telemetry } } = target;
  return {
    renders: 'a Canary of Flagger, which makes everything else, and a MetricTemplate for each check',
    supports: supports(routes, moved, telemetry),
    claims: ({ route, workload }) => [
      ...moved.api === 'pods' ? [claim('route', { type: 'service', name: route.service.name, namespace: route.namespace })] : routes.claims(route),
      releaseClaim(route, workload.name),
    ],
    moves,
    exposes: exposed,
    render: model => {
      const own = routeOfTarget(routes, moved, model.route);
      return renderUnless<ReleaseFeature>([...refusals(model, moved, telemetry, options), ...own.refusals], () => [
        canary(model, moved, own, target.services, options),
        ...metricTemplates(model, telemetry, options),
      ]);
    },
  };
}

/** It scales the Deployment, and makes the Service select the stable pods; KEDA does not scale the new version while there is none. */
function moves(model: ReleaseModel): MovingField[] {
  const { route: { service }, workload: { autoscaler } } = model;
  return [
    movingReplicas(model),
    movingIn(model, '', 'Service', service.name, '/spec/selector', '/spec/ports'),
    ...autoscaler?.kind === 'ScaledObject'
      ? [movingIn(model, 'keda.sh', 'ScaledObject', autoscaler.name, '/metadata/annotations/autoscaling.keda.sh~1paused-replicas')] : [],
  ];
}
