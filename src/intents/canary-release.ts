import type { Construct } from 'constructs';
import type { ReleaseDefinition } from './moved-release';
import { ReleaseIntent } from './release-intent';
import type { RouteIntentProps, RuleDefinition } from './route-intent';
import { BACKEND, checkedPath, REQUESTS, routeProps } from './shapes';
import { misuse } from '../errors/misuse';
import { listOf, NUMBER, optional, record } from '../input/shape';
import type { Fields } from '../model/fields';
import { hasAtMostOneDecimal, integerWeights } from '../model/weights';
import type { MeshService } from '../vocabulary/mesh-service';
import { checkNotEmpty, checkOneOf } from '../vocabulary/names';
import type { CanaryProgression, Progression } from '../vocabulary/progression';
import { CANARY_PROGRESSION, movesOf, weightsOf } from '../vocabulary/progression';
import type { RequestMatch } from '../vocabulary/request-match';

/**
 * One of several canaries.
 */
export interface CanaryVariant {
  /**
   * The Service of this version.
   */
  readonly service: MeshService;

  /**
   * Percent of requests that go to it, from 0 to 100, with at most one decimal.
   */
  readonly weight: number;

  /**
   * Requests that always go to this version, whatever the weights.
   *
   * @default - none
   */
  readonly matches?: RequestMatch[];
}

/**
 * Properties of `CanaryRelease`.
 */
export interface CanaryReleaseProps extends RouteIntentProps {
  /**
   * The version that is released. It gets the requests that the canaries leave.
   */
  readonly stable: MeshService;

  /**
   * The version on trial. Excludes `variants`.
   *
   * @default - see `variants`
   */
  readonly canary?: MeshService;

  /**
   * Percent of requests that go to the canary, from 0 to 100, with at most one decimal. 0 is the rollback, 100 the
   * promotion.
   *
   * @default 0
   */
  readonly weight?: number;

  /**
   * Requests that always go to the canary, whatever the weight.
   *
   * @default - none
   */
  readonly matches?: RequestMatch[];

  /**
   * How the release moves, in the targets that have a controller for it (`delivery`). In the others, commits move it by `weight`, which is refused where a controller moves it.
   * Excludes `variants`.
   *
   * @default - commits move the release in every target
   */
  readonly progression?: CanaryProgression;

  /**
   * Several versions on trial at once, for a split in more than two. Excludes `canary`, `weight` and `matches`.
   *
   * @default - see `canary`
   */
  readonly variants?: CanaryVariant[];
}

const PROPS = routeProps<CanaryReleaseProps>({
  stable: BACKEND,
  canary: optional(BACKEND),
  weight: optional(NUMBER),
  matches: optional(REQUESTS),
  progression: optional(CANARY_PROGRESSION),
  variants: optional(listOf(record<CanaryVariant>({ service: BACKEND, weight: NUMBER, matches: optional(REQUESTS) }))),
});

/**
 * Some percent of the requests to a Service, and some requests in particular, go to a new version.
 *
 * Weights are whole numbers with exactly the shares asked for: 37.5 percent is 375 to 625.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/canary-release.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/guides/traffic-splitting/
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-split/v1alpha4/traffic-split.md
 * @example
 * import { CanaryRelease, MeshService } from 'cdk8s-mesh';
 *
 * const cart = MeshService.of('cart', { port: 8080 });
 *
 * new CanaryRelease(chart, 'cart-release', {
 *   service: cart,                     // what clients call
 *   stable: cart.variant('cart-v1'),   // the Services behind it
 *   canary: cart.variant('cart-v2'),
 *   weight: 37.5,                      // percent of requests to the canary
 * });
 */
export class CanaryRelease extends ReleaseIntent {
  constructor(scope: Construct, id: string, props: CanaryReleaseProps) {
    const path = checkedPath(scope, id, props, PROPS);
    super(scope, id, props, canaryRules(path, props.stable, canariesOf(path, props)), releaseOf(path, props));
  }
}

type Released = Fields<CanaryReleaseProps, 'stable' | 'canary' | 'weight' | 'progression', 'matches' | 'variants' | keyof RouteIntentProps>;

function releaseOf(path: string, { stable, canary, weight, progression }: Released): ReleaseDefinition | undefined {
  if (progression === undefined) return undefined;
  if (canary === undefined) {
    throw misuse('MESH1005', path, '`progression` moves one `canary`, and there are `variants`', 'Leave one of them out');
  }
  const where = `${path}: progression`;
  const { weights, ...moves }: Fields<CanaryProgression, 'weights' | keyof Progression> = progression;
  return { ...movesOf(where, moves), course: { kind: 'weights', weights: weightsOf(where, weights) }, stable, canary, ...(weight !== undefined && { weight }) };
}

type Own = Fields<CanaryReleaseProps, 'canary' | 'weight' | 'matches' | 'variants', 'stable' | 'progression' | keyof RouteIntentProps>;

function canariesOf(path: string, { canary, weight, matches, variants }: Own): CanaryVariant[] {
  checkNotEmpty(path, 'variants', variants, 'Name at least one, or use `canary`');
  const one = checkOneOf(path, { canary, variants }, 'MESH1301', 'the canary is missing', 'Write `canary` and `weight` for one new version, or `variants` for several');
  if (variants !== undefined && (weight !== undefined || matches !== undefined)) {
    throw misuse('MESH1005', path, '`weight` and `matches` go with `canary`, not with `variants`', 'Give them to each of the `variants`');
  }
  return one.variants ?? [{ service: one.canary, weight: weight ?? 0, matches }];
}

function canaryRules(path: string, stable: MeshService, canaries: readonly CanaryVariant[]): RuleDefinition[] {
  for (const { service, weight, matches } of canaries) {
    checkNotEmpty(path, 'matches', matches, 'Leave it out if no requests always go to the canary');
    if (!(weight >= 0 && weight <= 100)) {
      throw misuse('MESH1302', path, `the weight of '${service.name}' is ${weight}`, 'Give the percent of requests, from 0 to 100: `weight: 10`');
    }
    if (!hasAtMostOneDecimal(weight)) {
      throw misuse('MESH1302', path, `the weight of '${service.name}' is ${weight}, with more than one decimal`, `Round it: \`weight: ${weight.toFixed(1)}\``);
    }
  }
  // In tenths, since decimal fractions do not add up exactly.
  const rest = 1000 - canaries.reduce((sum, { weight }) => sum + Math.round(weight * 10), 0);
  if (rest < 0) {
    throw misuse('MESH1303', path, `the weights of the canaries add up to ${(1000 - rest) / 10} percent`, 'Lower them to 100 percent or less in total');
  }
  const [stableWeight, ...weights] = integerWeights([rest / 10, ...canaries.map(({ weight }) => weight)]);
  return [
    ...canaries.filter(({ matches }) => matches !== undefined).map(({ matches, service }: Fields<CanaryVariant, 'matches' | 'service', 'weight'>) => ({ matches, backends: [{ service, weight: 100 }] })),
    { backends: [{ service: stable, weight: stableWeight }, ...canaries.map(({ service }, i) => ({ service, weight: weights[i] }))] },
  ];
}
