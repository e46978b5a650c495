import type { Fields } from '../../../manifests/fields';
import { ALWAYS, type Condition, type Doubt } from '../../../meaning/condition';
import { doubtOf } from '../../../reading/understood';

/** What one match of an HTTPRoute or a GRPCRoute asks for. */
export interface Match {
  readonly path: PathMatch;
  readonly method?: string;
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
  readonly grpc?: { readonly service?: string; readonly method?: string };
  /** Something of it that is not understood: it may ask for more, or for less. */
  readonly doubt?: Doubt;
}

/** `every` is what a rule with an empty list of matches stands for. */
export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression' | 'every';
  /** Of a prefix, without slashes at its end; empty for every path. */
  readonly value: string;
}

export interface ValueMatch {
  /** Of headers, in lower case. */
  readonly name: string;
  readonly isExpression: boolean;
  readonly value: string;
}

export const EVERY_REQUEST: Match = { path: { type: 'every', value: '' }, headers: [], query: [] };

/** A path is the prefix `/` where nothing is said: the API server writes it. */
export function httpMatch(fields: Fields): Match {
  const path = pathMatch(fields.field('path'));
  const method = fields.field('method').text();
  const headers = fields.field('headers').items().flatMap(item => valueMatch(item, name => name.toLowerCase()) ?? []);
  const query = fields.field('queryParams').items().flatMap(item => valueMatch(item, name => name) ?? []);
  return withDoubt(fields, { path, headers: firstOfEach(headers), query: firstOfEach(query), ...(method !== undefined && { method }) });
}

export function grpcMatch(fields: Fields): Match {
  const called = fields.field('method');
  const type = called.field('type').text() ?? 'Exact';
  if (type !== 'Exact') called.field('type').doubt('it is not read here');
  const [service, method] = [called.field('service').text(), called.field('method').text()];
  const headers = fields.field('headers').items().flatMap(item => valueMatch(item, name => name.toLowerCase()) ?? []);
  return withDoubt(fields, {
    path: grpcPath(type === 'Exact' ? service : undefined, type === 'Exact' ? method : undefined),
    headers: firstOfEach(headers),
    query: [],
    grpc: { ...(service !== undefined && { service }), ...(method !== undefined && { method }) },
  });
}

function grpcPath(service: string | undefined, method: string | undefined): PathMatch {
  if (service === undefined && method === undefined) return { type: 'PathPrefix', value: '' };
  if (method === undefined) return { type: 'PathPrefix', value: `/${service}` };
  return service === undefined ? { type: 'RegularExpression', value: `/[^/]+/${escaped(method)}` } : { type: 'Exact', value: `/${service}/${method}` };
}

function escaped(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, character => `\\${character}`);
}

function pathMatch(fields: Fields): PathMatch {
  const [type, value] = [fields.field('type').text() ?? 'PathPrefix', fields.field('value').text() ?? '/'];
  switch (type) {
    case 'PathPrefix': return { type, value: value.replace(/\/+$/, '') };
    case 'Exact':
    case 'RegularExpression': return { type, value };
    default:
      fields.field('type').doubt('it is not known here');
      return { type: 'every', value: '' };
  }
}

function valueMatch(fields: Fields, nameOf: (name: string) => string): ValueMatch | undefined {
  const [type, name, value] = [fields.field('type').text() ?? 'Exact', fields.field('name').text(), fields.field('value').text()];
  if (type !== 'Exact' && type !== 'RegularExpression') return fields.field('type').doubt('it is not known here');
  if (name === undefined || value === undefined) return fields.doubt('it needs a name and a value');
  return { name: nameOf(name), isExpression: type === 'RegularExpression', value };
}

/** Of several with one name, the first counts. */
function firstOfEach(values: readonly ValueMatch[]): ValueMatch[] {
  return values.filter(({ name }, i) => values.findIndex(other => other.name === name) === i);
}

function withDoubt(fields: Fields, match: Match): Match {
  const [doubt] = fields.doubts();
  return doubt === undefined ? match : { ...match, doubt: doubtOf(doubt) };
}

export function doubtful({ doubt }: Pick<Match, 'doubt'>): Condition {
  return doubt ?? ALWAYS;
}
