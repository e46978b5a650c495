import { networkPolicyAccess } from './access';
import { networkPolicyEgress } from './egress';
import { networkPolicyNamespaceDefault } from './namespace-default';
import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Kubernetes itself: NetworkPolicy. */
export const networkPolicyPolicies: Policies = {
  access: networkPolicyAccess,
  namespaceDefault: networkPolicyNamespaceDefault,
  authentication: unable('authentication', 'a NetworkPolicy knows ports and addresses, and nothing of what is spoken there'),
  egress: networkPolicyEgress,
};
