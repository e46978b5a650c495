import { REQUEST_FEATURES, requestFeatures } from './requests';
import type { Use } from './use';
import type { WorkloadPort } from '../access';
import type { AuthorizedWorkload, ExternalAuthorizationModel } from '../external-authorization';
import { collected, nothing } from '../fields';
import { flatMap } from '../lists';
import { numberOf } from '../pod-port';

/** What external authorization can ask of a target. */
export const EXTERNAL_AUTHORIZATION_FEATURES = {
  WorkloadAuthorization: 'requests to a workload that somebody else decides on',
  PodsAuthorization: 'requests to pods without a Service that somebody else decides on',
  SubsetAuthorization: 'requests to some of the pods of a Service that somebody else decides on',
  UndeclaredPort: 'such requests to ports that the Service does not declare',
  NamedPort: 'such requests to ports of which only the name is known',
  ExceptRequests: 'requests with exceptions',
  ...REQUEST_FEATURES,
} as const;

export type ExternalAuthorizationFeature = keyof typeof EXTERNAL_AUTHORIZATION_FEATURES;

/** Every feature that it uses. */
export function externalAuthorizationUses(model: ExternalAuthorizationModel): Use<ExternalAuthorizationFeature>[] {
  return [...new Set(modelFeatures(model))].map(feature => ({ feature }));
}

const workloadFeatures = collected<AuthorizedWorkload, ExternalAuthorizationFeature>({
  service: nothing, podSelector: nothing, facts: nothing, subset: () => ['SubsetAuthorization'],
});

const modelFeatures = collected<ExternalAuthorizationModel, ExternalAuthorizationFeature>({
  name: nothing,
  namespace: nothing,
  authorizer: nothing,
  workload: workload => [workload.service === undefined ? 'PodsAuthorization' : 'WorkloadAuthorization', ...workloadFeatures(workload)],
  ports: ports => flatMap(ports, (port: WorkloadPort): ExternalAuthorizationFeature[] => [
    ...(port.servicePorts?.length === 0 ? ['UndeclaredPort' as const] : []), ...(numberOf(port) === undefined ? ['NamedPort' as const] : []),
  ]),
  requests: requests => flatMap(requests, request => requestFeatures(request)),
  exceptRequests: requests => ['ExceptRequests', ...flatMap(requests, request => requestFeatures(request))],
});
