import type { SubjectClaim } from './claim';
import { issuerClaim } from './claim';
import type { Need } from './dialect';
import type { AccessModel } from '../../model/access';
import type { JwtAuthenticationModel } from '../../model/jwt-authentication';
import { flatMap } from '../../model/lists';

/** Who says which keys the issuers of tokens have for a workload. */
export function issuerClaims({ namespace, workload, issuers }: JwtAuthenticationModel): SubjectClaim[] {
  return issuers.map(({ issuer }) => issuerClaim(namespace, workload.service, issuer));
}

/** A policy needs to know the keys of each issuer whose tokens it asks for. `unknown` is what happens without. */
export function issuerNeeds({ namespace, destination: { service }, rules }: AccessModel, unknown: string): Need[] {
  if (service === undefined) return [];
  const issuers = new Set(flatMap(flatMap(rules, ({ endUsers }) => endUsers), ({ issuer }) => issuer));
  return [...issuers].sort().map(issuer => ({
    anyOf: [issuerClaim(namespace, service, issuer)],
    what: `a policy for end users of '${issuer}'`,
    reason: `no JwtAuthentication of '${service}' in this app names the issuer, and ${unknown}`,
    remedy: `Write \`new JwtAuthentication(chart, '…', { workload: ${service}, issuers: [{ issuer: '${issuer}' }] })\``,
  }));
}
