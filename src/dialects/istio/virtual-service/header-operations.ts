import type { VirtualServiceSpecHttpHeaders, VirtualServiceSpecHttpHeadersRequest } from '../../../../imports/istio/networking.istio.io';
import type { Handling, Header, HeaderChanges } from '../../../model/handling';
import type { Plain } from '../../contract/manifest';

/** Changes of headers, of a route or of a destination. */
export function headerOperations(
  { requestHeaders, responseHeaders }: Pick<Handling, 'requestHeaders' | 'responseHeaders'>,
): { readonly headers?: Plain<VirtualServiceSpecHttpHeaders> } {
  return requestHeaders === undefined && responseHeaders === undefined ? {} : {
    headers: {
      ...(requestHeaders && { request: operations(requestHeaders) }),
      ...(responseHeaders && { response: operations(responseHeaders) }),
    },
  };
}

function operations({ set, add, remove }: HeaderChanges): Plain<VirtualServiceSpecHttpHeadersRequest> {
  return {
    ...(set.length > 0 && { set: byName(set) }),
    ...(add.length > 0 && { add: byName(add) }),
    ...(remove.length > 0 && { remove }),
  };
}

function byName(headers: readonly Header[]): Record<string, string> {
  return Object.fromEntries(headers.map(({ name, value }) => [name, value]));
}
