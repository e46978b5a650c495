import type { Fields, Finding } from '../manifests/fields';
import type { Condition, Doubt } from '../meaning/condition';
import type { Source } from '../meaning/decision';

/** A condition that was read of a field: nobody knows whether it is true where something in the field is not understood. */
export function understood(fields: Fields, condition: Condition): Condition {
  const [doubt] = fields.doubts();
  return doubt === undefined ? condition : doubtOf(doubt);
}

/** It is not known whether a policy is for some pods, of which not all labels are known. */
export function perhapsFor({ place }: Pick<Source, 'place'>): Doubt {
  return { type: 'unknown', why: 'it is not known whether the policy is for these pods: give the workload that makes them', place };
}

/** It is not known what containers call their ports. */
export const UNNAMED = 'it is not known which port of these pods has the name: give the workload that makes them';

export function doubtOf({ place, message }: Finding): Doubt {
  return { type: 'unknown', why: message, place };
}
