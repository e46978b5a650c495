import { GatewayApiChannel } from '../../../src/dialects/gateway-api/extension/channel';
import { gatewayApiRoutes, NO_EXTENSION } from '../../../src/dialects/gateway-api/routes';
import type { Handling } from '../../../src/model/handling';
import type { PortRoute, RouteModel, RouteRule } from '../../../src/model/route';
import { expectValidIn } from '../../schema';

export const ANY = { methods: [], headers: [], query: [] };

export const backend = (name: string, more: object = {}) => ({ name, port: 80, weight: 1, ...more });

export function modelOf(rules: readonly RouteRule[], protocol: PortRoute['protocol'] = 'HTTP'): RouteModel {
  return { name: 'cart', namespace: 'shop', service: { name: 'cart' }, traffic: {}, ports: [{ port: 80, protocol, rules }] };
}

/** A model of one rule, for every request. */
export function handled(handling: Handling, protocol: PortRoute['protocol'] = 'HTTP'): RouteModel {
  return modelOf([{ matches: [], backends: handling.redirect === undefined ? [backend('cart-v1')] : [], handling }], protocol);
}

/** What Gateway API by itself renders, as a valid manifest. */
export function rendered(model: RouteModel, channel: GatewayApiChannel = GatewayApiChannel.STANDARD): readonly any[] {
  const dialect = gatewayApiRoutes(channel, NO_EXTENSION);
  expect(dialect.render(model).refusals).toEqual([]);
  const manifests = dialect.render(model).manifests;
  expectValidIn({ channel }, ...manifests);
  return manifests;
}

export function refusals(model: RouteModel, channel: GatewayApiChannel = GatewayApiChannel.STANDARD) {
  return gatewayApiRoutes(channel, NO_EXTENSION).render(model).refusals;
}
