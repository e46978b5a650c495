import type { Claim, SubjectClaim } from './claim';
import type { Rendering } from './rendering';
import { rendered } from './rendering';
import type { Support } from './support';
import { noneOf } from './support';
import type { GatewaySource } from '../../model/access';
import { KINDS } from '../../model/kinds';
import type { Kind, Kinds } from '../../model/kinds';
import type { Backend } from '../../model/service-ref';

/** An object that another construct has to render: what is rendered of a model is nothing without it. */
export interface Need {
  /** The claims of those that would do. */
  readonly anyOf: readonly SubjectClaim[];
  /** What cannot be said without it. */
  readonly what: string;
  readonly reason: string;
  readonly remedy: string;
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

/** The dialects of a mesh for everything but routes and exposures. */
export type Policies = { readonly [K in Exclude<Kind, 'routes' | 'exposure'>]: DialectOf<K> };

/** A dialect that can say nothing of a model. */
export function unable<K extends Kind>(kind: K, reason: string, remedy?: string): DialectOf<K> {
  const features: Readonly<Record<Kinds[K]['feature'], string>> = KINDS[kind].features;
  return { renders: '', supports: noneOf(features, reason, remedy), claims: () => [], render: () => rendered() };
}
