import type { Conventions, World } from './world';
import type { Client } from '../../../src/evaluators/access/request';
import type { AccessModel } from '../../../src/model/access';
import type { AuthenticationModel } from '../../../src/model/authentication';
import type { EgressModel } from '../../../src/model/egress';
import type { GatewayAccessModel } from '../../../src/model/gateway-access';
import type { Written, WrittenExposure, WrittenMatch, WrittenService } from '../routes/written';

/** An app as someone writes it: constructs for the same Services, in some order. */
export interface WrittenApp {
  readonly conventions: Conventions;
  readonly world: World;
  readonly routing?: WrittenRouting;
  /** Of Services, or of some of their pods; and denials, which leave all else as it is. */
  readonly policies: readonly AccessModel[];
  /** For each policy, which of its rules are those of grants beside it. */
  readonly granted: readonly (readonly boolean[])[];
  /** Services whose requests have tokens. */
  readonly tokens: readonly WrittenTokens[];
  /** Namespaces that deny by default. */
  readonly denying: readonly string[];
  readonly mutualTls: readonly WrittenMutualTls[];
  /** All by the gateway. */
  readonly exposures: readonly WrittenOpening[];
  readonly gateway: WrittenGateway;
  /** Policies of the gateway: one at most allows, and another one only denies. */
  readonly edge: readonly Pick<GatewayAccessModel, 'denials' | 'rules' | 'leavesRest'>[];
  readonly egress: readonly Omit<EgressModel, 'name'>[];
  /** Constructs are made in the order of these numbers. */
  readonly order: readonly number[];
}

export interface WrittenRouting {
  readonly route: Written;
  /** Where it is written as a release. */
  readonly release?: WrittenRelease;
}

/** A release of two versions. */
export interface WrittenRelease {
  readonly kind: ReleaseKind;
  readonly stable: WrittenService;
  readonly canary: WrittenService;
  /** In percent; of a test, nothing comes by chance, and of two versions side by side, all. */
  readonly weight: number;
  readonly matches?: readonly WrittenMatch[];
}

export type ReleaseKind = 'canary' | 'A/B test' | 'blue and green';

/** What of it is exposed: the Service, by rules of the exposure if it has any; or the rules of the route. */
export interface WrittenOpening {
  readonly by: 'service' | 'route';
  readonly rules: WrittenExposure;
}

export interface WrittenGateway {
  /** Whether the one exposure that there is has a gateway of its own, or all of them share one of others. */
  readonly kind: 'own' | 'shared';
  /** Absent, where there are no Gateways. */
  readonly className?: string;
  /** What is said of its pods, where the target does not know them. */
  readonly pods?: { readonly serviceAccount: string; readonly namespace: string };
  /** Whether policies hold at it, and what denies by default in its namespace. */
  readonly readsPolicies?: true;
  /** As what it calls pods. */
  readonly client: Client;
}

/** The Gateway of others. */
export const SHARED = { name: 'front', namespace: 'infra' } as const;

/** Whose pods believe tokens: those of a Service, or some of them. */
export type WrittenTokens = Pick<AccessModel['destination'], 'service' | 'subset'> & Pick<AccessModel, 'namespace'>;

export interface WrittenMutualTls extends Omit<AuthenticationModel, 'name' | 'workload'> {
  /** The name of a Service. */
  readonly workload?: string;
}

/** A release, as the route that it is. */
export function routeOf({ stable, canary, weight, matches }: Omit<WrittenRelease, 'kind'>, called: Pick<Written, 'namespace' | 'service'>): Written {
  return {
    ...called,
    handling: {},
    rules: [
      ...(matches === undefined ? [] : [{ matches, backends: [{ service: canary, weight: 1 }] }]),
      { backends: [{ service: stable, weight: 100 - weight }, { service: canary, weight }] },
    ],
  };
}
