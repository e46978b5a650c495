import * as fc from 'fast-check';
import { rule } from './arbitraries';
import { allowedByIntent } from './intent';
import { deniesSpellings } from './promises';
import { isHttp, type Request } from '../../../src/evaluators/access/request';
import type { AccessModel } from '../../../src/model/access';
import type { ExternalAuthorizationModel } from '../../../src/model/external-authorization';
import type { MeshTarget } from '../../../src/targets/mesh-target';
import { canIn } from '../app/arbitraries/options';

/** Who is asked about some requests lets these pass. */
export const authorizes = ({ method }: Pick<Request, 'method'>): boolean => method === 'GET' || method === 'HEAD';

/** What a policy says of who is asked. */
export type Asking = Pick<ExternalAuthorizationModel, 'ports' | 'requests' | 'exceptRequests'>;

/** Somebody who is asked about requests to the pods of a policy, in the words of its rules; or nobody. */
export function asking({ externalAuthorization: { supports } }: MeshTarget['_dialects'], { destination: { ports } }: AccessModel): fc.Arbitrary<Asking | undefined> {
  const can = canIn(supports);
  const http = ports.filter(({ protocol }) => protocol === 'HTTP' || protocol === 'GRPC');
  return http.length === 0 ? fc.constant(undefined)
    : fc.option(rule(feature => feature === 'AnyoneSource' || can(feature), http, {}), { nil: undefined, freq: 2 })
      .map(one => one && { ports: one.ports, requests: one.requests, exceptRequests: one.exceptRequests });
}

export function authorizationOf({ name, namespace, destination: { service, podSelector } }: AccessModel, one: Asking): ExternalAuthorizationModel {
  return { name: `${name}-asked`, namespace, workload: { service, podSelector }, authorizer: 'opa', ...one };
}

/** Whether a request gets past who is asked: what is no HTTP does not, on ports about which somebody is. A request may be asked about in other spellings, too. */
export function getsPast(one: Asking | undefined, model: AccessModel, request: Request): { readonly least: boolean; readonly most: boolean } {
  if (one === undefined || request.client.kind === 'kubelet' || !one.ports.some(({ port }) => port === request.port)) return { least: true, most: true };
  if (!isHttp(request)) return { least: false, most: false };
  const denial: AccessModel = {
    ...model,
    denials: [{ ...one, sources: [{ kind: 'anyone' }], exceptSources: [], endUsers: [] }],
    rules: [],
    leavesRest: true,
    healthProbes: [],
    audit: false,
  };
  const passes = authorizes(request);
  const most = passes || allowedByIntent(denial, request);
  return { least: most && (passes || !deniesSpellings(denial, request)), most };
}
