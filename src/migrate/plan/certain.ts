import type { AccessMeaning, Allowance } from '../../dialects/smi/read/allowances';
import { areApart } from '../../dialects/smi/read/requests';
import type { AllowedRequests } from '../../dialects/smi/read/target-part';
import { isSameAccount } from '../../dialects/smi/read/target-part';

/** An allowance, of which only what is certain is allowed. */
export interface Certain extends Allowance {
  readonly uncertain: readonly AllowedRequests[];
}

/**
 * What is certain of what some clients may do. Where one of several matches decides, and it is not known which, a request is certain only if
 * no match that is for other clients may hold for it.
 */
export function certain(meaning: AccessMeaning, allowance: Allowance): Certain {
  if (meaning.firstOf === undefined) return { ...allowance, uncertain: [] };
  const { destination, sources } = allowance;
  const isUnknown = meaning.unknown.some(doubt => doubt.destination === undefined || isSameAccount(doubt.destination, destination));
  const there = meaning.allowances.filter(one => isSameAccount(one.destination, destination) && one !== allowance);
  // Those that each of the sources has, whichever allowance says so.
  const rivals = (sources === 'anyone' ? [undefined] : sources).flatMap(source => {
    const own = new Set(there.filter(one => one.sources === 'anyone' || (source !== undefined && one.sources.some(other => isSameAccount(other, source))))
      .concat(allowance).flatMap(({ requests }) => requests.map(({ route }) => route)));
    return there.flatMap(({ requests }) => requests).filter(({ route }) => !own.has(route));
  });
  const isCertain = (one: AllowedRequests) => !isUnknown && rivals.every(other => areApart(one, other));
  return { ...allowance, requests: allowance.requests.filter(isCertain), uncertain: allowance.requests.filter(one => !isCertain(one)) };
}
