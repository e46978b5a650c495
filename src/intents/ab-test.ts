import type { Construct } from 'constructs';
import { trialOf } from './moved-release';
import { ReleaseIntent } from './release-intent';
import type { RouteIntentProps } from './route-intent';
import { BACKEND, checkedPath, REQUESTS, routeProps } from './shapes';
import { optional } from '../input/shape';
import type { Fields } from '../model/fields';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkNotEmpty } from '../vocabulary/names';
import type { TrialProgression } from '../vocabulary/progression';
import { TRIAL_PROGRESSION } from '../vocabulary/progression';
import type { RequestMatch } from '../vocabulary/request-match';

/**
 * Properties of `AbTest`.
 */
export interface AbTestProps extends RouteIntentProps {
  /**
   * The version for everyone else.
   */
  readonly a: MeshService;

  /**
   * The version for the audience of the test.
   */
  readonly b: MeshService;

  /**
   * The requests of the audience, any of which may match, such as requests with a certain cookie or header.
   */
  readonly audience: RequestMatch[];

  /**
   * How the release moves, in the targets that have a controller for it (`delivery`). In the others, commits move it.
   * A controller takes `a` for the stable version and `b` for the new one, which gets all requests after the test if the checks hold.
   *
   * @default - commits move the release in every target
   */
  readonly progression?: TrialProgression;
}

const PROPS = routeProps<AbTestProps>({ a: BACKEND, b: BACKEND, audience: REQUESTS, progression: optional(TRIAL_PROGRESSION) });

/**
 * Some users see version B of a Service, all others version A; no request goes to a version by chance.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/ab-test.md#what-each-target-renders
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-split/v1alpha4/traffic-split.md
 * @example
 * import { AbTest, HttpMatch, MeshService } from 'cdk8s-mesh';
 *
 * const frontend = MeshService.of('frontend', { port: 8080 });
 *
 * new AbTest(chart, 'frontend-test', {
 *   service: frontend,
 *   a: frontend.variant('frontend-a'),
 *   b: frontend.variant('frontend-b'),
 *   audience: [HttpMatch.cookie('group', 'b')],
 * });
 */
export class AbTest extends ReleaseIntent {
  constructor(scope: Construct, id: string, props: AbTestProps) {
    const path = checkedPath(scope, id, props, PROPS);
    const { a, b, audience, progression }: Fields<AbTestProps, 'a' | 'b' | 'audience' | 'progression', keyof RouteIntentProps> = props;
    checkNotEmpty(path, 'audience', audience, 'Say whose requests go to version B');
    super(scope, id, props, [
      { matches: audience, backends: [{ service: b, weight: 100 }] },
      { backends: [{ service: a, weight: 100 }] },
    ], progression && trialOf(path, progression, rounds => ({ kind: 'audience', audience: audience.map(match => match._toModel()), rounds }), a, b));
  }
}
