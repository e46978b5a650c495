import { GATEWAY, gatewayDecidesAsWritten, WAYPOINT } from './oracle/access/gateways';
import { inOneLine } from './oracle/ask';
import { targetOf } from './setup';
import { CATALOGUE } from '../src/targets/catalogue';

/** Who gets through a gateway, or a waypoint, is what was written, as an evaluator of its own reads the manifests of each target. */

const REQUESTS = Number(process.env.ORACLE_CASES ?? 4000);
const renders = (feature: 'GatewayPolicy' | 'WaypointPolicy') => CATALOGUE.filter(({ dialects }) => dialects.gatewayAccess.supports[feature].level !== 'none');

test('there are targets to be asked', () => {
  expect(renders('GatewayPolicy').map(({ title }) => title)).toEqual(['Gateway API, Istio', 'Gateway API, Istio ambient']);
  expect(renders('WaypointPolicy').map(({ title }) => title)).toEqual(['Gateway API, Istio ambient']);
});

test.each(renders('GatewayPolicy'))('a gateway: $title', ({ title, dialects }) =>
  console.log(`${title}: ${inOneLine(gatewayDecidesAsWritten(REQUESTS, targetOf(dialects), GATEWAY))}`));

test.each(renders('WaypointPolicy'))('a waypoint: $title', ({ title, dialects }) =>
  console.log(`${title}: ${inOneLine(gatewayDecidesAsWritten(REQUESTS, targetOf(dialects), WAYPOINT))}`));
