import type { HttpRouteSpecRulesFilters } from '../../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import type { Fields } from '../../../model/fields';
import type { Handling, HeaderChanges } from '../../../model/handling';
import type { Plain } from '../../contract/manifest';

/** One filter for the headers of requests, and one for those of responses; HTTPRoute, GRPCRoute and MeshHTTPRoute have both. */
export function headerModifiers({ requestHeaders, responseHeaders }: Pick<Handling, 'requestHeaders' | 'responseHeaders'>) {
  return [
    ...(requestHeaders === undefined ? [] : [{ type: 'RequestHeaderModifier' as const, requestHeaderModifier: modifier(requestHeaders) }]),
    ...(responseHeaders === undefined ? [] : [{ type: 'ResponseHeaderModifier' as const, responseHeaderModifier: modifier(responseHeaders) }]),
  ];
}

function modifier(
  { set, add, remove }: Fields<HeaderChanges, 'set' | 'add' | 'remove'>,
): Plain<HttpRouteSpecRulesFilters['requestHeaderModifier']> {
  return { ...(set.length > 0 && { set }), ...(add.length > 0 && { add }), ...(remove.length > 0 && { remove }) };
}
