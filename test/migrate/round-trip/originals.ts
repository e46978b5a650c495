import * as fc from 'fast-check';
import type { AccessAllowance, HttpMatch, HttpMatchOptions, Identity, MeshService, ServiceRouteRule } from '../../../src';
import { call, construct, member, type Node, type Statement, type Written } from '../../../src/migrate/program';

/*
 * Apps in the words of the library, which SMI can say, and the Services and Deployments that they speak of.
 */

export interface Original {
  /** By namespace. */
  readonly statements: Readonly<Record<string, readonly Statement[]>>;
  readonly beside: readonly object[];
  /** What selects the pods of each Service, by `namespace/name`. */
  readonly podsBehind: Readonly<Record<string, string>>;
  /** Whether SMI has a word for each of its words, so that it comes back as it was. */
  readonly isPlain: boolean;
}

/** A Service, the pods that it selects, and whether it has a port for connections too. */
interface Fronted {
  readonly namespace: string;
  readonly name: string;
  readonly account: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly hasBytes: boolean;
}

interface Account {
  readonly namespace: string;
  readonly name: string;
}

export const NAMESPACES = ['bank', 'shop'] as const;
/** Those that policies let in. */
export const ACCOUNTS: readonly Account[] = [
  { namespace: 'shop', name: 'web' }, { namespace: 'shop', name: 'cart' }, { namespace: 'bank', name: 'web' }, { namespace: 'bank', name: 'stock' },
];
const VERSIONS = ['v1', 'v2', 'v3'] as const;
const HTTP = { port: 80, name: 'http', appProtocol: 'http' };
const BYTES = { port: 9090, name: 'tcp', appProtocol: 'tcp' };

function meshService({ name, account, selector, hasBytes }: Fronted): Node<MeshService> {
  return call('MeshService', 'of', name, {
    ports: [{ ...HTTP, targetPort: 8080 }, ...hasBytes ? [{ ...BYTES, protocol: member('MeshProtocol', 'TCP') }] : []],
    podSelector: selector,
    serviceAccount: account,
  });
}

function kubeService({ namespace, name, selector, hasBytes }: Fronted): object {
  return {
    apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector, ports: [{ ...HTTP, targetPort: 8080 }, ...hasBytes ? [BYTES] : []] },
  };
}

function deployment(namespace: string, name: string, serviceAccountName: string, labels: object): object {
  const template = { metadata: { labels }, spec: { serviceAccountName, containers: [] } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec: { selector: { matchLabels: labels }, template } };
}

function identity({ namespace, name }: Account, home: string): Node<Identity> {
  return namespace === home ? call('Identity', 'serviceAccount', name) : call('Identity', 'serviceAccount', name, namespace);
}

const header = fc.constantFrom('b', 'a.b').map(value => call('StringMatch', 'exact', value));
const methods = fc.option(fc.subarray(['GET', 'POST', 'DELETE'], { minLength: 1 }), { nil: undefined });
const headers = fc.option(fc.record({ 'x-a': header, 'x-b': header }, { requiredKeys: ['x-a'], noNullPrototype: true }), { nil: undefined, freq: 3 });

/** Every one has a path, which begins with that of whoever is allowed it: Open Service Mesh asks one match only. */
function requests(base: string, isPlain: boolean): fc.Arbitrary<Node<HttpMatch>[]> {
  const exact = fc.constantFrom('', '/x', '/a.b').map(end => ({ path: base + end }));
  const others: fc.Arbitrary<Written<HttpMatchOptions>>[] = [
    fc.constantFrom('', '/x').map(end => ({ pathPrefix: base + end })),
    fc.constant({ pathBelow: base }),
    fc.constant({ pathTemplate: `${base}/{id}/x` }),
    fc.constant({ pathRegex: `${base}/[0-9]+` }),
  ];
  const match = fc.record({ path: fc.oneof(exact, ...isPlain ? [] : others), methods, headers })
    .map(({ path, ...of }) => call('HttpMatch', 'of', { ...path, ...of.methods !== undefined && { methods: of.methods }, ...of.headers !== undefined && { headers: of.headers } }));
  return fc.uniqueArray(match, { minLength: 1, maxLength: 2, selector: one => JSON.stringify(one) });
}

/** Clients that may do different things, which do not overlap. */
function allowances({ namespace, hasBytes }: Fronted, isPlain: boolean): fc.Arbitrary<Written<AccessAllowance>[]> {
  const ports = hasBytes ? fc.constantFrom([9090], [80, 9090]) : fc.constant([80]);
  const what = (i: number) => fc.oneof(
    { weight: 3, arbitrary: requests(['/cart', '/api'][i], isPlain).map(some => ({ requests: some })) },
    { weight: 1, arbitrary: ports.map(some => ({ ports: some })) },
  );
  const sources = fc.shuffledSubarray([...ACCOUNTS], { minLength: 2 });
  return fc.record({ sources, cut: fc.integer({ min: 1, max: 3 }), first: what(0), second: what(1) }).map(({ sources: all, cut, first, second }) =>
    [[all.slice(0, cut), first] as const, [all.slice(cut), second] as const].filter(([some]) => some.length > 0)
      .filter(([, said], i, both) => i === 0 || !isPlain || !('ports' in said && 'ports' in both[0][1]))
      .map(([some, said]) => ({ sources: some.map(one => identity(one, namespace)), ...said })));
}

