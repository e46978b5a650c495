import * as fc from 'fast-check';
import { sentAs } from './sent';
import type { Known } from './share';
import { type Pod, portOf, type Request, spiffeIdOf } from '../../../src/evaluators/access/request';
import { manifests } from '../../../test/dialects/istio/read/foreign';
import { LABELS, PORTS, request } from '../../../test/dialects/istio/read/foreign-requests';
import { asked } from '../../../test/reading/asked';
import { reading } from '../../../test/reading/world';
import { address, type Case, podObject, type Probe, serviceObject } from '../case';
import { jwksOf, verdictOnTokens, withTokens, writtenAs } from '../signers';

const podOf = (service: string, namespace: string, labels: Readonly<Record<string, string>>): Pod =>
  ({ service, namespace, serviceAccount: service, labels, ports: PORTS });

/** Selectors are for one of them, for some, or for all. */
const PODS = [podOf('cart', 'shop', LABELS), podOf('stock', 'shop', { tier: 'backend' }), podOf('cart', 'ops', { app: 'cart' })];

/** What an installation may say: whose objects are for all, and which trust domains there are; of others, it takes no certificates. */
const MESHES: readonly { readonly text: string; readonly trustDomain?: string; readonly aliases?: readonly string[] }[] = [
  { text: 'trustDomain: cluster.local' },
  { text: 'rootNamespace: ops' },
  { text: 'trustDomainAliases: [partner.example]', aliases: ['partner.example'] },
  { text: 'trustDomain: prod.example\ntrustDomainAliases: [partner.example]', trustDomain: 'prod.example', aliases: ['prod.example', 'partner.example'] },
];

/** Policies that somebody else wrote, for some of several pods, and requests to these. What the library says of them, their sidecars do. */
export function foreignAccess(seed: number, count: number): Known {
  const samples = fc.sample(fc.record({
    all: manifests,
    mesh: fc.constantFrom(...MESHES),
    requests: fc.array(fc.tuple(request, fc.constantFrom(...PODS)), { minLength: 30, maxLength: 30 }),
  }), { seed, numRuns: count });
  let unknown = 0;
  const cases = samples.map(({ all, mesh: { text, trustDomain: meshDomain, aliases = [] }, requests }, i): Case => {
    const mesh = meshOf(text);
    const policies = onLoopback(all.filter(isAdmitted)).map(ofThisRun);
    const world = reading([mesh, ...policies]);
    return {
      name: `foreign access ${i}`,
      manifests: [
        mesh,
        ...PODS.map((pod, n) => podObject({ ...pod, name: pod.service }, address(n, i))),
        ...PODS.map(({ service: name, namespace, labels: selector }, n) =>
          serviceObject({ name, namespace, selector, ports: PORTS }, address(20 + n, i))),
        ...policies,
      ],
      probes: requests.flatMap(([one, pod]) => {
        if (one.client.kind === 'kubelet' || (one.client.trustDomain !== undefined && !aliases.includes(one.client.trustDomain))) {
          return [];
        }
        const sent = { ...one, pod, client: onLoopback(one.client) };
        const answer = asked(world, sent)!;
        if (answer !== 'unknown') {
          const client = { ...sent.client, ...meshDomain !== undefined && { meshDomain } };
          return [probe({ ...sent, client }, address(PODS.indexOf(pod), i), answer === 'allowed')];
        }
        unknown++;
        return [];
      }),
    };
  });
  return { about: 'foreign policies', cases, unknown };
}

function meshOf(mesh: string): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh } };
}

function probe(one: Request, ip: string, allowed: boolean): Probe {
  const { client, port, host = '' } = one;
  return withTokens({
    ...sentAs(one, portOf(one).protocol),
    client: spiffeIdOf(client),
    source: client.ip,
    namespace: client.namespace ?? 'shop',
    port,
    address: ip,
    host,
    answers: { library: verdictOnTokens(allowed) },
  }, (one.tokens ?? []).map(writtenAs));
}

/** What Istio's webhook takes: dry runs of what allows or denies, and conditions on who somebody is where no provider is asked. */
function isAdmitted({ metadata, spec: { action, rules = [] } }: any): boolean {
  const fields = (rule: any) => [
    ...(rule.from ?? []).flatMap(({ source }: any) => Object.keys(source)), ...(rule.when ?? []).map(({ key }: any) => key),
  ];
  const asksWho = (field: string) => /^request\.auth\.|(principal|namespace|serviceAccount|trustDomain)s?$/i.test(field);
  const dryRun = metadata.annotations?.['istio.io/dry-run'];
  return dryRun === undefined ? action !== 'CUSTOM' || !rules.flatMap(fields).some(asksWho) : dryRun !== 'yes' && !['AUDIT', 'CUSTOM'].includes(action);
}

/** Clients, and who asks for their addresses, in places of which all are on this machine. */
function onLoopback<T>(one: T): T {
  return JSON.parse(JSON.stringify(one).replace(/"(?:10|192)(?=\.)/g, '"127'));
}

/** With keys by which the tokens of this run are signed. */
function ofThisRun(manifest: any): any {
  return manifest.kind !== 'RequestAuthentication' ? manifest : {
    ...manifest, spec: { ...manifest.spec, jwtRules: manifest.spec.jwtRules.map((rule: any) => ({ ...rule, jwks: jwksOf(rule.issuer) })) },
  };
}
