import { type Backend, backendRef } from './backends';
import type { Fields } from '../../../manifests/fields';
import type { Cors, Fraction, HeaderChanges } from '../../../model/handling';
import { headerChanges } from '../../../reading/header-modifier';

export type FilterType = 'RequestHeaderModifier' | 'ResponseHeaderModifier' | 'RequestRedirect' | 'URLRewrite' | 'RequestMirror' | 'CORS';

/** What the filters of a rule say. */
export interface Filters {
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
  readonly redirect?: Redirect;
  readonly rewrite?: Rewrite;
  readonly mirrors: readonly Mirror[];
  readonly cors?: Cors;
  /** Those that are said. */
  readonly types: readonly FilterType[];
  /** Those that are said and not read here. */
  readonly others: readonly string[];
}

export interface PathChange {
  readonly type: 'ReplaceFullPath' | 'ReplacePrefixMatch';
  readonly value: string;
}

export interface Rewrite {
  readonly hostname?: string;
  readonly path?: PathChange;
}

export interface Redirect extends Rewrite {
  readonly scheme?: string;
  readonly port?: number;
  readonly statusCode: number;
}

export interface Mirror {
  readonly to: Backend;
  readonly fraction: Fraction;
}

type Said = Partial<Omit<Filters, 'types' | 'others' | 'mirrors'>> & { readonly mirror?: Mirror };

const READ: { readonly [Type in FilterType]: (fields: Fields, home: string) => Said } = {
  RequestHeaderModifier: fields => ({ requestHeaders: headerChanges(fields.field('requestHeaderModifier')) }),
  ResponseHeaderModifier: fields => ({ responseHeaders: headerChanges(fields.field('responseHeaderModifier')) }),
  RequestRedirect: fields => ({ redirect: redirectOf(fields.field('requestRedirect')) }),
  URLRewrite: fields => ({ rewrite: rewriteOf(fields.field('urlRewrite')) }),
  RequestMirror: (fields, home) => ({ mirror: mirrorOf(fields.field('requestMirror'), home) }),
  CORS: fields => ({ cors: corsOf(fields.field('cors')) }),
};

export function filtersOf(fields: Fields, home: string): Filters {
  const types: FilterType[] = [];
  const others: string[] = [];
  const said = fields.items().map((item): Said => {
    const type = item.field('type').text();
    if (type === undefined || !Object.hasOwn(READ, type)) {
      item.doubt(`what the filter ${type ?? 'without a type'} does is not known here`);
      others.push(...type === undefined ? [] : [type]);
      return {};
    }
    if (types.includes(type as FilterType) && type !== 'RequestMirror') item.doubt('a rule has one such filter');
    types.push(type as FilterType);
    return READ[type as FilterType](item, home);
  });
  const { mirror: _, ...onlyOnce }: Said = Object.assign({}, ...said);
  return { ...onlyOnce, mirrors: said.flatMap(({ mirror }) => mirror ?? []), types, others };
}

function redirectOf(fields: Fields): Redirect {
  const [scheme, port, statusCode] = [fields.field('scheme').text(), fields.field('port').integer(), fields.field('statusCode').integer() ?? 302];
  return { ...rewriteOf(fields), statusCode, ...(scheme !== undefined && { scheme }), ...(port !== undefined && { port }) };
}

function rewriteOf(fields: Fields): Rewrite {
  const [hostname, path] = [fields.field('hostname').text(), pathChange(fields.field('path'))];
  return { ...(hostname !== undefined && { hostname }), ...(path !== undefined && { path }) };
}

function pathChange(fields: Fields): PathChange | undefined {
  if (!fields.isSaid) return undefined;
  const type = fields.field('type').text();
  if (type !== 'ReplaceFullPath' && type !== 'ReplacePrefixMatch') return fields.doubt('it is not known here');
  const value = fields.field(type === 'ReplaceFullPath' ? 'replaceFullPath' : 'replacePrefixMatch').text();
  return value === undefined ? fields.doubt('it does not say the path') : { type, value };
}

function mirrorOf(fields: Fields, home: string): Mirror | undefined {
  const to = backendRef(fields.field('backendRef'), home);
  const [percent, fraction] = [fields.field('percent').integer(), fields.field('fraction')];
  const numerator = fraction.isSaid ? fraction.field('numerator').integer() : percent ?? 100;
  const denominator = fraction.isSaid ? fraction.field('denominator').integer() ?? 100 : 100;
  if (to === undefined || numerator === undefined || denominator < 1) return fields.doubt('it is not known what is copied');
  return { to, fraction: { numerator, denominator } };
}

/** Preflights are remembered for five seconds where nothing is said. */
function corsOf(fields: Fields): Cors {
  const texts = (name: string) => fields.field(name).items().flatMap(item => item.text() ?? []);
  const allowCredentials = fields.field('allowCredentials').take() === true;
  return {
    allowOrigins: texts('allowOrigins'),
    allowMethods: texts('allowMethods'),
    allowHeaders: texts('allowHeaders'),
    exposeHeaders: texts('exposeHeaders'),
    allowCredentials,
    maxAge: fields.field('maxAge').integer() ?? 5,
  };
}
