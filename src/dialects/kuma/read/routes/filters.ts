import { type Backend, backendOf, backendsOf } from './backend';
import type { Part } from './match';
import type { Fields } from '../../../../manifests/fields';
import type { Undecided } from '../../../../meaning/decision';
import { isUndecided } from '../../../../meaning/decision';
import type { Handling, HeaderChanges, Mirror, PathChange } from '../../../../model/handling';
import type { Cluster } from '../../../../reading/cluster/cluster';
import { namesOf } from '../../../../reading/header-changes';
import { headerChanges } from '../../../../reading/header-modifier';

/** What happens to the requests of a rule. */
export interface Filters {
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
  readonly rewrite?: { readonly hostname?: string; readonly path?: PathChange };
  readonly redirect?: Redirect;
  readonly mirrors: readonly { readonly backend: Backend; readonly millionths: number }[];
}

interface Redirect {
  readonly scheme?: 'http' | 'https';
  readonly hostname?: string;
  readonly port?: number;
  readonly path?: PathChange;
  readonly statusCode: number;
}

export const NO_FILTERS: Filters = { mirrors: [] };

/** In order: once one redirects, others find no requests to change, and Kuma takes none but changes of headers (`UpdateRouteAction` in `xds/filters/util.go`). */
export function filtersOf(fields: Fields, home: string): Filters {
  const items = fields.items().map(item => ({ item, type: item.field('type').text() ?? '' }));
  const of = (type: string, field: string) => items.filter(one => one.type === type).map(({ item }) => item.field(field));
  const strange = items.find(({ type }) => !TYPES.includes(type));
  strange?.item.field('type').doubt('Kuma has no such filter');
  for (const type of ['URLRewrite', 'RequestRedirect']) if (items.filter(one => one.type === type).length > 1) fields.doubt(`it has more than one ${type}`);
  const first = items.findIndex(({ type }) => type === 'RequestRedirect');
  if (first >= 0 && items.slice(first).some(({ type }) => type === 'URLRewrite' || type === 'RequestMirror')) {
    fields.doubt('Kuma takes no such filter behind a redirect');
  }
  const [requestHeaders, responseHeaders] = [changesOf(of('RequestHeaderModifier', 'requestHeaderModifier')), changesOf(of('ResponseHeaderModifier', 'responseHeaderModifier'))];
  const [rewrite] = of('URLRewrite', 'urlRewrite').map(one => {
    const [hostname, path] = [one.field('hostname').text(), pathChange(one.field('path'))];
    return { ...(hostname !== undefined && { hostname }), ...(path && { path }) };
  });
  const [redirect] = of('RequestRedirect', 'requestRedirect').map(redirectOf);
  const mirrors = of('RequestMirror', 'requestMirror').flatMap(one => {
    const [backend, millionths] = [backendOf(one.field('backendRef'), home), millionthsOf(one.field('percentage'))];
    return backend === undefined || millionths === undefined ? [] : [{ backend, millionths }];
  });
  return {
    mirrors,
    ...(requestHeaders && { requestHeaders }),
    ...(responseHeaders && { responseHeaders }),
    ...(rewrite && { rewrite }),
    ...(redirect && { redirect }),
  };
}

const TYPES = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite', 'RequestMirror'];

function changesOf(all: readonly Fields[]): HeaderChanges | undefined {
  const changes = all.flatMap(one => headerChanges(one) ?? []);
  const names = changes.flatMap(namesOf);
  const [first] = all;
  if (new Set(names).size < names.length) return first.doubt('several filters change one header');
  if (names.some(name => name === 'host' || name.startsWith(':'))) return first.doubt('it changes where the request goes');
  if (changes.some(({ set, add }) => [...set, ...add].some(({ value }) => value.includes('%')))) return first.doubt('a value with `%` is a command of Envoy');
  if (names.length === 0) return undefined;
  const sorted = (of: 'set' | 'add') => changes.flatMap(one => one[of]).sort((a, b) => a.name < b.name ? -1 : 1);
  return { set: sorted('set'), add: sorted('add'), remove: changes.flatMap(({ remove }) => remove).sort() };
}

function pathChange(fields: Fields): PathChange | undefined {
  if (!fields.isSaid) return undefined;
  const [type, full, prefix] = ['type', 'replaceFullPath', 'replacePrefixMatch'].map(name => fields.field(name).text());
  const value = type === 'ReplaceFullPath' ? full : type === 'ReplacePrefixMatch' ? prefix : undefined;
  // Envoy reads it as the replacement of an expression.
  if (value === undefined || value === '' || value.includes('\\') || value.includes('?')) return fields.doubt('it is not a change of a path that is understood here');
  return { type: type === 'ReplaceFullPath' ? 'full' : 'prefix', value };
}

function redirectOf(fields: Fields): Redirect {
  const [scheme, hostname] = [fields.field('scheme').text(), fields.field('hostname').text()];
  const [port, statusCode = 302, path] = [fields.field('port').integer(), fields.field('statusCode').integer(), pathChange(fields.field('path'))];
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') fields.field('scheme').doubt('it is not a scheme that Kuma takes');
  if (![301, 302, 303, 307, 308].includes(statusCode)) fields.field('statusCode').doubt('Kuma takes no such status code');
  return {
    statusCode,
    ...((scheme === 'http' || scheme === 'https') && { scheme }),
    ...(hostname !== undefined && { hostname }),
    ...(port !== undefined && { port }),
    ...(path && { path }),
  };
}

function millionthsOf(fields: Fields): number | undefined {
  const said = fields.take() ?? 100;
  const percent = typeof said === 'number' || typeof said === 'string' ? Number(said) : NaN;
  return percent >= 0 && percent <= 100 ? Math.round(percent * 10_000) : fields.doubt('it is not a percentage');
}

const WELL_KNOWN: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Without a port, Envoy keeps that of the request but where it goes without saying, and leaves it out where there is a host. */
export function redirected({ path, ...redirect }: Redirect, port: number, part: Part): Pick<Handling, 'redirect'> {
  const { scheme = 'http', hostname } = redirect;
  const said = redirect.port ?? (hostname === undefined && port !== WELL_KNOWN.http ? port : undefined);
  const { port: _, ...others } = redirect;
  const to = said !== undefined && said !== WELL_KNOWN[scheme] ? { port: said } : {};
  return { redirect: { ...others, scheme, ...to, ...(path && replacing(path, part)) } };
}

/** What stands in place of a prefix, where one is matched. */
function replacing(path: PathChange, { replaced }: Part): { readonly path: PathChange } | undefined {
  return path.type === 'full' || replaced !== undefined ? { path } : undefined;
}

/** Copies, of which some go nowhere. */
export function copiesOf({ mirrors }: Filters, cluster: Cluster): Mirror[] | Undecided {
  const copies = mirrors.filter(({ millionths }) => millionths > 0).map(({ backend, millionths }): Mirror | Undecided => {
    const to = backendsOf([{ ...backend, weight: 1 }], cluster, true);
    if (isUndecided(to)) return to;
    const [{ service: name, namespace, port, groupKind }] = to;
    return { name, namespace, port, ...(groupKind && { groupKind }), fraction: { numerator: millionths, denominator: 1_000_000 } };
  });
  return copies.find(isUndecided) ?? copies as Mirror[];
}
