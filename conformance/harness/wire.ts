import * as fc from 'fast-check';
import type { HttpRequest } from '../../src/evaluators/routes/precedence';
import type { Protocol } from '../../src/model/protocol';

/** What a request is on the wire. */
export interface Sent {
  /** What the client speaks. */
  readonly protocol: Protocol;
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A request, and how it is written. */
export interface Written<R extends HttpRequest> {
  readonly request: R;
  readonly method: typeof METHODS[0];
  readonly path: typeof PATHS[0];
  readonly lines: typeof LINES[0];
  readonly query: typeof QUERIES[0];
}

/** A path as it is sent, and as it is when policies, routes and the pod see it. */
type Paths = readonly ((path: string) => readonly [sent: string, seen: string])[];

/** However proxies normalize them. */
const NORMAL_PATHS: Paths = [
  path => [path, path],
  path => [`${path.replace(/\/$/, '')}/`, `${path.replace(/\/$/, '')}/`],
  path => [path.toUpperCase(), path.toUpperCase()],
  path => [`${path};v=1`, `${path};v=1`],
  path => [`${path}s`, `${path}s`],
];

const PATHS: Paths = [
  ...NORMAL_PATHS,
  // Normalized, as Istio does by default.
  path => [path.replace(/[a-z]/, c => `%${c.charCodeAt(0).toString(16)}`), path],
  path => [`/z/..${path}`, path],
  path => [`/.${path}`, path],
  path => [`/%2e%2e${path}`, path],
  path => [path.replace(/(.)\//g, '$1\\'), path],
  // Not normalized.
  path => [`/${path}`, `/${path}`],
  path => [path.replace(/(.)\//g, '$1//'), path.replace(/(.)\//g, '$1//')],
  path => [`${path}[`, `${path}[`],
  path => [path.replace(/(.)\//g, '$1%2F'), path.replace(/(.)\//g, '$1%2F')],
  path => [`${path}%2fb`, `${path}%2fb`],
  path => [`${path}%20`, `${path}%20`],
];

/** A method as it is sent: their case matters. */
const METHODS: readonly ((method: string) => string)[] = [method => method, method => method.toLowerCase()];

type Lines = readonly (readonly [name: string, value: string])[];

/** A header as it is sent, line by line. */
const LINES: readonly ((name: string, value: string) => Lines)[] = [
  (name, value) => [[name, value]],
  (name, value) => [[name.toUpperCase(), value]],
  (name, value) => [[name, ` ${value}\t`]],
  (name, value) => [[name, value], [name, value]],
  (name, value) => [[name, `${value},9`]],
];

/** With lines that differ. Envoy holds a condition against each of them. */
const MIXED_LINES: typeof LINES = [
  ...LINES,
  (name, value) => [[name, value], [name, '9']],
  (name, value) => [[name, '9'], [name, value]],
];

/** A parameter as it is sent, and the value that counts: the first of its name, as it is written. */
const QUERIES: readonly ((name: string, value: string) => readonly [sent: string, seen: string])[] = [
  (name, value) => [`${name}=${value}`, value],
  (name, value) => [`${name}=${value}&${name}=9`, value],
  (name, value) => [`${name}=9&${name}=${value}`, '9'],
  (name, value) => [`${name}=%3${value}`, `%3${value}`],
];

export const writtenForRoutes = <R extends HttpRequest>(request: fc.Arbitrary<R>): fc.Arbitrary<Written<R>> => written(request, LINES);
/** For other proxies than those of Istio. */
export const writtenForGateways = <R extends HttpRequest>(request: fc.Arbitrary<R>): fc.Arbitrary<Written<R>> =>
  written(request, LINES, NORMAL_PATHS);
export const writtenForPolicies = <R extends HttpRequest>(request: fc.Arbitrary<R>): fc.Arbitrary<Written<R>> => written(request, MIXED_LINES);

const written = <R extends HttpRequest>(request: fc.Arbitrary<R>, lines: typeof LINES, paths = PATHS): fc.Arbitrary<Written<R>> => fc.record({
  request,
  method: mostly(METHODS, 10),
  path: mostly(paths),
  lines: mostly(lines),
  query: mostly(QUERIES),
});

/** The first, or any. */
function mostly<T>(all: readonly T[], weight = 2): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: fc.constant(all[0]) }, { weight: 1, arbitrary: fc.constantFrom(...all) });
}

/** What goes over the wire. */
export function wire(one: Written<HttpRequest>, protocol: Protocol): Sent {
  const { method, headers, query, path } = one.request;
  const [sent] = one.path(path);
  const parameters = Object.entries(query).map(([name, value]) => one.query(name, value)[0]);
  return {
    protocol,
    method: one.method(method),
    target: [sent, ...(parameters.length > 0 ? [parameters.join('&')] : [])].join('?'),
    headers: Object.entries(headers).flatMap(([name, value]) => one.lines(name, value)),
  };
}

/** The request as policies and routes see it, once for each choice of one line per header. */
export function readings<R extends HttpRequest>({ request, method, path, lines, query }: Written<R>): R[] {
  const seen = {
    ...request,
    method: method(request.method),
    path: path(request.path)[1],
    query: Object.fromEntries(Object.entries(request.query).map(([name, value]) => [name, query(name, value)[1]])),
  };
  return Object.entries(request.headers).reduce<R[]>((all, [name, value]) => all.flatMap(one =>
    seenLines(name, lines(name, value).map(([, line]) => line.trim()))
      .map(line => ({ ...one, headers: { ...one.headers, [name]: line } }))), [{ ...seen, headers: {} }]);
}

/** Envoy keeps some headers as one value, whose lines it joins. */
function seenLines(name: string, lines: readonly string[]): readonly string[] {
  return name === 'authorization' ? [lines.join(',')] : lines;
}
