import type { FlaggerModel } from '../../../model/delivery';
import type { ReleaseFeature } from '../../../model/features/release';
import type { ReleaseModel } from '../../../model/release';
import type { Refusal } from '../../contract/refusal';

/** Who approves, and when. */
export function approvalRefusals({ approval, course }: ReleaseModel, { gate }: FlaggerModel): Refusal<ReleaseFeature>[] {
  if (approval === 'none') {
    return [];
  }
  const feature = approval === 'start' ? 'StartApproval' : 'PromotionApproval';
  return [
    ...gate !== undefined ? [] : [{
      feature,
      reason: 'Flagger asks its load tester, and the delivery does not say where that is',
      remedy: "Give `Delivery.flagger` the address of the load tester: `gate: 'http://flagger-loadtester.test'`",
    } as const],
    ...approval === 'promotion' && course.kind === 'weights' && course.weights.includes(100) ? [{
      feature,
      reason: 'Flagger asks after the last step, in which all requests go to the new version already',
      remedy: 'Leave 100 out of `weights`: the new version gets all requests after the last step anyway',
    } as const] : [],
  ];
}
