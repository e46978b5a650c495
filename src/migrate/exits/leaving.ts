import type { Difference, Differences } from '../../meaning/compare/difference';
import type { Half } from '../../meaning/compare/half';
import { gatesOut } from '../../meaning/leaving';
import { pass } from '../../meaning/passage';

/**
 * What changes of what leaves pods. As of what gets in, more leaves also if it does so only if something that is not known is one way; but pods that
 * could be called by a Service may be called by their addresses, whether or not the proxy knew these.
 */
export function leavingNow({ differences, perhaps }: Differences, before: Half): Difference[] {
  return [...differences, ...perhaps.filter(one => one.kind === 'wider' && !wasCalledByService(one, before))];
}

function wasCalledByService({ to, contrast: { call } }: Difference, { readings }: Half): boolean {
  if (to.type !== 'pods' || call.entrance !== undefined) return false;
  const gates = gatesOut(readings, call.client, to.port);
  return to.port.entrances.some(entrance => pass(gates, { ...call, entrance }).passage === 'allowed');
}
