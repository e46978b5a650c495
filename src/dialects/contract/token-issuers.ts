import type { SubjectClaim } from './claim';
import { issuerClaim } from './claim';
import type { Need } from './dialect';
import type { AccessModel, AccessRule } from '../../model/access';
import type { GatewayAccessModel, PolicedGateway } from '../../model/gateway-access';
import type { JwtAuthenticationModel } from '../../model/jwt-authentication';
import { flatMap } from '../../model/lists';
import { workloadInWords } from '../../model/service-ref';

/** What a workload is known by: its Service, and its pods; or the gateway that it is. */
interface Known {
  readonly gateway?: PolicedGateway;
  readonly service?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
}

function namesOf({ gateway, service, podSelector }: Known): readonly string[] {
  return [
    ...gateway === undefined ? [] : [gatewayInWords(gateway)],
    ...service === undefined ? [] : [workloadInWords({ service })],
    ...podSelector === undefined ? [] : [workloadInWords({ podSelector })],
  ];
}

/** Who says which keys the issuers of tokens have for a workload. */
export function issuerClaims({ namespace, issuers }: Pick<JwtAuthenticationModel, 'namespace' | 'issuers'>, workload: Known): SubjectClaim[] {
  return flatMap(issuers, ({ issuer }) => namesOf(workload).map(name => issuerClaim(namespace, name, issuer)));
}

/** A policy needs to know the keys of each issuer whose tokens it asks for. `unknown` is what happens without. */
export function issuerNeeds({ namespace, destination, rules }: AccessModel, unknown: string): Need[] {
  if (rules.every(({ endUsers }) => endUsers.length === 0)) return [];
  const claimsOf = (issuer: string) => namesOf(destination).map(name => issuerClaim(namespace, name, issuer));
  const prop = `workload: ${destination.service ?? 'pods'}`;
  return issuersOf(rules).map(issuer => need(issuer, claimsOf(issuer), workloadInWords(destination), unknown, prop));
}

/** The same of a policy of a gateway. */
export function gatewayIssuerNeeds({ namespace, gateway, rules }: GatewayAccessModel, unknown: string): Need[] {
  const name = gatewayInWords(gateway);
  const prop = gateway.kind === 'waypoint' ? `waypoint: '${gateway.name}'` : 'gateway';
  return issuersOf(rules).map(issuer => need(issuer, [issuerClaim(namespace, name, issuer)], name, unknown, prop));
}

function issuersOf(rules: readonly Pick<AccessRule, 'endUsers'>[]): string[] {
  return [...new Set(flatMap(flatMap(rules, ({ endUsers }) => endUsers), ({ issuer }) => issuer))].sort();
}

function need(issuer: string, anyOf: readonly SubjectClaim[], of: string, unknown: string, prop: string): Need {
  return {
    anyOf,
    what: `a policy for end users of '${issuer}'`,
    reason: `no JwtAuthentication of ${of} in this app names the issuer, and ${unknown}`,
    remedy: `Write \`new JwtAuthentication(chart, '…', { ${prop}, issuers: [{ issuer: '${issuer}' }] })\``,
  };
}

function gatewayInWords({ kind, name }: Pick<PolicedGateway, 'kind' | 'name'>): string {
  return `the ${kind} '${name}'`;
}
