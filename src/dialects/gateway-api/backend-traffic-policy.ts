import { EXPERIMENTAL_API_VERSION, MAX_POLICY_TARGETS } from './apis';
import { goDuration } from './spelling/duration';
import type { XBackendTrafficPolicySpec } from '../../../imports/gateway-api/experimental/gateway.networking.x-k8s.io';
import { flatMap } from '../../model/lists';
import type { RouteModel } from '../../model/route';
import { takesTrafficItself } from '../../model/route';
import type { ServiceRef } from '../../model/service-ref';
import { chunks } from '../contract/chunks';
import type { Manifest, Plain } from '../contract/manifest';

/** One XBackendTrafficPolicy for the retry budget. It targets the Services to which requests go, since retries are counted there. */
export function backendTrafficPolicies(model: RouteModel): Manifest[] {
  const { retryBudget } = model.traffic;
  return retryBudget === undefined ? [] : chunks(routedServices(model), MAX_POLICY_TARGETS).map((names, i) => {
    const spec: Plain<XBackendTrafficPolicySpec> = {
      targetRefs: names.map(name => ({ group: '', kind: 'Service', name })),
      retryConstraint: {
        budget: { percent: retryBudget.percent, interval: goDuration(retryBudget.interval) },
        minRetryRate: { count: retryBudget.minRetriesPerSecond, interval: '1s' },
      },
    };
    const name = i === 0 ? model.name : `${model.name}-${i + 1}`;
    return { apiVersion: EXPERIMENTAL_API_VERSION, kind: 'XBackendTrafficPolicy', metadata: { name, namespace: model.namespace }, spec };
  });
}

/** The Services to which the traffic goes: the backends, and the Service itself where a port is not routed. */
export function reachable(model: RouteModel): ServiceRef[] {
  return [...flatMap(flatMap(model.ports, port => port.rules), rule => rule.backends), ...(takesTrafficItself(model) ? [model.service] : [])];
}

export function routedServices(model: RouteModel): string[] {
  return [...new Set(reachable(model).map(({ name }) => name))].sort();
}
