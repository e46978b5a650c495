import { linkerdAccess } from './access';
import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Linkerd. */
export const linkerdPolicies: Policies = {
  access: linkerdAccess,
  namespaceDefault: unable('namespaceDefault', 'WIP'),
  authentication: unable('authentication', 'WIP'),
  egress: unable('egress', 'WIP'),
};
