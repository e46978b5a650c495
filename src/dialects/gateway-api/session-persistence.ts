import type { HttpRouteSpecRulesSessionPersistence } from '../../../imports/gateway-api/experimental/gateway.networking.k8s.io';
import type { Fields } from '../../model/fields';
import type { Stickiness } from '../../model/handling';
import type { Plain } from '../contract/manifest';
import { goDuration } from './spelling/duration';
import { refused } from '../contract/unwritten';

/** What ties a client to a pod; a field of rules, in the experimental channel. */
export function sessionPersistence(
  { type, name, absoluteTimeout }: Fields<Stickiness, 'type' | 'name' | 'absoluteTimeout', 'idleTimeout'>,
): Plain<HttpRouteSpecRulesSessionPersistence> {
  return {
    ...(type === 'cookie' ? { type: 'Cookie', cookie: { ...(name !== undefined && { name }) } } : { type: 'Header', header: { name: name ?? refused() } }),
    ...(absoluteTimeout !== undefined && { absoluteTimeout: goDuration(absoluteTimeout) }),
  };
}
