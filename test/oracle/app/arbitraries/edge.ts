import * as fc from 'fast-check';
import { type AppOptions, canIn } from './options';
import type { GatewayRule } from '../../../../src/model/gateway-access';
import { isAnyRequest } from '../../../../src/model/match';
import { canBeSaid, GATEWAY, loneDenials, model } from '../../access/gateways';
import { sometimes } from '../../routes/arbitraries/some';
import { ADDED, BYTES, OF_OTHERS, type WrittenApp } from '../written';

const PORTS = [...OF_OTHERS, ADDED, ...BYTES].map(({ port, protocol }) => ({ port, protocol }));
const PLACE = { ...GATEWAY, pod: { ...GATEWAY.pod, ports: PORTS } };

/** A policy that asks for tokens. */
function ofUsers(can: ReturnType<typeof canBeSaid>) {
  return model(can, PLACE).filter(({ rules }) => rules.some(({ endUsers }) => endUsers.length > 0));
}

/** A program says every request by none, and lets connections in with them. */
function inWords(policy: WrittenApp['edge'][0]): WrittenApp['edge'][0] {
  const plain = (rule: GatewayRule): GatewayRule => rule.requests.some(isAnyRequest) ? { ...rule, requests: [] } : rule;
  return { ...policy, denials: policy.denials.map(plain), rules: policy.rules.map(plain) };
}

export type Edge = Pick<WrittenApp, 'edge' | 'edgeTokens'>;

/** Policies of the gateway, and whose tokens count there; and seldom some of a target that has none, and refuses them. */
export function edge({ dialects: { gatewayAccess } }: AppOptions): fc.Arbitrary<Edge> {
  if (!canIn(gatewayAccess.supports)('GatewayPolicy')) {
    return sometimes(3, model(feature => feature === 'AnyoneSource' || feature === 'IpBlockSource', PLACE)).map(one => ({ edge: one === undefined ? [] : [one] }));
  }
  const can = canBeSaid(gatewayAccess, PLACE);
  return fc.record({
    allowing: sometimes(50, fc.oneof({ weight: 2, arbitrary: model(can, PLACE) }, { weight: 1, arbitrary: ofUsers(can) })),
    denying: sometimes(35, loneDenials(can, PLACE)),
    tokens: sometimes(20, fc.constant(true)),
    forward: fc.boolean(),
  }).map(({ allowing, denying, tokens, forward }): Edge => {
    const all = [allowing, denying].flatMap(one => one === undefined ? [] : [inWords(one)]);
    const asked = all.some(({ rules }) => rules.some(({ endUsers }) => endUsers.length > 0));
    return { edge: all, ...((asked || tokens) && { edgeTokens: { forward } }) };
  });
}
