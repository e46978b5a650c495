import type { Claim, SubjectClaim } from './claim';
import type { Manifest } from './manifest';
import type { Refusal } from './refusal';
import type { Rendering } from './rendering';
import { rendered } from './rendering';
import type { Support } from './support';
import { noneOf } from './support';
import type { GatewaySource } from '../../model/access';
import type { ExposureModel } from '../../model/exposure';
import type { ExposureFeature } from '../../model/features/exposure';
import { KINDS } from '../../model/kinds';
import type { Kind, Kinds } from '../../model/kinds';
import type { MovingField } from '../../model/moving-field';
import type { Backend } from '../../model/service-ref';

/** An object that another construct has to render: without it, what is rendered has no effect. */
export interface Need {
  /** The claims of constructs that render such an object. */
  readonly anyOf: readonly SubjectClaim[];
  /** What cannot be said without it. */
  readonly what: string;
  readonly reason: string;
  readonly remedy: string;
}

/** An exposure of a release, as its controller needs it. */
export interface ExposedRelease {
  /** What is rendered for the gateway. */
  readonly exposure: ExposureModel;
  /** What the controller does not make itself of the manifests of that. */
  readonly rendered: (manifests: readonly Manifest[]) => readonly Manifest[];
  /** What its objects say, so that it moves the requests from outside too. */
  readonly additions: (manifests: readonly Manifest[]) => readonly Addition[];
  /** The fields of them that it writes; without this method, there are none. */
  readonly moves?: (manifests: readonly Manifest[]) => readonly MovingField[];
  readonly refusals: readonly Refusal<ExposureFeature>[];
}

/** What is added to an object of a release: as a JSON patch does it. */
export interface Addition {
  readonly kind: string;
  readonly path: string;
  readonly value: unknown;
}

/** One API: what it can express of a model, and how. Pure; it does not change the model. */
export interface Dialect<Model, Feature extends string> {
  /** The objects that it renders, in words: the pages of the constructs show them. */
  readonly renders: string;

  /** The declaration from which refusals, and the pages of targets and constructs come. */
  readonly supports: Readonly<Record<Feature, Support>>;

  /** Of mutual TLS: whether pods accept nothing else by default. */
  readonly isStrict?: boolean;

  /** Of calls to the outside: the same where a NetworkPolicy may keep pods from going past the mesh. Without it, one would say nothing more. */
  readonly closed?: Dialect<Model, Feature>;

  /** What only one model can have in a target. */
  claims(model: Model): Claim[];

  /** Objects of other constructs on which the manifests depend; without this method there are none. */
  needs?(model: Model): Need[];

  /** Of a release: the fields of objects in Git that its controller writes; without this method, there are none. */
  moves?(model: Model): MovingField[];

  /** Of a release: how it is exposed; without this method, an exposure is rendered as that of any route. */
  exposes?(model: Model, exposure: ExposureModel): ExposedRelease;

  /** Of a policy, for an API that has allowances only: the same in allowances, or what cannot be said in them. Without this method, the model as it is. */
  inAllowances?(model: Model): Model | readonly Refusal<Feature>[];

  /** The manifests; or what it cannot express of this model, beside the features that it does not support at all. */
  render(model: Model): Rendering<Feature>;

  /**
   * Of a policy: what has to be rendered for a backend that gets requests to the policy's Service by a route of the app;
   * `undefined` if the policy holds there as it is. Without this method, it always does.
   */
  behind?(model: Model, backend: Backend): Part<Feature> | undefined;

  /**
   * Of a policy: what its own objects say, where grants stand beside it; the two together must then be something that the target can
   * express. Without this method nothing of the grants: their objects add to those of the policy, whatever either says.
   */
  merged?(model: Model, grants: readonly Model[]): Model;

  /** Of a policy: who denies, because of it, requests to Services of its namespace that have no policy. */
  closes?(model: Model): string | undefined;

  /**
   * Of mutual TLS: whether a gateway is a part of the mesh, and speaks it; `undefined` if that depends on how its pods were
   * created. Without this method, all gateways are.
   */
  isInMesh?(gateway: GatewaySource): boolean | undefined;

  /**
   * Who applies the policy of the Service that is called, and not that of the pods that answer; without this method, the policy of
   * the pods counts.
   */
  asksAtService?(): string;

  /** Of policies of gateways: whether what denies by default closes a gateway. Without this method, no gateway. */
  closedByDefaults?(gateway: GatewaySource): boolean;

  /**
   * Of a policy: whether it lets a gateway in on a port of the pods, for some requests at least; `undefined` if that depends on
   * the gateway's pods, and too little is known of them.
   */
  letsIn?(model: Model, gateway: GatewaySource, port: number | string): boolean | undefined;
}

/** What is rendered of a model for one more Service. */
export interface Part<Feature> extends Rendering<Feature> {
  /** The same key for parts with the same content. */
  readonly key: string;
  readonly claims: readonly Claim[];
}

/** A dialect for one kind of model. */
export type DialectOf<K extends Kind> = Dialect<Kinds[K]['model'], Kinds[K]['feature']>;

/** The dialects of a mesh for everything but where requests go. */
export type Policies = { readonly [K in Exclude<Kind, 'routes' | 'release' | 'exposure' | 'gateway' | 'externalBackend'>]: DialectOf<K> };

/** A dialect that cannot express a kind of model at all. */
export function unable<K extends Kind>(kind: K, reason: string, remedy?: string): DialectOf<K> {
  const features: Readonly<Record<Kinds[K]['feature'], string>> = KINDS[kind].features;
  return { renders: '', supports: noneOf(features, reason, remedy), claims: () => [], render: () => rendered() };
}
