import type { Fields, Finding } from '../manifests/fields';
import type { Condition, Doubt } from '../meaning/condition';

/** A condition that was read of a field: nobody knows whether it is true where something in the field is not understood. */
export function understood(fields: Fields, condition: Condition): Condition {
  const [doubt] = fields.doubts();
  return doubt === undefined ? condition : doubtOf(doubt);
}

export function doubtOf({ place, message }: Finding): Doubt {
  return { type: 'unknown', why: message, place };
}
