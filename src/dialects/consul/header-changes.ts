import type { ServiceRouterSpecRoutesDestination } from '../../../imports/consul/consul.hashicorp.com';
import type { Handling } from '../../model/handling';
import type { Plain } from '../contract/manifest';
import { headerMaps } from '../proxies/header-maps';

/** Changes of headers, of a route or of a split. */
export function headerChanges(
  { requestHeaders, responseHeaders }: Pick<Handling, 'requestHeaders' | 'responseHeaders'>,
): Plain<Pick<ServiceRouterSpecRoutesDestination, 'requestHeaders' | 'responseHeaders'>> {
  return {
    ...(requestHeaders && { requestHeaders: headerMaps(requestHeaders) }),
    ...(responseHeaders && { responseHeaders: headerMaps(responseHeaders) }),
  };
}
