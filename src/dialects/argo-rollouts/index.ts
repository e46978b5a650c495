import { analysisTemplates } from './analysis-template';
import { blueGreenOf, movable } from './course';
import { exposedRelease } from './exposed-release';
import { movingFields } from './moving-fields';
import { releaseRefusals, routeRefusals, switchRefusals } from './refusals';
import { canaryOf, rollout } from './rollout';
import { supportOf } from './support';
import { routedBy } from './traffic-routing';
import type { ArgoRolloutsModel } from '../../model/delivery';
import type { ReleaseFeature } from '../../model/features/release';
import type { Fields } from '../../model/fields';
import { releaseClaim } from '../contract/claim';
import type { Controller } from '../contract/controller';
import type { DialectOf } from '../contract/dialect';
import { unable } from '../contract/dialect';
import type { Rendering } from '../contract/rendering';
import { refusing, renderUnless } from '../contract/rendering';
import type { TargetDialects } from '../contract/target-dialects';

/** Argo Rollouts: a Rollout beside the routes of the target, whose weights it moves. */
export const argoRollouts: Controller<ArgoRolloutsModel, 'Argo Rollouts'> = {
  title: 'Argo Rollouts',
  code: "Delivery.argoRollouts({ prometheus: '…' })",
  least: { prometheus: 'http://prometheus:9090' },
  release: releasesBy,
};

function releasesBy({ routes, deliverable }: TargetDialects, { prometheus }: Fields<ArgoRolloutsModel, 'prometheus'>): DialectOf<'release'> {
  const { moved, telemetry } = deliverable;
  if (moved.api === 'none') return unable('release', moved.reason, moved.remedy);
  return {
    renders: `a Rollout, an AnalysisTemplate for its checks, and ${BESIDE[moved.api](routes.renders)}`,
    supports: supportOf(routes.supports, deliverable),
    claims: ({ route, workload }) => [...routes.claims(route), releaseClaim(route, workload.name)],
    needs: ({ route }) => routes.needs?.(route) ?? [],
    moves: model => movingFields(model, moved.api === 'gatewayApi' && model.course.kind !== 'switch' ? routes.render(movable(model)).manifests : []),
    exposes: (model, exposure) => exposedRelease(model, exposure, moved, () => routes.render(movable(model)).manifests),
    render: model => {
      const refusals = releaseRefusals(model, telemetry);
      const analysis = () => analysisTemplates(model, telemetry, prometheus);
      if (model.course.kind === 'switch') {
        return renderUnless([...refusals, ...switchRefusals(model)], () => [rollout(model, { blueGreen: blueGreenOf(model) }), ...analysis()]);
      }
      const base: Rendering<ReleaseFeature> = routes.render(movable(model));
      const all = [...refusals, ...base.refusals, ...routeRefusals(model, moved, base.manifests)];
      if (all.length > 0) return refusing(all);
      const { trafficRouting, manifests } = routedBy(model, moved, base.manifests);
      return renderUnless([], () => [...manifests, rollout(model, canaryOf(model, trafficRouting)), ...analysis()]);
    },
  };
}

const BESIDE = {
  gatewayApi: (routes: string) => `${routes}; where all requests are switched at once, no routes`,
  split: () => 'no TrafficSplit, which the Rollout makes itself',
  pods: () => 'nothing beside them: the Rollout leads the Service to other pods',
};
