import type { Pod } from '../../../src/evaluators/access/request';
import { LABELS, PORTS } from '../../../test/dialects/istio/read/foreign-requests';
import { jwksOf } from '../signers';

const podOf = (service: string, namespace: string, labels: Readonly<Record<string, string>>): Pod =>
  ({ service, namespace, serviceAccount: service, labels, ports: PORTS });

/** Selectors are for one of them, for some, or for all. */
export const PODS = [podOf('cart', 'shop', LABELS), podOf('stock', 'shop', { tier: 'backend' }), podOf('cart', 'ops', { app: 'cart' })];

/** What an installation may say: whose objects are for all, and which trust domains there are; of others, it takes no certificates. */
export const MESHES: readonly { readonly text: string; readonly trustDomain?: string; readonly aliases?: readonly string[] }[] = [
  { text: 'trustDomain: cluster.local' },
  { text: 'rootNamespace: ops' },
  { text: 'trustDomainAliases: [partner.example]', aliases: ['partner.example'] },
  {
    text: 'trustDomain: prod.example\ntrustDomainAliases: [partner.example]', trustDomain: 'prod.example', aliases: ['prod.example', 'partner.example'],
  },
];

export function meshOf(mesh: string): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh } };
}

/** What Istio's webhook takes: dry runs of what allows or denies, and conditions on who somebody is where no provider is asked. */
export function isAdmitted({ metadata, spec: { action, rules = [] } }: any): boolean {
  const fields = (rule: any) => [
    ...(rule.from ?? []).flatMap(({ source }: any) => Object.keys(source)), ...(rule.when ?? []).map(({ key }: any) => key),
  ];
  const asksWho = (field: string) => /^request\.auth\.|(principal|namespace|serviceAccount|trustDomain)s?$/i.test(field);
  const dryRun = metadata.annotations?.['istio.io/dry-run'];
  return dryRun === undefined ? action !== 'CUSTOM' || !rules.flatMap(fields).some(asksWho)
    : dryRun !== 'yes' && !['AUDIT', 'CUSTOM'].includes(action);
}

/** Clients, and who asks for their addresses, in places of which all are on this machine. */
export function onLoopback<T>(one: T): T {
  return JSON.parse(JSON.stringify(one).replace(/"(?:10|192)(?=\.)/g, '"127'));
}

/** As it is stored, with keys by which the tokens of this run are signed. */
export function ofThisRun({ spec, ...manifest }: any): any {
  const rules = manifest.kind === 'RequestAuthentication' && { jwtRules: spec.jwtRules.map((rule: any) => ({ ...rule, jwks: jwksOf(rule.issuer) })) };
  return { ...manifest, apiVersion: 'security.istio.io/v1', spec: { ...spec, ...rules } };
}
