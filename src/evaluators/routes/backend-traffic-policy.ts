import { milliseconds, millisecondsOf } from './duration';
import type { Traffic } from './outcome';
import type { ServicePort } from './request';
import { Unknown } from '../unknown';

/** What XBackendTrafficPolicies say of a Service. */
export function budgetOf(manifests: readonly any[], { service, namespace, groupKind }: ServicePort): Pick<Traffic, 'retryBudget'> {
  const policies = manifests.filter(({ kind, metadata, spec }) => kind === 'XBackendTrafficPolicy' && metadata.namespace === namespace
    && spec.targetRefs.some((ref: any) => ref.kind === (groupKind?.kind ?? 'Service') && ref.name === service));
  if (policies.length > 1) {
    throw new Unknown(`${policies.length} XBackendTrafficPolicies for ${service}`);
  }
  return Object.assign({}, ...policies.map(({ spec: { retryConstraint: { budget, minRetryRate } } }) => ({
    retryBudget: {
      percent: budget.percent,
      ...milliseconds({ interval: budget.interval }),
      minRetriesPerSecond: minRetryRate.count * 1000 / millisecondsOf(minRetryRate.interval),
    },
  })));
}
