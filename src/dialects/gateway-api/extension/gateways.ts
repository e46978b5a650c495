import type { ExposureModel } from '../../../model/exposure';
import type { ExposureFeature } from '../../../model/features/exposure';
import type { GatewayFeature } from '../../../model/features/gateway';
import type { RouteFeature } from '../../../model/features/route';
import type { GatewayModel } from '../../../model/gateway';
import type { RouteModel } from '../../../model/route';
import type { Refusal } from '../../contract/refusal';
import type { Support } from '../../contract/support';
import { none } from '../../contract/support';
import type { SplitRule } from '../../specificity/specific-rules';

/** None of these features of exposures, all for the same reason. */
export function noExposures(reason: string, ...features: readonly ExposureFeature[]): ExposureExtension['supports'] {
  return Object.fromEntries(features.map(feature => [feature, none(reason)]));
}

/** What the gateways of a mesh read more, or less, than Gateway API says. */
export interface ExposureExtension {
  /** The objects that it renders beside those of Gateway API, in words; empty if there are none. */
  readonly renders: string;

  /** Its answers if they differ from those of Gateway API by itself. */
  readonly supports: Readonly<Partial<Record<ExposureFeature, Support>>>;

  /** What it reads of a gateway that exposures share. */
  readonly gateway: GatewayExtension;

  /** What it cannot express of an exposure; the scheme is that of the listeners, if it is known. */
  refusals(exposure: ExposureModel, scheme: 'http' | 'https' | undefined): Refusal<RouteFeature>[];

  /** The rules of an HTTPRoute that mean to it what these mean; without this method, the same rules. */
  rules?(route: RouteModel, rules: readonly SplitRule[]): SplitRule[];
}

/** What it reads more, or less, of a Gateway than Gateway API says. */
export interface GatewayExtension {
  /** Its answers if they differ from those of Gateway API by itself. */
  readonly supports: Readonly<Partial<Record<GatewayFeature, Support>>>;

  /** What it cannot express of a gateway, beside the features that it lacks. */
  refusals(gateway: GatewayModel): Refusal<GatewayFeature>[];
}

/** None of these features of gateways, all for the same reason. */
export function noListeners(reason: string, ...features: readonly GatewayFeature[]): GatewayExtension['supports'] {
  return Object.fromEntries(features.map(feature => [feature, none(reason)]));
}

/** The gateways of Gateway API, whoever implements them. */
export const ANY_GATEWAY: ExposureExtension = { renders: '', supports: {}, gateway: { supports: {}, refusals: () => [] }, refusals: () => [] };
