import { checkHostPattern, checkKey, checkNotEmpty } from './names';
import { checkRegex } from './regex';
import { StringMatch } from './string-match';
import { misuse } from '../errors/misuse';
import { BY_FACTORY, checkConcrete, checkFactory } from '../input/factory';
import type { FactoryKey } from '../input/factory';
import { instanceOf, listOf, mapOf, optional, record, TEXT } from '../input/shape';
import type { Every } from '../model/fields';
import type { Hosts } from '../model/host';
import * as model from '../model/match';
import type { PathCondition } from '../model/path';
import { ANY_ELEMENT, ANY_ELEMENTS } from '../model/path';
import { escapeRegex } from '../model/regex';

/**
 * Conditions on a request, all of which must hold. See `HttpMatch`, `GrpcMatch` and `TlsMatch`.
 */
export abstract class RequestMatch {
  /** @internal */
  public constructor(private readonly match: model.RequestMatch) {
    checkConcrete(new.target, RequestMatch, "a match, such as HttpMatch.of({ pathPrefix: '/cart' })");
  }

  /** @internal */
  public _toModel(): model.RequestMatch {
    return this.match;
  }
}

/**
 * Conditions of an `HttpMatch`. All that are given must hold.
 */
export interface HttpMatchOptions {
  /**
   * HTTP methods, any of which may match: GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH.
   *
   * @default - any method
   */
  readonly methods?: string[];

  /**
   * The exact path, without query. Excludes the other forms of a path.
   *
   * @default - any path
   */
  readonly path?: string;

  /**
   * A path prefix, element by element: `/api` matches `/api`, `/api/` and `/api/v1`, not `/apis`. A `/` at its end is ignored, in
   * every target: `/api/` matches `/api` too. To match only what is below it, use `pathBelow`. Excludes the other forms of a path.
   *
   * @default - any path
   */
  readonly pathPrefix?: string;

  /**
   * All that is below a path: `/api` matches `/api/` and `/api/v1`, not `/api` itself. A `/` at its end is ignored. Excludes
   * the other forms of a path.
   *
   * @default - any path
   */
  readonly pathBelow?: string;

  /**
   * The characters with which the path begins, wherever its elements end: `/api` matches `/api`, `/api/v1` and `/apis`. With a `/`
   * at its end it matches everything below a path, as `pathBelow` does. Excludes the other forms of a path.
   *
   * @default - any path
   */
  readonly pathStartsWith?: string;

  /**
   * The characters with which the path ends: `.json` matches `/carts/7.json`. Excludes the other forms of a path.
   *
   * @default - any path
   */
  readonly pathEndsWith?: string;

  /**
   * A path with elements in braces, each of which stands for any one element: `/carts/{id}/items` matches
   * `/carts/7/items`, not `/carts/items` and not `/carts/7/8/items`. As the last of these, `{**}` stands for one or more
   * elements, empty ones too: `/files/{**}/meta` matches `/files/a/b/meta`, not `/files/meta`. Excludes the other forms of a path.
   *
   * @default - any path
   */
  readonly pathTemplate?: string;

  /**
   * A regular expression in RE2 syntax for the whole path. Excludes the other forms of a path.
   *
   * @default - any path
   */
  readonly pathRegex?: string;

  /**
   * Header values by header name. Names are case-insensitive.
   *
   * @default - any headers
   */
  readonly headers?: { [name: string]: StringMatch };

  /**
   * Query parameter values by parameter name.
   *
   * @default - any query
   */
  readonly query?: { [name: string]: StringMatch };

  /**
   * The value of a cookie by its name. At most one cookie: it becomes a condition on the `cookie` header, and every API allows one
   * condition for each header.
   *
   * @default - any cookies
   */
  readonly cookies?: { [name: string]: string };

  /**
   * Hosts that the client asks for, any of which may match: `api.example.com`, or `*.example.com` for all in a domain.
   * Only in a `GatewayAccessPolicy`, and in routes for TLS ports: for HTTP, hosts belong to gateways, as the `hostnames` of an `Exposure`.
   *
   * @default - any host
   */
  readonly hosts?: string[];
}

const VALUES = optional(mapOf(instanceOf(StringMatch, "a StringMatch, such as `StringMatch.exact('beta')`")));
const HTTP_OPTIONS = record<HttpMatchOptions>({
  methods: optional(listOf(TEXT)),
  path: optional(TEXT),
  pathPrefix: optional(TEXT),
  pathBelow: optional(TEXT),
  pathStartsWith: optional(TEXT),
  pathEndsWith: optional(TEXT),
  pathTemplate: optional(TEXT),
  pathRegex: optional(TEXT),
  headers: VALUES,
  query: VALUES,
  cookies: optional(mapOf(TEXT)),
  hosts: optional(listOf(TEXT)),
});

