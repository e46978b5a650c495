import { argoRollouts } from '../dialects/argo-rollouts';
import type { Controller } from '../dialects/contract/controller';
import type { TargetDialects } from '../dialects/contract/target-dialects';
import { flagger } from '../dialects/flagger';
import type { DeliveryModel } from '../model/delivery';

type By = DeliveryModel['by'];
type OptionsOf<B extends By> = Extract<DeliveryModel, { readonly by: B }>['options'];

/** Those who move releases. */
export const CONTROLLERS = { flagger, argoRollouts } as const satisfies { readonly [B in By]: Controller<OptionsOf<B>> };

/** The dialects of a target whose releases a controller moves. */
export function delivered(dialects: TargetDialects, delivery: DeliveryModel): TargetDialects {
  return movedBy(CONTROLLERS[delivery.by] as Controller<typeof delivery.options>, dialects, delivery.options);
}

export function movedBy<Options>({ title, release }: Controller<Options>, dialects: TargetDialects, options: Options): TargetDialects {
  return { ...dialects, release: release(dialects, options), movedBy: title };
}
