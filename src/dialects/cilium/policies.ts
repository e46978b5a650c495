import { ciliumAccess } from './access';
import { ciliumEgress } from './egress';
import { ciliumNamespaceDefault } from './namespace-default';
import type { Policies } from '../dialect';
import { unable } from '../dialect';

/** The policies of Cilium. */
export const ciliumPolicies: Policies = {
  access: ciliumAccess,
  namespaceDefault: ciliumNamespaceDefault,
  authentication: unable('authentication',
    'Cilium demands authentication in the rules that allow something, so a policy that only demands it would let everyone in who shows it'),
  egress: ciliumEgress,
};
