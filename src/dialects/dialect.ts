import type { Claim, SubjectClaim } from './claim';
export { objectClaim, type SubjectClaim } from './claim';
import type { SplitRule } from './specific-rules';
import type { GatewaySource } from '../model/access';
import type { ExposureFeature } from '../model/features/exposure';
import type { RouteFeature } from '../model/features/route';
import type { Kind, Kinds } from '../model/kinds';
import { KINDS } from '../model/kinds';
import type { Protocol } from '../model/protocol';
import type { Backend, PortRoute, RouteModel } from '../model/route';

/** How far a dialect can express a feature, and, for the pages of the constructs, in which words of its API. */
export type Support =
  | { readonly level: 'full'; readonly writtenAs?: string; /** Why it holds without a manifest that says so. */ readonly inherent?: string }
  | { readonly level: 'partial'; readonly writtenAs?: string; readonly reason: string }
  | { readonly level: 'none'; readonly reason: string; /** What to write, where that is not to use another target. */ readonly remedy?: string };

export const FULL: Support = { level: 'full' };

export function full(writtenAs: string): Support {
  return { level: 'full', writtenAs };
}

export function inherent(reason: string): Support {
  return { level: 'full', inherent: reason };
}

export function partial(reason: string, writtenAs?: string): Support {
  return { level: 'partial', reason, ...(writtenAs !== undefined && { writtenAs }) };
}

export function none(reason: string, remedy?: string): Support {
  return { level: 'none', reason, ...(remedy !== undefined && { remedy }) };
}

/** None of these features, all for the same reason. */
export function noneOf<Feature extends string>(
  features: Readonly<Record<Feature, string>>, reason: string, remedy?: string,
): Readonly<Record<Feature, Support>> {
  return Object.fromEntries(Object.keys(features).map(feature => [feature, none(reason, remedy)])) as Record<Feature, Support>;
}

/** None of these features of routes, all for the same reason. */
export function noRoutes(reason: string, ...features: readonly RouteFeature[]): RouteExtension['supports'] {
  return Object.fromEntries(features.map(feature => [feature, none(reason)]));
}

/** None of these features of exposures, all for the same reason. */
export function noExposures(reason: string, ...features: readonly ExposureFeature[]): ExposureExtension['supports'] {
  return Object.fromEntries(features.map(feature => [feature, none(reason)]));
}

/** Something in a model that a dialect cannot say. */
export interface Refusal<Feature> {
  /** The feature that asks too much. Absent where the sum of things does, like a limit of the API: no option waives that. */
  readonly feature?: Feature;
  /** What cannot be said, where that is not a feature as such. */
  readonly what?: string;
  /** The port, and the rule on it; both absent if it is the model as a whole. */
  readonly port?: number;
  readonly rule?: number;
  readonly reason: string;
  /** What to write instead. */
  readonly remedy?: string;
}

/** An object that another construct has to render: what is rendered of a model is nothing without it. */
export interface Need {
  /** The claims of those that would do. */
  readonly anyOf: readonly SubjectClaim[];
  /** What cannot be said without it. */
  readonly what: string;
  readonly reason: string;
  readonly remedy: string;
}

/** An object of the Kubernetes API, complete but for `shared`. */
export interface Manifest {
  /** Whether several constructs may ask for this object, all in the same words. It is then written once. */
  readonly shared?: true;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

/** What a dialect makes of a model: manifests; or all that it refuses of it, and no manifests. */
export interface Rendering<Feature> {
  readonly manifests: readonly Manifest[];
  readonly refusals: readonly Refusal<Feature>[];
}

/** The manifests of a model, unless something of it is refused. */
export function renderUnless<Feature>(refusals: readonly Refusal<Feature>[], manifests: () => readonly Manifest[]): Rendering<Feature> {
  return { refusals, manifests: refusals.length > 0 ? [] : manifests() };
}

/** No manifests. */
export function refusing<Feature>(refusals: readonly Refusal<Feature>[]): Rendering<Feature> {
  return { manifests: [], refusals };
}

/** All manifests, unless something of one part is refused. */
export function together<Feature>(...parts: readonly Rendering<Feature>[]): Rendering<Feature> {
  return renderUnless(parts.flatMap(({ refusals }) => refusals), () => parts.flatMap(({ manifests }) => manifests));
}

/** Nothing is refused. */
export function rendered(...manifests: readonly Manifest[]): Rendering<never> {
  return { manifests, refusals: [] };
}

/** One API: what of a model it can say, and how it says it. Pure; the model stays as it is. */
export interface Dialect<Model, Feature extends string> {
  /** The objects that it renders, in words: the pages of the constructs show them. */
  readonly renders: string;

