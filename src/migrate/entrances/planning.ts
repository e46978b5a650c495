import type { World as ReadWorld } from '../../reading/world';
import type { Refusals } from '../plan/refusals';
import type { Services } from '../plan/services';
import type { Judging } from '../policies/policy';
import type { World } from '../world';

export interface EntrancePlanning {
  /** The class of the new gateways; absent where gateways are not carried over. */
  readonly className?: string;
  readonly world: ReadWorld;
  readonly beside: World;
  readonly services: Services;
  readonly refusals: Refusals;
  readonly judging: Judging;
  /** Why requests that come in by a gateway would go elsewhere, by `namespace/name`: it is not written. */
  readonly changed: ReadonlyMap<string, string>;
}
