import type { Construct } from 'constructs';
import { trialOf } from './moved-release';
import { ReleaseIntent } from './release-intent';
import type { RouteIntentProps } from './route-intent';
import { BACKEND, checkedPath, REQUESTS, routeProps } from './shapes';
import { memberOf, optional } from '../input/shape';
import type { Fields } from '../model/fields';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkNotEmpty } from '../vocabulary/names';
import type { TrialProgression } from '../vocabulary/progression';
import { TRIAL_PROGRESSION } from '../vocabulary/progression';
import type { RequestMatch } from '../vocabulary/request-match';

/**
 * One of two versions that stand side by side.
 */
export enum BlueGreen {
  /** The version named `blue`. */
  BLUE = 'blue',
  /** The version named `green`. */
  GREEN = 'green',
}

/**
 * Properties of `BlueGreenRelease`.
 */
export interface BlueGreenReleaseProps extends RouteIntentProps {
  /**
   * One version.
   */
  readonly blue: MeshService;

  /**
   * The other version.
   */
  readonly green: MeshService;

  /**
   * The version that takes the requests.
   */
  readonly active: BlueGreen;

  /**
   * Requests that go to the idle version, to try it before the switch.
   *
   * @default - none
   */
  readonly preview?: RequestMatch[];

  /**
   * How the release moves, in the targets that have a controller for it (`delivery`). In the others, commits move it by `active`.
   * A controller takes the active version for the stable one, and the idle version for the new one, at every release.
   *
   * @default - commits move the release in every target
   */
  readonly progression?: TrialProgression;
}

const PROPS = routeProps<BlueGreenReleaseProps>({
  blue: BACKEND, green: BACKEND, active: memberOf(BlueGreen, 'BlueGreen'), preview: optional(REQUESTS), progression: optional(TRIAL_PROGRESSION),
});

/**
 * All requests to a Service go to one of two versions, and are switched at once.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/blue-green-release.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
 * @example
 * import { BlueGreen, BlueGreenRelease, MeshService } from 'cdk8s-mesh';
 *
 * const cart = MeshService.of('cart', { port: 8080 });
 *
 * new BlueGreenRelease(chart, 'cart-release', {
 *   service: cart,
 *   blue: cart.variant('cart-blue'),
 *   green: cart.variant('cart-green'),
 *   active: BlueGreen.GREEN,
 * });
 */
export class BlueGreenRelease extends ReleaseIntent {
  constructor(scope: Construct, id: string, props: BlueGreenReleaseProps) {
    const path = checkedPath(scope, id, props, PROPS);
    const { blue, green, active, preview, progression }: Fields<
      BlueGreenReleaseProps, 'blue' | 'green' | 'active' | 'preview' | 'progression', keyof RouteIntentProps
    > = props;
    checkNotEmpty(path, 'preview', preview, 'Leave it out if there is no preview');
    const [stable, idle] = active === BlueGreen.BLUE ? [blue, green] : [green, blue];
    const weightOf = (service: MeshService) => service === idle ? 0 : 100;
    super(scope, id, props, [
      ...(preview === undefined ? [] : [{ matches: preview, backends: [{ service: idle, weight: 100 }] }]),
      { backends: [blue, green].map(service => ({ service, weight: weightOf(service) })) },
    ], progression && trialOf(path, progression, rounds => ({ kind: 'switch', rounds }), stable, idle));
  }
}
