import type { Client } from './request';
import { TRUST_DOMAIN } from './request';
import { Unknown } from '../unknown';

/** The trust domain of the mesh, and its aliases. Undefined where the manifests do not have the configuration of the mesh. */
function trustDomainsIn(manifests: readonly any[]): readonly string[] | undefined {
  const config = manifests.find(({ kind }) => kind === 'IstioOperator')?.spec.meshConfig;
  return config && [config.trustDomain ?? TRUST_DOMAIN, ...config.trustDomainAliases ?? []];
}

/** Whether a proxy takes the certificate of a client, if it has one: where it is not known whom the mesh trusts, it trusts the client. */
export function isTrusted(manifests: readonly any[], { meshed, trustDomain }: Client): boolean {
  return !meshed || trustDomain === undefined || (trustDomainsIn(manifests)?.includes(trustDomain) ?? true);
}

/** ztunnel takes certificates of its own trust domain, and newer releases those that sidecars take (istio/ztunnel `src/tls/workload.rs`). */
export function isTrustedByZtunnel(manifests: readonly any[], client: Client): boolean {
  const isOwn = !client.meshed || client.trustDomain === undefined;
  if (!isOwn && trustDomainsIn(manifests)?.includes(client.trustDomain)) throw new Unknown('releases differ in whether they trust aliases');
  return isTrusted(manifests, client);
}

/**
 * Policies as istiod tells them to sidecars and waypoints: the trust domains of the mesh stand for each other.
 *
 * @see https://istio.io/latest/docs/tasks/security/authorization/authz-td-migration/
 */
export function withAliases(manifests: readonly any[]): readonly any[] {
  const domains = trustDomainsIn(manifests);
  return domains === undefined ? manifests : manifests.map(one => one.kind === 'AuthorizationPolicy' ? replaced(one, domains) : one);
}

const REPLACED: Readonly<Record<string, (values: readonly string[], domains: readonly string[]) => readonly string[]>> = {
  principals: (values, domains) => values.flatMap(value => principals(value, domains)),
  trustDomains: (values, domains) => values.flatMap(value => domains.includes(value) ? domains : [value]),
};

const OF_KEYS: Readonly<Record<string, keyof typeof REPLACED>> = { 'source.principal': 'principals', 'source.trustDomain': 'trustDomains' };

function replaced({ spec, ...rest }: any, domains: readonly string[]): any {
  const inSource = (name: string, values: any) => REPLACED[name.replace(/^not(.)/, (_, first: string) => first.toLowerCase())]?.(values, domains) ?? values;
  const inCondition = ({ key, ...lists }: any) => ({
    key,
    ...Object.fromEntries(Object.entries<any>(lists).map(([name, values]) => [name, REPLACED[OF_KEYS[key]]?.(values, domains) ?? values])),
  });
  return {
    ...rest,
    spec: {
      ...spec,
      rules: spec.rules?.map(({ from, when, ...others }: any) => ({
        ...others,
        from: from?.map(({ source }: any) => ({
          source: Object.fromEntries(Object.entries(source).map(([name, values]) => [name, inSource(name, values)])),
        })),
        when: when?.map(inCondition),
      })),
    },
  };
}

function principals(value: string, domains: readonly string[]): readonly string[] {
  const [domain, ...rest] = value.split('/');
  const fits = (one: string) => one === domain
    || (domain.startsWith('*') && one.endsWith(domain.slice(1))) || (domain.endsWith('*') && one.startsWith(domain.slice(0, -1)));
  if (rest.length !== 4 || domain === '*' || (domain !== TRUST_DOMAIN && !domains.some(fits))) return [value];
  return domains.map(one => domain.startsWith('*') && one.endsWith(domain.slice(1)) ? value : [one, ...rest].join('/'));
}
