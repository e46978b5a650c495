import * as fc from 'fast-check';
import { type AppOptions, canIn } from './options';
import { canBeSaid, GATEWAY, loneDenials, model } from '../../access/gateways';
import { sometimes } from '../../routes/arbitraries/some';
import { LISTENERS } from '../requests';
import type { WrittenApp } from '../written';

const PLACE = { ...GATEWAY, pod: { ...GATEWAY.pod, ports: LISTENERS.map(port => ({ port, protocol: 'HTTP' as const })) } };

/** Policies of the gateway; and seldom some of a target that has none, and refuses them. */
export function edge({ dialects: { gatewayAccess } }: AppOptions): fc.Arbitrary<WrittenApp['edge']> {
  if (!canIn(gatewayAccess.supports)('GatewayPolicy')) {
    return sometimes(3, model(feature => feature === 'AnyoneSource' || feature === 'IpBlockSource', PLACE)).map(one => one === undefined ? [] : [one]);
  }
  const said = canBeSaid(gatewayAccess, PLACE);
  // Tokens have an oracle of their own, and what is asked of gRPC has no hosts.
  const can: typeof said = feature => !/^(EndUser|GRPC)/.test(feature) && said(feature);
  return fc.tuple(sometimes(60, model(can, PLACE)), sometimes(20, loneDenials(can, PLACE)))
    .map(all => all.flatMap(one => one ?? []));
}
