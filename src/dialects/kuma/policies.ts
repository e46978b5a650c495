import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Kuma. */
export const kumaPolicies: Policies = {
  access: unable('access', 'WIP'),
  namespaceDefault: unable('namespaceDefault', 'WIP'),
  authentication: unable('authentication', 'WIP'),
  egress: unable('egress', 'WIP'),
};
