import type { AccessModel, AccessRule } from '../../../src/model/access';

export const HTTP = { port: 8080, protocol: 'HTTP' as const };

/** A policy of `cart`. */
export function policy(rules: readonly AccessRule[], more: Partial<AccessModel> = {}): AccessModel {
  return {
    name: 'cart-access',
    namespace: 'shop',
    destination: { service: 'cart', podSelector: { app: 'cart' }, ports: [HTTP] },
    rules,
    denials: [],
    leavesRest: false,
    healthProbes: [],
    audit: false,
    ...more,
  };
}
