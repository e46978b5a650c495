import { linkerdAccess } from './access';
import { linkerdAuthentication } from './authentication';
import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Linkerd. */
export const linkerdPolicies: Policies = {
  access: linkerdAccess,
  namespaceDefault: unable('namespaceDefault', "Linkerd has no policy for it. The annotation 'config.linkerd.io/default-inbound-policy: deny' of the namespace "
    + 'says it, to pods that are made after it'),
  authentication: linkerdAuthentication,
  egress: unable('egress', 'Linkerd 2.14 has no policies on calls to the outside'),
};
