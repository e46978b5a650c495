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

/** What a mesh adds to the routes of Gateway API. */
export interface RouteExtension {
  /** The objects that it renders beside the routes, in words; empty if there are none. */
  readonly renders: string;

  /** Its answers if they differ from those of Gateway API by itself. */
  readonly supports: Readonly<Partial<Record<RouteFeature, Support>>>;

  /** What it writes in its own objects, so that Gateway API does not: parts of the handling, by the protocol of the port, and of the traffic. */
  readonly instead: { readonly [P in Protocol | 'traffic']?: readonly RouteFeature[] };

  /** What only one route in a target can have of it. */
  claims(model: RouteModel): Claim[];

  /** Objects of other constructs on which its own depend; without this method there are none. */
  needs?(model: RouteModel): Need[];

  /** What it reads on the route of a port. */
  annotations(port: PortRoute): Readonly<Record<string, string>>;

  /** Objects beside the routes; or what it cannot express of this model. */
  render(model: RouteModel): Rendering<RouteFeature>;
}
