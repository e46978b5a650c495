import type { Claim, Scope } from './claim';
import { stated } from './claim';
import type { Refusal } from './refusal';
import { sourceInWords } from './source-words';
import type { Support } from './support';
import { partial } from './support';
import type { AccessModel } from '../../model/access';
import type { Indivisible } from '../../model/allowances/without-denials';
import { withoutDenials } from '../../model/allowances/without-denials';
import type { AccessFeature } from '../../model/features/access';

/** The claim of denials that are taken out of allowances: what another construct allows for the same pods would let in the denied. */
export function denialClaims({ namespace, destination, denials, leavesRest }: AccessModel): Claim[] {
  return denials.length === 0 || leavesRest ? [] : stated('besideDenials', { namespace, workload: destination }, ['denials']);
}

/** The claim of who adds allowances to those of policies for these pods. */
export function addingClaims(added: Scope): Claim[] {
  return stated('besideDenials', added, ['allowances']);
}

/** Denials, where an API has allowances only. */
export const TAKEN_OUT: Support = partial('what is left has to be clients and requests that can be named',
  'what is denied is taken out of what is allowed');

/** A policy in allowances alone, or why these cannot say the same. */
export function inAllowances(model: AccessModel): AccessModel | readonly Refusal<AccessFeature>[] {
  const same = withoutDenials(model);
  return 'rules' in same ? same : same.map(refusal);
}

function refusal(one: Indivisible): Refusal<AccessFeature> {
  return {
    what: one.of === 'requests' ? 'a denial with exceptions beside an allowance of requests by regular expressions'
      : `a denial of ${sourceInWords(one.denied)} beside an allowance of ${sourceInWords(one.allowed)}`,
    reason: one.of === 'requests' ? 'there are allowances only here, and it cannot be decided which requests are those of both'
      : 'there are allowances only here, and none is for some clients but others',
    remedy: one.of === 'requests' ? 'Write paths without expressions' : 'Allow only clients that are not denied, each by its name',
  };
}
