import { EXPERIMENTAL_API_VERSION, MAX_POLICY_TARGETS } from './apis';
import { SERVICE } from './refs';
import { goDuration } from './spelling/duration';
import type { XBackendTrafficPolicySpec } from '../../../imports/gateway-api/experimental/gateway.networking.x-k8s.io';
import type { Fields } from '../../model/fields';
import type { RetryBudget } from '../../model/handling';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import { takesTrafficItself } from '../../model/route';
import type { BackendRef } from '../../model/service-ref';
import { kindInWords } from '../../model/service-ref';
import { chunks } from '../contract/chunks';
import type { Manifest, Plain } from '../contract/manifest';

/** One XBackendTrafficPolicy for the retry budget. It targets the backends to which requests go, since retries are counted there. */
export function backendTrafficPolicies(model: RouteModel): Manifest[] {
  const { retryBudget } = model.traffic;
  return retryBudget === undefined ? [] : chunks(routedBackends(model), MAX_POLICY_TARGETS).map((backends, i) => {
    const spec: Plain<XBackendTrafficPolicySpec> = {
      targetRefs: backends.map(({ name: of, groupKind = SERVICE }) => ({ ...groupKind, name: of })),
      retryConstraint: retryConstraint(retryBudget),
    };
    const name = i === 0 ? model.name : `${model.name}-${i + 1}`;
    return { apiVersion: EXPERIMENTAL_API_VERSION, kind: 'XBackendTrafficPolicy', metadata: { name, namespace: model.namespace }, spec };
  });
}

function retryConstraint(
  { percent, interval, minRetriesPerSecond }: Fields<RetryBudget, 'percent' | 'interval' | 'minRetriesPerSecond'>,
): Plain<XBackendTrafficPolicySpec>['retryConstraint'] {
  return { budget: { percent, interval: goDuration(interval) }, minRetryRate: { count: minRetriesPerSecond, interval: '1s' } };
}

/** To which the traffic goes: the backends, and the Service itself where a port is not routed. */
export function reachable(model: RouteModel): BackendRef[] {
  return [...flatMap(flatMap(model.ports, port => port.rules), rule => rule.backends), ...(takesTrafficItself(model) ? [model.service] : [])];
}

/** Each once. */
export function routedBackends(model: RouteModel): BackendRef[] {
  return [...new Map(reachable(model).map(backend => [`${backend.name} ${kindInWords(backend)}`, backend]))].sort(([a], [b]) => a < b ? -1 : 1).map(([, backend]) => backend);
}
