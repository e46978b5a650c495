import { approvalRefusals } from './approval';
import { checkRefusals } from './checks';
import { courseRefusals } from './course';
import { handlingRefusals } from './handling';
import { nameRefusals } from './names';
import { podRefusals } from './pods';
import { portRefusals } from './ports';
import type { FlaggerModel } from '../../../model/delivery';
import type { ReleaseFeature } from '../../../model/features/release';
import type { ReleaseModel } from '../../../model/release';
import type { Deliverable } from '../../contract/deliverable';
import type { Refusal } from '../../contract/refusal';
import type { MovedByFlagger } from '../supports';

/** What Flagger cannot do for this release, beside the features that it does not have. */
export function refusals(model: ReleaseModel, moved: MovedByFlagger, telemetry: Deliverable['telemetry'], options: FlaggerModel): Refusal<ReleaseFeature>[] {
  return [
    ...nameRefusals(model),
    ...podRefusals(model, options),
    ...portRefusals(model, moved),
    ...courseRefusals(model),
    ...handlingRefusals(model),
    ...checkRefusals(model, telemetry),
    ...approvalRefusals(model, options),
  ];
}
