import * as fc from 'fast-check';
import type { Manifest } from '../../src/dialects/contract/manifest';
import type { AccessModel, AccessRule, Source } from '../../src/model/access';
import { sourceKey } from '../../src/model/access';
import type { RequestMatch } from '../../src/model/match';
import type { Readings } from '../total';
import { absent, allHold, total, unsaid } from '../total';

/** Manifests as they are applied. */
export function applied(manifests: readonly Manifest[]): any[] {
  return manifests.map(({ shared, ...object }) => object);
}

/** A client that mutual TLS proves to be this ServiceAccount. */
export interface Client {
  readonly namespace: string;
  readonly name: string;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const TRUST_DOMAIN = 'shop.mesh.local';

export function spiffeId({ namespace, name }: Client): string {
  return `spiffe://${TRUST_DOMAIN}/ns/${namespace}/sa/${name}`;
}

/** Whether the model lets a client make a call, read as its words are. */
export function mayCall({ rules }: AccessModel, client: Client, port: number, call: Call): boolean {
  return rules.some(rule => rule.sources.some(is(client)) && !rule.exceptSources.some(is(client))
    && rule.ports.some(p => p.port === port)
    && (rule.requests.length === 0 || rule.requests.some(request => holds(request, call))));
}

const is = (client: Client) => (source: Source): boolean => {
  switch (source.kind) {
    case 'serviceAccount': return client.name === source.name && client.namespace === source.namespace;
    case 'namespace': return client.namespace === source.name;
    case 'spiffeId': return spiffeId(client) === source.id;
    case 'anyAuthenticated': return true;
    default: throw new Error(`not generated: ${source.kind}`);
  }
};

export function holds(match: RequestMatch, call: Call): boolean {
  return allHold(READINGS, match, call);
}

const whole = (pattern: string, value: string) => new RegExp(`^(?:${pattern})$`).test(value);

const READINGS: Readings<RequestMatch, Call> = {
  methods: (methods, { method }) => methods.length === 0 || methods.includes(method),
  path: ({ type, value }, { path }) => ({
    exact: () => path === value,
    prefix: () => path === value || path.startsWith(`${value}/`),
    below: () => path.startsWith(`${value}/`),
    template: () => value.split('/').length === path.split('/').length
      && value.split('/').every((element, i) => element === '{*}' ? path.split('/')[i] !== '' : element === path.split('/')[i]),
    regex: () => whole(value, path),
  })[type](),
  headers: (conditions, { headers }) => conditions.every(({ name, type, value }) => name in headers
    && (type === 'present' || (type === 'exact' ? headers[name] === value : whole(value, headers[name])))),
  query: conditions => conditions.length === 0 || unsaid(),
  hosts: unsaid,
};

export const web: AccessRule = {
  sources: [{ kind: 'serviceAccount', name: 'web', namespace: 'shop' }],
  exceptSources: [],
  ports: [{ port: 8080, protocol: 'HTTP' }],
  requests: [],
};

export const access = (rules: readonly AccessRule[], more: Partial<AccessModel> = {}): AccessModel => ({
  name: 'cart',
  namespace: 'shop',
  destination: { service: 'cart', serviceAccount: 'cart', podSelector: { app: 'cart' }, ports: [{ port: 8080, protocol: 'HTTP' }] },
  rules,
  healthProbes: [],
  audit: false,
  ...more,
});

const NAMESPACES = ['shop', 'ops', 'ops-lab'];
const account = fc.record({
  kind: fc.constant('serviceAccount' as const),
  name: fc.constantFrom('web', 'job'),
  namespace: fc.constantFrom(...NAMESPACES),
});
const namespace = fc.constantFrom(...NAMESPACES).map(name => ({ kind: 'namespace' as const, name }));
const some = <T extends Source>(one: fc.Arbitrary<T>, minLength: number) => fc.uniqueArray(one, { selector: sourceKey, minLength, maxLength: 2 });

/** Sources, with exceptions where the intent takes them. */
export const clients: fc.Arbitrary<Pick<AccessRule, 'sources' | 'exceptSources'>> = fc.oneof(
  fc.record({ sources: some(fc.oneof(account, namespace), 1), exceptSources: fc.constant([]) }),
  fc.record({
    sources: some(fc.oneof(namespace, fc.constant({ kind: 'anyAuthenticated' as const })), 1),
    exceptSources: some(fc.oneof(account, namespace), 0),
  }),
);

const PATHS = ['/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/a.b', '/aXb'];

export const match = total<RequestMatch>({
  methods: fc.uniqueArray(fc.constantFrom('GET', 'POST'), { maxLength: 2 }),
  path: fc.option(fc.oneof(
    fc.constantFrom(...PATHS).map(value => ({ type: 'exact' as const, value })),
    fc.constantFrom('/a', '/a/b', '/a.b').map(value => ({ type: 'prefix' as const, value })),
    fc.constantFrom('/{*}', '/a/{*}', '/{*}/b').map(value => ({ type: 'template' as const, value })),
    fc.constantFrom('/a.*', '/a|/ab', '.*/b').map(value => ({ type: 'regex' as const, value })),
  ), { nil: undefined }),
  headers: fc.uniqueArray(fc.record({
    name: fc.constantFrom('x', 'y'),
    type: fc.constantFrom('exact' as const, 'regex' as const, 'present' as const),
    value: fc.constantFrom('1', '12'),
  }), { selector: h => h.name, maxLength: 2 }),
  query: fc.constant([]),
  hosts: absent,
});

export const client: fc.Arbitrary<Client> = fc.record({ namespace: fc.constantFrom(...NAMESPACES, 'dev'), name: fc.constantFrom('web', 'job', 'other') });

export const call: fc.Arbitrary<Call> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT'),
  path: fc.constantFrom(...PATHS),
  headers: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '12', '2')),
});
