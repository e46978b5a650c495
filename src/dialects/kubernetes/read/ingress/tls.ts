import type { Ingress, Tls } from './ingress';
import type { Truth } from '../../../../meaning/truth';
import { distinctBy } from '../../../../model/lists';
import { DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';

/** The hosts over TLS; undefined for all. */
export function tlsHosts({ hosts }: Tls): readonly (string | undefined)[] {
  return hosts.length === 0 ? [undefined] : hosts;
}

export function isOverTls(host: string | undefined, all: readonly Ingress[]): boolean {
  return all.some(({ tls }) => tls.flatMap(tlsHosts).some(name => name === undefined || name === host || isWildcardOf(name, host)));
}

/** The certificates for a host: those for its name, or else for a wildcard. More than one, where it is not known which is taken. */
export function secretsFor(host: string | undefined, all: readonly Ingress[]): SecretName[] {
  const naming = (isMeant: (name: string) => boolean) => all.flatMap(({ tls, source: { namespace = DEFAULT_NAMESPACE } }) =>
    tls.filter(({ hosts }) => hosts.some(isMeant)).map(({ secret }) => ({ namespace, secret })));
  const exact = naming(name => name === host);
  const closest = exact.length > 0 ? exact : naming(name => isWildcardOf(name, host));
  const found = distinctBy(closest, ({ namespace, secret }) => JSON.stringify([namespace, secret]));
  return found.some(({ secret }) => secret === undefined) ? [] : found.map(({ namespace, secret = '' }) => ({ namespace, name: secret }));
}

interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** A star is one label. */
export function isWildcardOf(name: string, host: string | undefined): boolean {
  return name.startsWith('*.') && name.slice(1) === host?.replace(/^[^.]*/, '');
}

/** Whether requests that come without TLS by the rules of an Ingress are sent on to HTTPS. */
export function redirects(host: string | undefined, one: Ingress, all: readonly Ingress[]): Truth {
  if (one.redirects === 'none') return 'no';
  if (one.redirects === 'all') return 'yes';
  const isKnown = secretsFor(host, all).length === 1 && all.some(({ rules }) => rules.some(rule => rule.host === host));
  const mayBe = isOverTls(host, all) || all.some(other => other.tls.length > 0 && other.rules.some(rule => rule.host === host));
  return !mayBe ? 'no' : isKnown && one.redirects === 'whereTls' ? 'yes' : 'unknown';
}
