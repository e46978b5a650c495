import { isIn } from './address';
import type { Call, Client, Pod, Request, ServicePort } from './call';
import { type Selector, selects, selectsNamespace } from './selector';
import { holdsFor, type Text } from './text';
import { all, any, lazily, not, type Truth, truthOf } from './truth';
import type { FieldPlace } from '../manifests/fields';

/** What has to be true of a call. */
export type Condition = Atom
  /** With none, always. */
  | { readonly type: 'all'; readonly of: readonly Condition[] }
  /** With none, never. */
  | { readonly type: 'any'; readonly of: readonly Condition[] }
  | { readonly type: 'not'; readonly of: Condition };

export type Atom = ClientAtom | RequestAtom | ConnectionAtom | OutsideAtom | Doubt;

/** What can be said of a client. */
export type ClientAtom =
  /** It has a certificate of the mesh, in which this stands. */
  | { readonly type: 'certificate'; readonly trustDomain?: Text; readonly namespace?: Text; readonly serviceAccount?: Text }
  /** The same, of the whole SPIFFE id. */
  | { readonly type: 'spiffeId'; readonly is: Text }
  | { readonly type: 'pod'; readonly namespace?: Text; readonly namespaceLabels?: Selector; readonly labels?: Selector; readonly serviceAccount?: Text }
  | { readonly type: 'client'; readonly kinds: readonly Client['kind'][] }
  | { readonly type: 'address'; readonly within: string; readonly except: readonly string[] }
  /** It calls by a port of a Service: of one that is named, or of any. */
  | { readonly type: 'entrance'; readonly namespace?: string; readonly service?: string; readonly port?: number };

/** What can be said of a request. Of connections, none of it holds. */
export type RequestAtom =
  | { readonly type: 'method' | 'path' | 'host'; readonly is: Text }
  /** The path, with the query behind it if there is one. */
  | { readonly type: 'target'; readonly is: Text }
  /** It is there, and this holds for it. Names of headers are in lower case. */
  | { readonly type: 'header' | 'query'; readonly name: string; readonly is: Text }
  /** Of a valid token; of a claim that is a list, one of them. */
  | { readonly type: 'claim'; readonly path: readonly string[]; readonly is: Text };

/** What can be said of a connection over TLS that the mesh does not open. Of others, it does not hold. */
export interface ConnectionAtom {
  readonly type: 'serverName';
  readonly is: Text;
}

/** What can be said of what is called outside the cluster. Of pods, none of it holds. */
export type OutsideAtom =
  | { readonly type: 'toAddress'; readonly within: string; readonly except: readonly string[] }
  /** A name that leads to it. */
  | { readonly type: 'toHost'; readonly is: Text }
  | { readonly type: 'toPort'; readonly first: number; readonly last: number };

/** Something that is not understood. */
export interface Doubt {
  readonly type: 'unknown';
  readonly why: string;
  readonly place: FieldPlace;
  /** Two doubts of the same are one; absent where they are if the same stands at their places. */
  readonly about?: string;
}

export const ALWAYS: Condition = { type: 'all', of: [] };
export const NEVER: Condition = { type: 'any', of: [] };

export function allOf(...of: readonly Condition[]): Condition {
  return of.length === 1 ? of[0] : { type: 'all', of };
}

export function anyOf(...of: readonly Condition[]): Condition {
  return of.length === 1 ? of[0] : { type: 'any', of };
}

export function noneOf(...of: readonly Condition[]): Condition {
  return { type: 'not', of: anyOf(...of) };
}

/** What is known already. */
export function answered(truth: Truth, doubt: Doubt): Condition {
  return truth === 'unknown' ? doubt : truth === 'yes' ? ALWAYS : NEVER;
}

/** Whether a condition is true of a call. What the call does not tell is unknown. */
export function isTrue(condition: Condition, call: Call): Truth {
  switch (condition.type) {
    case 'all': return all(lazily(condition.of, one => isTrue(one, call)));
    case 'any': return any(lazily(condition.of, one => isTrue(one, call)));
    case 'not': return not(isTrue(condition.of, call));
    case 'unknown': return 'unknown';
    default: return (ATOMS[condition.type] as (atom: Atom, call: Call) => Truth)(condition, call);
  }
}

type Of<Type extends Atom['type']> = Extract<Atom, { readonly type: Type }>;

