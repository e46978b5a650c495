import type { ServiceRouterSpecRoutesDestination } from '../../../imports/consul/consul.hashicorp.com';
import type { Handling, Header, HeaderChanges } from '../../model/handling';
import type { Plain } from '../contract/manifest';

/** Changes of headers, of a route or of a split. */
export function headerChanges(
  { requestHeaders, responseHeaders }: Pick<Handling, 'requestHeaders' | 'responseHeaders'>,
): Plain<Pick<ServiceRouterSpecRoutesDestination, 'requestHeaders' | 'responseHeaders'>> {
  return {
    ...(requestHeaders && { requestHeaders: modifiers(requestHeaders) }),
    ...(responseHeaders && { responseHeaders: modifiers(responseHeaders) }),
  };
}

function modifiers({ set, add, remove }: HeaderChanges): Plain<ServiceRouterSpecRoutesDestination['requestHeaders']> {
  return {
    ...(set.length > 0 && { set: byName(set) }),
    ...(add.length > 0 && { add: byName(add) }),
    ...(remove.length > 0 && { remove: [...remove] }),
  };
}

function byName(headers: readonly Header[]): Record<string, string> {
  return Object.fromEntries(headers.map(({ name, value }) => [name, value]));
}
