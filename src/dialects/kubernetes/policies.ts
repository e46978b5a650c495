import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Kubernetes itself: NetworkPolicy. */
export const networkPolicyPolicies: Policies = {
  access: unable('access', 'WIP'),
  namespaceDefault: unable('namespaceDefault', 'WIP'),
  authentication: unable('authentication', 'WIP'),
  egress: unable('egress', 'WIP'),
};