/**
 * Conditions on an HTTP request, all of which must hold.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-route.md#what-each-target-renders
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/service-access-policy.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httproutematch
 */
export class HttpMatch extends RequestMatch {
  /**
   * Requests for which all these conditions hold.
   *
   * @param options The conditions; at least one.
   */
  public static of(options: HttpMatchOptions): HttpMatch {
    HTTP_OPTIONS('HttpMatch.of', 'options', options);
    const match: Every<model.RequestMatch> = {
      methods: methodsOf(options.methods),
      path: pathOf(options),
      headers: [...conditionsOf('headers', options.headers), ...cookiesOf(options)].sort(model.compareNames),
      query: conditionsOf('query', options.query).sort(model.compareNames),
      hosts: hostsOf('HttpMatch.of', options.hosts),
    };
    if (model.isAnyRequest(match)) {
      throw misuse('MESH1110', 'HttpMatch.of', 'there is no condition', 'Give at least one condition, or leave the match out for every request');
    }
    return new HttpMatch(BY_FACTORY, match);
  }

  /**
   * A GET of exactly this path.
   */
  public static get(path: string): HttpMatch {
    return HttpMatch.of({ methods: ['GET'], path });
  }

  /**
   * A POST to exactly this path.
   */
  public static post(path: string): HttpMatch {
    return HttpMatch.of({ methods: ['POST'], path });
  }

  /**
   * Any request with this value in this header.
   *
   * @param name Name of the header, in any case.
   * @param value The whole value, case included.
   */
  public static header(name: string, value: string): HttpMatch {
    TEXT('HttpMatch.header', 'name', name);
    return HttpMatch.of({ headers: { [name]: StringMatch.exact(value) } });
  }

  /**
   * Any request with this cookie.
   *
   * @param name Name of the cookie.
   * @param value Its whole value, as the browser sends it.
   */
  public static cookie(name: string, value: string): HttpMatch {
    TEXT('HttpMatch.cookie', 'name', name);
    return HttpMatch.of({ cookies: { [name]: value } });
  }

  private constructor(key: FactoryKey, match: model.RequestMatch) {
    checkFactory(key, HttpMatch);
    super(match);
  }
}

/**
 * Conditions of a `GrpcMatch`. All that are given must hold.
 */
export interface GrpcMatchOptions {
  /**
   * The full name of the gRPC service, with its package: `shop.v1.Cart`.
   *
   * @default - every service that has the `method`
   */
  readonly service?: string;

  /**
   * The method: `AddItem`.
   *
   * @default - every method of the `service`
   */
  readonly method?: string;

  /**
   * Metadata values by name. Names are case-insensitive.
   *
   * @default - any metadata
   */
  readonly headers?: { [name: string]: StringMatch };
}

const GRPC_OPTIONS = record<GrpcMatchOptions>({ service: optional(TEXT), method: optional(TEXT), headers: VALUES });

/**
 * Conditions on a gRPC call, all of which must hold.
 *
 * Where an API has no match for gRPC, it is a match for the HTTP/2 request behind the call, whose path is `/<service>/<method>`.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#grpcroutematch
 */
export class GrpcMatch extends RequestMatch {
  /**
   * Calls of a service, of one of its methods, of a method of any service, or with some metadata. Metadata alone says the same as
   * `HttpMatch.of` with these `headers`, and so holds on HTTP ports, too.
   *
   * @param options The conditions; at least one.
   */
  public static of(options: GrpcMatchOptions): GrpcMatch {
    GRPC_OPTIONS('GrpcMatch.of', 'options', options);
    const { service, method } = options;
    const headers = conditionsOf('headers', options.headers).sort(model.compareNames);
    if (service === undefined && method === undefined && headers.length === 0) {
      throw misuse('MESH1120', 'GrpcMatch.of', 'there is no service, no method, and no header', "Give the `service`, like 'shop.v1.Cart'");
    }
    if (service !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/.test(service)) {
      throw misuse('MESH1120', 'GrpcMatch.of', `'${service}' is not the name of a gRPC service`, "Write it with its package, like 'shop.v1.Cart'");
    }
    if (method !== undefined && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(method)) {
      throw misuse('MESH1120', 'GrpcMatch.of', `'${method}' is not the name of a gRPC method`, "Write the bare name, like 'AddItem'");
    }
    return new GrpcMatch(BY_FACTORY, { ...model.ANY_REQUEST, ...calledBy(service, method), headers });
  }

  /**
   * Any call with this value in its metadata.
   *
   * @param name Name of the header, in any case.
   * @param value The whole value, case included.
   */
  public static header(name: string, value: string): GrpcMatch {
    TEXT('GrpcMatch.header', 'name', name);
    return GrpcMatch.of({ headers: { [name]: StringMatch.exact(value) } });
  }

