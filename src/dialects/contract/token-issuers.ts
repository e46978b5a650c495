import type { SubjectClaim } from './claim';
import { issuerClaim } from './claim';
import type { Need } from './dialect';
import type { AccessModel } from '../../model/access';
import type { JwtAuthenticationModel } from '../../model/jwt-authentication';
import { flatMap } from '../../model/lists';
import { workloadInWords } from '../../model/service-ref';

/** What a workload is known by: its Service, and its pods. */
interface Known {
  readonly service?: string;
  readonly podSelector?: Readonly<Record<string, string>>;
}

function namesOf({ service, podSelector }: Known): readonly string[] {
  return [
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
  const issuers = new Set(flatMap(flatMap(rules, ({ endUsers }) => endUsers), ({ issuer }) => issuer));
  return [...issuers].sort().map(issuer => ({
    anyOf: namesOf(destination).map(name => issuerClaim(namespace, name, issuer)),
    what: `a policy for end users of '${issuer}'`,
    reason: `no JwtAuthentication of ${workloadInWords(destination)} in this app names the issuer, and ${unknown}`,
    remedy: `Write \`new JwtAuthentication(chart, '…', { workload: ${destination.service ?? 'pods'}, issuers: [{ issuer: '${issuer}' }] })\``,
  }));
}