function policy(fronted: Fronted, isPlain: boolean): fc.Arbitrary<Statement> {
  return fc.oneof({ weight: 4, arbitrary: allowances(fronted, isPlain) }, { weight: 1, arbitrary: fc.constant([]) }).map(allow =>
    construct('ServiceAccessPolicy', `${fronted.name}-access`, { destination: meshService(fronted), allow }));
}

interface Split {
  readonly root: Fronted;
  readonly versions: readonly Fronted[];
}

/** What divides the requests for a Service. Where only some requests are divided, the Service itself leads to the first version. */
function division({ root, versions }: Split, isPlain: boolean, isMatching: boolean): fc.Arbitrary<Statement> {
  const service = meshService(root);
  const [stable, canary, other] = versions.map(meshService);
  const release = (props: object) => construct('CanaryRelease', 'split', { service, stable, ...props });
  const route = (...rules: Written<ServiceRouteRule>[]) => construct('ServiceRoute', 'split', { service, rules });
  const rest = { backends: [{ service: stable }] };
  if (isMatching) {
    return requests('/cart', isPlain).chain(matches => fc.constantFrom(
      release({ canary, matches }),
      route({ matches, backends: [{ service: canary }] }, rest),
      route({ matches, backends: [{ service: canary, weight: 1 }, { service: other, weight: 2 }] }, rest),
    ));
  }
  const weighted = (weights: readonly number[]) => route({ backends: weights.map((weight, i) => ({ service: [stable, canary, other][i], weight })) });
  const percent = fc.integer({ min: 1, max: 98 });
  return fc.oneof(...isPlain ? [
    percent.map(weight => release({ canary, weight })),
    percent.map(weight => release({ variants: [{ service: canary, weight }, { service: other, weight: 99 - weight }] })),
    fc.constantFrom([1, 2], [2, 5], [1, 1, 1]).map(weighted),
  ] : [
    fc.constantFrom(0, 0.5, 12.5, 41.7, 100).map(weight => release({ canary, weight })),
    fc.constantFrom([1, 1], [3, 1], [0, 1], [1]).map(weighted),
  ]);
}

/** @param canMatch - whether requests can be divided by what they are */
export function originals(canMatch: boolean): fc.Arbitrary<Original> {
  const shape = fc.record({ isPlain: fc.boolean(), isMatching: fc.boolean(), hasBytes: fc.boolean(), hasSplit: fc.constantFrom(true, true, false) });
  return shape.chain(({ isPlain, isMatching, hasBytes, hasSplit }) => {
    const isPinned = canMatch && isMatching && !hasBytes;
    const version = (name: string): Fronted =>
      ({ namespace: 'shop', name: `cart-${name}`, account: 'cart', selector: { app: 'cart', version: name }, hasBytes });
    const versions = VERSIONS.map(version);
    const cart = { ...version('v1'), name: 'cart', ...!isPinned && { selector: { app: 'cart' } } };
    const carts = isPinned ? { ...cart, name: 'carts', selector: { app: 'cart' } } : cart;
    const web: Fronted = { namespace: 'shop', name: 'web', account: 'web', selector: { app: 'web' }, hasBytes: !hasBytes };
    const stock: Fronted = { namespace: 'bank', name: 'stock', account: 'stock', selector: { app: 'stock' }, hasBytes };
    const services = [...new Set([cart, carts, ...versions, web, stock])];
    const podsBehind = Object.fromEntries(services.map(({ namespace, name, selector }) => [`${namespace}/${name}`, JSON.stringify(selector)]));
    const beside = [
      ...services.map(kubeService),
      ...VERSIONS.map(name => deployment('shop', `cart-${name}`, 'cart', { app: 'cart', version: name })),
      ...[web, stock].map(({ namespace, name, selector }) => deployment(namespace, name, name, selector)),
    ];
    const split = hasSplit ? division({ root: cart, versions }, isPlain, isPinned).map(one => [one]) : fc.constant([]);
    const policies = (...all: Fronted[]) => fc.tuple(...all.map(one => policy(one, isPlain)));
    return fc.record({ split, shop: policies(carts, web), bank: policies(stock) }).map(all => ({
      // What SMI leaves to the Service itself, the library leaves to its stable version.
      isPlain: isPlain && !(isPinned && hasSplit), podsBehind, beside, statements: { shop: [...all.split, ...all.shop], bank: all.bank },
    }));
  });
}