const ATOMS: { readonly [Type in Exclude<Atom['type'], 'unknown'>]: (atom: Of<Type>, call: Call) => Truth } = {
  certificate: ({ trustDomain, namespace, serviceAccount }, { client }) => certified(client, () => all(lazily([
    [trustDomain, client.trustDomain ?? TRUST_DOMAIN],
    [namespace, client.kind === 'pod' ? namespaceOf(client) : undefined],
    [serviceAccount, client.kind === 'pod' ? client.serviceAccount : undefined],
  ] as const, ([text, value]) => said(text, value)))),
  spiffeId: ({ is }, { client }) => certified(client, () => said(is, spiffeIdOf(client))),
  pod: ({ namespace, namespaceLabels, labels, serviceAccount }, { client }) => client.kind !== 'pod' ? 'no' : all([
    said(namespace, namespaceOf(client)),
    namespaceLabels === undefined ? 'yes' : selectsNamespace(namespaceLabels, client.namespaceLabels, client.namespace),
    labels === undefined ? 'yes' : selects(labels, client),
    said(serviceAccount, client.serviceAccount),
    client.onHostNetwork === true ? 'unknown' : 'yes',
  ]),
  client: ({ kinds }, { client }) => truthOf(kinds.includes(client.kind)),
  address: ({ within, except }, { client: { address } }) => isWithin(address, within, except),
  entrance: (atom, { entrance }) => truthOf(entersBy(atom, entrance)),
  method: ({ is }, { request }) => said(is, request?.method, 'no'),
  path: ({ is }, { request }) => said(is, request?.path, 'no'),
  target: ({ is }, { request }) => said(is, request && targetOf(request), 'no'),
  host: ({ is }, { request }) => said(is, request?.host, request === undefined ? 'no' : 'unknown'),
  header: ({ name, is }, { request }) => said(is, valueIn(request?.headers, name), 'no'),
  query: ({ name, is }, { request }) => said(is, valueIn(request?.query, name), 'no'),
  serverName: ({ is }, { protocol, serverName }) => protocol === 'TLS' ? said(is, serverName) : 'no',
  toAddress: ({ within, except }, { outside }) => outside === undefined ? 'no' : isWithin(outside.address, within, except),
  toHost: ({ is }, { outside }) => outside === undefined ? 'no' : said(is, outside.host),
  toPort: ({ first, last }, { outside, port }) => truthOf(outside !== undefined && first <= port && port <= last),
  claim: ({ path, is }, { request }) => any(claimsAt(request?.claims, path).map(value => holdsFor(is, value))),
};

/** Whether a call comes by a port of a Service that is meant. */
export function entersBy({ namespace, service, port }: Of<'entrance'>, entrance: ServicePort | undefined): boolean {
  return entrance !== undefined && (namespace ?? entrance.namespace) === entrance.namespace
    && (service ?? entrance.service) === entrance.service && (port ?? entrance.port) === entrance.port;
}

/** The trust domain of a mesh, unless another one is said. */
export const TRUST_DOMAIN = 'cluster.local';

function isWithin(address: string | undefined, within: string, except: readonly string[]): Truth {
  return address === undefined ? 'unknown' : truthOf(isIn(within, address) && !except.some(block => isIn(block, address)));
}

function certified({ meshed }: Client, isSo: () => Truth): Truth {
  return meshed === false ? 'no' : all([meshed === undefined ? 'unknown' : 'yes', isSo()]);
}

function namespaceOf({ namespace }: Pod): string | undefined {
  return namespace === '' ? undefined : namespace;
}

function spiffeIdOf(client: Client): string | undefined {
  if (client.kind !== 'pod' || client.serviceAccount === undefined || client.namespace === '') return undefined;
  return `spiffe://${client.trustDomain ?? TRUST_DOMAIN}/ns/${client.namespace}/sa/${client.serviceAccount}`;
}

/** Whether a condition holds for a value, where there is one. */
function said(text: Text | undefined, value: string | undefined, otherwise: Truth = 'unknown'): Truth {
  return text === undefined ? 'yes' : value === undefined ? otherwise : holdsFor(text, value);
}

function targetOf({ path, query }: Request): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

function valueIn(values: Request['headers'] | undefined, name: string): string | undefined {
  return values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}

function claimsAt(claims: unknown, path: readonly string[]): string[] {
  const value = path.reduce<unknown>((at, name) =>
    typeof at === 'object' && at !== null && !Array.isArray(at) && Object.hasOwn(at, name) ? (at as Record<string, unknown>)[name] : undefined, claims);
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
}
