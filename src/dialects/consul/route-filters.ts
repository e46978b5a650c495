import { CONSUL_API_VERSION } from './apis';
import { retry } from './retry';
import type { RouteRetryFilterSpec, RouteTimeoutFilterSpec } from '../../../imports/consul/consul.hashicorp.com';
import type { RouteFeature } from '../../model/features/route';
import type { Fields } from '../../model/fields';
import type { Handling, Timeouts } from '../../model/handling';
import { shortHash } from '../../model/hash';
import type { RouteModel } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import { goDuration } from '../gateway-api/spelling/duration';

/** What the gateways of Consul read in filters of their own, and not in the rules of an HTTPRoute. */
export const FILTERED: readonly RouteFeature[] = ['HTTPRouteRequestTimeout', 'HTTPRouteRetry', 'NoRetries'];

/**
 * The objects to which a rule refers for its timeout and its retries. Rules with the same settings share an object.
 *
 * @see https://developer.hashicorp.com/consul/docs/north-south/api-gateway/k8s
 */
export function routeFilters(model: RouteModel, { timeouts, retries }: Handling): Manifest[] {
  return [
    ...(timeouts === undefined ? [] : [routeFilter<RouteTimeoutFilterSpec>(model, 'RouteTimeoutFilter', timeoutOf(timeouts))]),
    ...(retries === undefined || retries.attempts === 0 ? [] : [routeFilter<RouteRetryFilterSpec>(model, 'RouteRetryFilter', retry(retries))]),
  ];
}

function timeoutOf({ request = refused() }: Fields<Timeouts, 'request', 'backendRequest'>): Plain<RouteTimeoutFilterSpec> {
  return { requestTimeout: goDuration(request) };
}

function routeFilter<Spec extends object>({ name, namespace }: RouteModel, kind: string, spec: Plain<Spec>): Manifest {
  return { apiVersion: CONSUL_API_VERSION, kind, metadata: { name: `${name}-${shortHash(spec)}`, namespace }, spec };
}
