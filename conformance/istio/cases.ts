import * as fs from 'fs';
import { accessCases } from './access';
import { appCases } from './apps';
import { authorizerCases } from './authorizers';
import { balancingCases } from './balancing';
import { connectionCases } from './connections';
import { defaultCases } from './defaults';
import { denialCases } from './denials';
import { egressCases } from './egress';
import { egressGatewayCases } from './egress-gateways';
import { exposureCases } from './exposures';
import { foreignAccess } from './foreign/access';
import { foreignOutbound } from './foreign/outbound';
import { witnessesOutbound } from './foreign/outbound-witnesses';
import { routeWitnesses } from './foreign/route-witnesses';
import { foreignRoutes } from './foreign/routes';
import { mostlyKnown } from './foreign/share';
import { foreignTries } from './foreign/tries';
import { foreignAccessAtWaypoints } from './foreign/waypoint-access';
import { witnessesAtWaypoints } from './foreign/waypoint-witnesses';
import { witnesses } from './foreign/witnesses';
import { gatewayAccessCases } from './gateway-access';
import { gatewayCases } from './gateways';
import { limitRuleCases } from './limit-rules';
import { migratedCases } from './migrated';
import { policyCases } from './policies';
import { rateLimitCases } from './rate-limits';
import { routeCases } from './routes';
import { tokenCases } from './tokens';
import { virtualServiceCases } from './virtual-services';
import { waypointCases } from './waypoints';
import { ztunnelCases } from './ztunnel';

/** Writes cases for Istio to decide, with what the model and the evaluators of the tests say about each. */
const [file] = process.argv.slice(2);
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(process.env.CASES ?? 200);
const cases = [
  ...policyCases(), ...virtualServiceCases(), ...rateLimitCases(), ...limitRuleCases(seed, count),
  ...gatewayCases(), ...egressCases(), ...egressGatewayCases(), ...tokenCases(),
  ...exposureCases(), ...balancingCases(), ...connectionCases(),
  ...accessCases(seed, count), ...denialCases(seed, count), ...defaultCases(seed, count), ...routeCases(seed, count), ...appCases(seed, count),
  ...authorizerCases(seed, count),
  ...waypointCases(seed, count), ...ztunnelCases(seed, count), ...migratedCases(seed, count), ...gatewayAccessCases(seed, count),
  ...mostlyKnown(foreignAccess, seed, count, 0.08, 'allowed', '"denied"'),
  ...mostlyKnown(foreignAccessAtWaypoints, seed, count, 0.3, 'allowed', '"denied"', 'cart:9443'),
  ...foreignRoutes(seed, count),
  ...foreignTries(seed, Math.ceil(count / 2)),
  ...mostlyKnown(foreignOutbound, seed, count, 0.5, 'PassthroughCluster', 'outbound|', 'denied', 'shop/cart'),
  ...witnesses(seed, count), ...routeWitnesses(seed, Math.ceil(count / 4)), ...witnessesAtWaypoints(seed, Math.ceil(count / 2)),
  ...witnessesOutbound(seed, Math.ceil(count / 2)),
];
const fetching = cases.find(({ manifests }) => JSON.stringify(manifests).includes('"jwksUri"'));
if (fetching !== undefined) {
  throw new Error(`${fetching.name} has keys to be fetched, and Istio's control plane does not end while it tries`);
}
fs.writeFileSync(file, JSON.stringify({ seed, cases }));