  /** The declaration from which refusals, `docs/capabilities.md` and the pages of the constructs come. */
  readonly supports: Readonly<Record<Feature, Support>>;

  /** Of mutual TLS: whether pods take nothing else, unless something is said of them. */
  readonly isStrict?: boolean;

  /** What only one model per target can have. */
  claims(model: Model): Claim[];

  /** What of other constructs the manifests depend on; nothing, where there is no such method. */
  needs?(model: Model): Need[];

  /** The manifests; or what of this model it cannot say, beside the features it does not support at all. */
  render(model: Model): Rendering<Feature>;

  /**
   * What of a policy there is for a Service that gets requests to the one it is for, by a route of the app; nothing, where the
   * policy holds there as it is. No such method, where it does everywhere.
   */
  behind?(model: Model, backend: Backend): Part<Feature> | undefined;

  /** Of a policy: who denies, because of it, what comes to Services of its namespace that have none. */
  closes?(model: Model): string | undefined;

  /**
   * Of mutual TLS: whether a gateway is a part of the mesh, and speaks it; `undefined`, where that depends on how its pods were made. No
   * such method, where all gateways are.
   */
  isInMesh?(gateway: GatewaySource): boolean | undefined;

  /** Who asks the policy of the Service that is called, and not that of the pods that answer; no such method, where these are asked. */
  asksAtService?(): string;

  /**
   * Of a policy: whether it lets a gateway in on a port of the pods, for some requests at least; `undefined`, where that depends on what its
   * pods are, of which too little is said.
   */
  letsIn?(model: Model, gateway: GatewaySource, port: number | string): boolean | undefined;
}

/** What there is of a model in one more place. */
export interface Part<Feature> extends Rendering<Feature> {
  /** Equal for those that say the same. */
  readonly key: string;
  readonly claims: readonly Claim[];
}

/** A dialect for one kind of model. */
export type DialectOf<K extends Kind> = Dialect<Kinds[K]['model'], Kinds[K]['feature']>;

/** A channel of the CRDs of Gateway API. The experimental one has all of the standard one. */
export type GatewayApiChannel = 'standard' | 'experimental';

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

/** What the gateways of a mesh read beside, or less than, Gateway API. */
export interface ExposureExtension {
  /** The objects that it renders beside those of Gateway API, in words; empty if there are none. */
  readonly renders: string;

  /** Its answers where it has others than Gateway API by itself. */
  readonly supports: Readonly<Partial<Record<ExposureFeature, Support>>>;

  /** What of the route of an exposure it cannot say; the scheme is that of the listeners, where it is known. */
  refusals(route: RouteModel, scheme: 'http' | 'https' | undefined): Refusal<RouteFeature>[];

  /** The rules of an HTTPRoute that mean to it what these mean; the same ones, where there is no such method. */
  rules?(route: RouteModel, rules: readonly SplitRule[]): SplitRule[];
}

/** The dialects of a mesh for everything but routes and exposures. */
export type Policies = { readonly [K in Exclude<Kind, 'routes' | 'exposure'>]: DialectOf<K> };

/** A dialect that can say nothing of a model. */
export function unable<K extends Kind>(kind: K, reason: string, remedy?: string): DialectOf<K> {
  const features: Readonly<Record<Kinds[K]['feature'], string>> = KINDS[kind].features;
  return { renders: '', supports: noneOf(features, reason, remedy), claims: () => [], render: () => rendered() };
}

/** The type of a spec from `imports/`, with its enums as plain strings. */
export type Plain<T> = T extends string ? `${T}` : T extends object ? { readonly [K in keyof T]: Plain<T[K]> } : T;
