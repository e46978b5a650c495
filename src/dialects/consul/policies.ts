import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Consul. */
export const consulPolicies: Policies = {
  access: unable('access', 'WIP'),
  namespaceDefault: unable('namespaceDefault', 'WIP'),
  authentication: unable('authentication', 'WIP'),
  egress: unable('egress', 'WIP'),
};
