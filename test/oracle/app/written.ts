import type { Conventions, World } from './world';
import type { AccessModel } from '../../../src/model/access';
import type { AuthenticationModel } from '../../../src/model/authentication';
import type { EgressModel } from '../../../src/model/egress';
import type { Client } from '../access/request';
import type { Written, WrittenExposure, WrittenMatch, WrittenService } from '../routes/written';

/** An app as someone writes it: constructs for the same Services, in some order. */
export interface WrittenApp {
  readonly conventions: Conventions;
  readonly world: World;
  readonly routing?: WrittenRouting;
  readonly policies: readonly AccessModel[];
  /** Namespaces that deny by default. */
  readonly denying: readonly string[];
  readonly mutualTls: readonly WrittenMutualTls[];
  readonly exposure?: WrittenOpening;
  readonly egress: readonly Omit<EgressModel, 'name'>[];
  /** Whether the Services themselves are in the app. */
  readonly declared: boolean;
  /** Constructs are made in the order of these numbers. */
  readonly order: readonly number[];
}

export interface WrittenRouting {
  readonly route: Written;
  /** Where it is written as a release. */
  readonly release?: WrittenRelease;
}

export interface WrittenRelease {
  readonly stable: WrittenService;
  readonly canary: WrittenService;
  readonly weight: number;
  readonly matches?: readonly WrittenMatch[];
}

/** What of it is exposed: the Service as such, or by the rules of its route. */
export interface WrittenOpening {
  readonly by: 'service' | 'route';
  readonly rules: WrittenExposure;
  readonly gateway: WrittenGateway;
}

/** A gateway of its own. */
export interface WrittenGateway {
  readonly className: string;
  /** What is said of its pods, where the target does not know them. */
  readonly pods?: { readonly serviceAccount: string; readonly namespace: string };
  /** As what it calls pods. */
  readonly client: Client;
}

export interface WrittenMutualTls extends Omit<AuthenticationModel, 'name' | 'workload'> {
  /** The name of a Service. */
  readonly workload?: string;
}

/** A release, as the route that it is. */
export function routeOf({ stable, canary, weight, matches }: WrittenRelease, called: Pick<Written, 'namespace' | 'service'>): Written {
  return {
    ...called,
    handling: {},
    rules: [
      ...(matches === undefined ? [] : [{ matches, backends: [{ service: canary, weight: 1 }] }]),
      { backends: [{ service: stable, weight: 100 - weight }, { service: canary, weight }] },
    ],
  };
}
