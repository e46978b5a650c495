import { portOf } from '../../meaning/journey';
import { isAlways } from '../../meaning/restrict';
import type { Entry, TitledReading } from '../../meaning/world';
import { passingAt } from '../policies/rules';

/** Whether everybody gets in at a gateway, whatever policies say of its pods. */
export function isOpen(readings: readonly TitledReading[], entry: Entry): boolean {
  const to = portOf(entry);
  const { allowed, denied } = passingAt(readings.flatMap(({ reading }) => reading.entering?.(to) ?? []), to, 'allowed');
  return denied.length === 0 && allowed.some(({ when }) => isAlways(when));
}