  private constructor(key: FactoryKey, match: model.RequestMatch) {
    checkFactory(key, GrpcMatch);
    super(match);
  }
}

/** The path of the request behind the call. */
function calledBy(service: string | undefined, method: string | undefined): { readonly path?: PathCondition } {
  const grpc = { service, method };
  if (method !== undefined) {
    return { path: service === undefined ? { type: 'template', value: `/${ANY_ELEMENT}/${method}`, grpc } : { type: 'exact', value: `/${service}/${method}`, grpc } };
  }
  return service === undefined ? {} : { path: { type: 'prefix', value: `/${service}`, grpc } };
}

/**
 * A condition on a TLS connection that the mesh does not open.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/server-names.md#what-each-target-renders
 * @see https://gateway-api.sigs.k8s.io/geps/gep-2643/
 */
export class TlsMatch extends RequestMatch {
  /**
   * Connections to one of these servers, by the name that the client gives at their start. On HTTP ports it is the host of
   * the request.
   *
   * @param hosts `api.example.com`, or `*.example.com` for all hosts in a domain; at least one.
   */
  public static sni(...hosts: string[]): TlsMatch {
    HOSTS('TlsMatch.sni', 'hosts', hosts);
    return new TlsMatch(BY_FACTORY, { ...model.ANY_REQUEST, hosts: hostsOf('TlsMatch.sni', hosts) });
  }

  private constructor(key: FactoryKey, match: model.RequestMatch) {
    checkFactory(key, TlsMatch);
    super(match);
  }
}

const HOSTS = listOf(TEXT);

function hostsOf(where: string, hosts: readonly string[] | undefined): Hosts | undefined {
  checkNotEmpty(where, 'hosts', hosts, 'Name at least one host');
  return hosts && [...new Set(hosts.map(host => checkHostPattern(where, host)))].sort();
}

function methodsOf(methods: readonly string[] | undefined): string[] {
  checkNotEmpty('HttpMatch.of', 'methods', methods, 'Leave it out to match any method');
  for (const method of methods ?? []) {
    if (!model.METHODS.includes(method)) {
      throw misuse('MESH1114', 'HttpMatch.of', `'${method}' is not an HTTP method`, `Use one of ${model.METHODS.join(', ')}`);
    }
  }
  return [...new Set(methods)].sort();
}

function pathOf(
  { path, pathPrefix, pathBelow, pathStartsWith, pathEndsWith, pathTemplate, pathRegex }: HttpMatchOptions,
): PathCondition | undefined {
  if ([path, pathPrefix, pathBelow, pathStartsWith, pathEndsWith, pathTemplate, pathRegex].filter(p => p !== undefined).length > 1) {
    throw misuse('MESH1005', 'HttpMatch.of', '`path`, `pathPrefix`, `pathBelow`, `pathStartsWith`, `pathEndsWith`, `pathTemplate` and `pathRegex` exclude each other',
      'Give one of them');
  }
  if (path !== undefined) {
    return { type: 'exact', value: checkPath('HttpMatch.of', path) };
  }
  if (pathTemplate !== undefined) {
    return templateOf(pathTemplate);
  }
  if (pathPrefix !== undefined) {
    return elementsOf('prefix', pathPrefix);
  }
  if (pathBelow !== undefined) {
    return elementsOf('below', pathBelow);
  }
  if (pathStartsWith !== undefined) {
    return pathStartsWith.endsWith('/') ? elementsOf('below', pathStartsWith) : { type: 'start', value: checkPath('HttpMatch.of', pathStartsWith) };
  }
  if (pathEndsWith !== undefined) {
    return { type: 'end', value: checkPathEnd('HttpMatch.of', pathEndsWith) };
  }
  if (pathRegex !== undefined) {
    checkRegex('HttpMatch.of', pathRegex);
    return { type: 'regex', value: pathRegex };
  }
  return undefined;
}

/** What stands at the end of a path that is written as proxies compare it. */
function checkPathEnd(where: string, end: string): string {
  if (end === '' || end.startsWith('..')) {
    throw misuse('MESH1111', where, `'${end}' is not the end of a path`, "Write the last characters, like '.json' or '/items'");
  }
  checkPath(where, end.startsWith('/') ? end : `/a${end}`);
  return end;
}

/** The prefix `/`, and all that is below `/`, are every path. */
function elementsOf(type: 'prefix' | 'below', path: string): PathCondition | undefined {
  const value = checkPath('HttpMatch.of', path).replace(/\/+$/, '');
  return value === '' ? undefined : { type, value };
}

