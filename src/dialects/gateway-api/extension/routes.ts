import type { RouteFeature } from '../../../model/features/route';
import type { Protocol } from '../../../model/protocol';
import type { PortRoute, RouteModel } from '../../../model/route';
import type { Claim } from '../../contract/claim';
import type { Need } from '../../contract/dialect';
import type { Rendering } from '../../contract/rendering';
import type { Support } from '../../contract/support';
import { none } from '../../contract/support';

/** None of these features of routes, all for the same reason. */
export function noRoutes(reason: string, ...features: readonly RouteFeature[]): RouteExtension['supports'] {
  return Object.fromEntries(features.map(feature => [feature, none(reason)]));
}

/** What a mesh says of routes beside Gateway API. */
export interface RouteExtension {
  /** The objects that it renders beside the routes, in words; empty if there are none. */
  readonly renders: string;

  /** Its answers where it has others than Gateway API by itself: more, or less. */
  readonly supports: Readonly<Partial<Record<RouteFeature, Support>>>;

  /** What it says in words of its own, so that Gateway API does not: of handling by what the port speaks, and of traffic. */
  readonly instead: { readonly [P in Protocol | 'traffic']?: readonly RouteFeature[] };

  /** What only one route per target can have of it. */
  claims(model: RouteModel): Claim[];

  /** What of other constructs its objects depend on; nothing, where there is no such method. */
  needs?(model: RouteModel): Need[];

  /** What it reads on the route of a port. */
  annotations(port: PortRoute): Readonly<Record<string, string>>;

  /** Objects beside the routes; or what of this model it cannot say. */
  render(model: RouteModel): Rendering<RouteFeature>;
}
