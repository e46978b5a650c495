import type { VirtualServiceSpecHttpHeaders } from '../../../../imports/istio/networking.istio.io';
import type { Handling } from '../../../model/handling';
import type { Plain } from '../../contract/manifest';
import { headerMaps } from '../../proxies/header-maps';

/** Changes of headers, of a route or of a destination. */
export function headerOperations(
  { requestHeaders, responseHeaders }: Pick<Handling, 'requestHeaders' | 'responseHeaders'>,
): { readonly headers?: Plain<VirtualServiceSpecHttpHeaders> } {
  return requestHeaders === undefined && responseHeaders === undefined ? {} : {
    headers: {
      ...(requestHeaders && { request: headerMaps(requestHeaders) }),
      ...(responseHeaders && { response: headerMaps(responseHeaders) }),
    },
  };
}