/** A template is a path, except for its elements in braces. */
function templateOf(template: string): PathCondition | undefined {
  const elements = template.split('/').map(element => /^\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(element) ? ANY_ELEMENT : element);
  const isOpen = (element: string) => element === ANY_ELEMENT || element === ANY_ELEMENTS;
  const open = elements.filter(isOpen);
  if (open.length === 0) {
    throw misuse('MESH1113', 'HttpMatch.of', `'${template}' has no element in braces`, "Write it like '/carts/{id}/items', or use `path`");
  }
  if (open.indexOf(ANY_ELEMENTS) !== -1 && open.indexOf(ANY_ELEMENTS) < open.length - 1) {
    throw misuse('MESH1113', 'HttpMatch.of', `'${template}' has an element in braces behind '${ANY_ELEMENTS}', which stands for any number of them`,
      "Let it be the last one in braces, as in '/shops/{id}/{**}/items', or use `pathRegex`");
  }
  checkPath('HttpMatch.of', elements.map(element => isOpen(element) ? 'id' : element).join('/'));
  const isBelow = open.length === 1 && elements[elements.length - 1] === ANY_ELEMENTS;
  return isBelow ? elementsOf('below', elements.slice(0, -1).join('/') || '/') : { type: 'template', value: elements.join('/') };
}

/**
 * Paths in the form in which proxies compare them. A path that normalization would change never matches as written
 * behind one proxy, and may behind another.
 */
export function checkPath(where: string, path: string): string {
  if (!/^\/(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})*$/.test(path) || path.length > 1024) {
    throw misuse('MESH1111', where, `'${path}' is not a path`,
      "Start with '/', leave out query and fragment, percent-encode what a URL may not hold, and keep to 1024 characters");
  }
  if (/\/\/|\/\.\.?(\/|$)/.test(path) || NEEDLESSLY_ENCODED.test(path)) {
    throw misuse('MESH1112', where, `'${path}' is not a normalized path`,
      "Write it without '//', '/./', '/../' and '%2F', and letters, digits and '-._~' as they are");
  }
  return path;
}

/** A slash, and the characters that proxies decode. */
const NEEDLESSLY_ENCODED = /%(2[def]|3\d|[46][1-9a-f]|[57][0-9a]|5f|7e)/i;

function conditionsOf(prop: string, conditions: { [name: string]: StringMatch } | undefined): model.NamedCondition[] {
  return Object.entries(conditions ?? {}).map(([name, value]) => ({
    name: prop === 'headers' ? checkHeaderName('HttpMatch.of', name) : checkQueryName('HttpMatch.of', name),
    ...value._toModel(),
  })).filter((c, i, all) => {
    if (all.findIndex(x => x.name === c.name) !== i) {
      throw misuse('MESH1117', 'HttpMatch.of', `\`${prop}\` has '${c.name}' twice`, 'Give it one condition');
    }
    return true;
  });
}

const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_|~]+$/;

/** The name in lower case, since header names are case-insensitive. */
export function checkHeaderName(where: string, name: string): string {
  checkKey('MESH1115', where, 'header', name.toLowerCase());
  if (!TOKEN.test(name) || name.length > 256) {
    throw misuse('MESH1115', where, `'${name}' is not a header name`, 'Use letters, digits and dashes');
  }
  return name.toLowerCase();
}

export function checkQueryName(where: string, name: string): string {
  checkKey('MESH1115', where, 'query parameter', name);
  if (!TOKEN.test(name) || name.length > 256) {
    throw misuse('MESH1115', where, `'${name}' is not a name of a query parameter`, 'Use letters, digits, dashes, dots and underscores');
  }
  return name;
}

/** The `cookie` header holds all cookies of a request, each after `; `. */
export function checkCookieName(where: string, name: string): string {
  if (!isCookieName(name)) {
    throw misuse('MESH1118', where, `'${name}' is not the name of a cookie`, 'Use the name as the browser sends it');
  }
  return name;
}

function isCookieName(name: string): boolean {
  return TOKEN.test(name);
}

function cookiesOf({ cookies, headers }: HttpMatchOptions): model.NamedCondition[] {
  const entries = Object.entries(cookies ?? {});
  if (entries.length + Object.keys(headers ?? {}).filter(name => name.toLowerCase() === 'cookie').length > 1) {
    throw misuse('MESH1119', 'HttpMatch.of', 'there is more than one condition on cookies', 'Give one cookie per match');
  }
  return entries.map(([name, value]) => {
    if (!isCookieName(name) || !/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(value)) {
      throw misuse('MESH1118', 'HttpMatch.of', `'${name}=${value}' is not a cookie`, 'Use the name and value as the browser sends them');
    }
    return { name: 'cookie', type: 'regex', value: `(?:.*; *)?${escapeRegex(name)}=${escapeRegex(value)}(?: *;.*)?` };
  });
}
