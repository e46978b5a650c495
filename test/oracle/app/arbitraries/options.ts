import * as fc from 'fast-check';
import type { TargetDialects } from '../../../../src/dialects/contract/target-dialects';
import type { ClientOptions } from '../../access/arbitraries';
import type { Reader } from '../end-to-end';
import type { Conventions } from '../world';
import type { WrittenGateway } from '../written';

/** What apps are generated for. */
export interface AppOptions extends ClientOptions, Pick<Reader, 'accountOf'> {
  readonly dialects: TargetDialects;
  readonly known: Conventions['known'];
  readonly accounts: readonly Conventions['accounts'][];
  readonly words: readonly Conventions['words'][];
  readonly uniqueNames: boolean;
  readonly gateway: GatewayOptions;
  /** Whether a rule of a policy is for all ports of its workload. */
  readonly wholeWorkloads: boolean;
}

/** The gateways of a target. */
export interface GatewayOptions extends Pick<WrittenGateway, 'className' | 'pods' | 'readsPolicies'> {
  /** Whether they are pods, or part of the network. */
  readonly arePods: boolean;
}

type Supports = Readonly<Record<string, { readonly level: string }>>;
export const canIn = (supports: Supports) => (feature: string) => feature in supports && supports[feature].level !== 'none';
export const canAny = (supports: Supports) => Object.keys(supports).some(canIn(supports));

/** An arbitrary of each value alone. */
export function constantsOf<T extends object>(values: T): { readonly [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fc.constant(value)])) as any;
}
