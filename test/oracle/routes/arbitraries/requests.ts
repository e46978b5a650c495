import * as fc from 'fast-check';
import { HEADERS, METHODS, PATHS, QUERY, VALUES } from './matches';
import { byName, sometimes } from './some';
import { nameOf } from '../../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../../src/evaluators/routes/request';
import { rulesOn } from '../intent';
import type { Written, WrittenMatch, WrittenValue } from '../written';

const HOSTS = ['cart', 'cart.shop', 'cart.shop.svc.cluster.local'];
const OUTSIDE = ['shop.example.com', 'www.example.com', 'a.shop.example.com', 'example.com', 'example.org'];
const SERVERS = ['a.example.com', 'b.example.com', 'x.b.example.com', 'example.com', 'c.example.org'];

/** A text that meets a condition, or nearly so. */
function textNear(condition: WrittenValue): fc.Arbitrary<string> {
  const part = condition === 'present' || 'regex' in condition ? undefined
    : 'exact' in condition ? condition.exact : 'startsWith' in condition ? condition.startsWith : condition.endsWith;
  return fc.constantFrom(...VALUES, ...part === undefined ? [] : [part, part, part, `${part}x`, `x${part}`]);
}

/** Values near most of the conditions, and at times one of another name. */
function valuesNear(conditions: Readonly<Record<string, WrittenValue>> = {}, others: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const near = Object.entries(conditions).map(([name, condition]) => sometimes(85, textNear(condition).map(text => ({ [name]: text }))));
  return fc.tuple(sometimes(33, byName(others, fc.constantFrom(...VALUES), 1)), ...near).map(all => Object.assign({}, ...all));
}

function pathNear({ path, pathPrefix, pathBelow, pathStartsWith, pathEndsWith, grpc }: WrittenMatch, protocol: RouteRequest['protocol']): fc.Arbitrary<string> {
  const own = path ?? pathPrefix ?? pathBelow ?? pathStartsWith ?? (pathEndsWith === undefined ? undefined : `/carts/7${pathEndsWith}`) ?? (grpc && `/${grpc.service ?? 'shop.Cart'}/${grpc.method ?? 'Add'}`);
  if (protocol === 'GRPC') {
    return fc.constantFrom(...PATHS.filter(one => one.startsWith('/shop.')), ...(own === undefined ? [] : [own, own, own]));
  }
  const near = own === undefined ? [] : [own, own, own, `${own}/x`, `${own}/`, `${own}s`, own.toUpperCase()].map(one => one.replace(/\/\//g, '/'));
  return fc.constantFrom(...PATHS, ...near);
}

function cookieNear({ cookies = {} }: WrittenMatch): fc.Arbitrary<Record<string, string>> {
  const near = Object.entries(cookies).flatMap(([name, text]) =>
    [`${name}=${text}`, `a=b; ${name}=${text}`, `${name}=${text}x; b=c`, `x${name}=${text}`, `${name}=${text.replace('.', 'x')}`]);
  return fc.constantFrom({}, ...near.map(cookie => ({ cookie })));
}

function requestNear(
  match: WrittenMatch, protocol: RouteRequest['protocol'],
): fc.Arbitrary<Pick<RouteRequest, 'method' | 'path' | 'headers' | 'query' | 'host'>> {
  return fc.record({
    method: protocol === 'GRPC' ? fc.constant('POST') : fc.constantFrom(...match.methods ?? METHODS, ...METHODS, 'DELETE'),
    path: pathNear(match, protocol),
    headers: fc.tuple(valuesNear(match.headers, [...HEADERS, 'x-old', 'x-trace']), cookieNear(match))
      .map(([headers, cookie]) => ({ ...Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text])), ...cookie })),
    query: protocol === 'GRPC' ? fc.constant({}) : valuesNear(match.query, QUERY),
    host: fc.constantFrom(...(protocol === 'TLS' ? SERVERS : HOSTS)),
  });
}

const clientLabels = fc.constantFrom<Record<string, string>>(
  { app: 'web' }, { app: 'web', track: 'canary' }, { app: 'batch' }, { app: 'batch', track: 'canary' }, { app: 'admin' });

/** Requests to a port of the Service, near the matches of a rule, from clients of several namespaces. */
export function requestTo(route: Written): fc.Arbitrary<RouteRequest> {
  const home = route.service.namespace ?? route.namespace;
  return fc.constantFrom(...route.service.ports).chain(({ port, protocol, name }) => {
    const { name: service, groupKind } = route.service;
    const to = { service, namespace: home, port, ...(groupKind && { groupKind }) };
    const matches = rulesOn(route, { to, protocol }).flatMap(one => one.matches ?? [{}]);
    return fc.record({
      near: fc.constantFrom(...(matches.length === 0 ? [{}] : matches)).chain(match => requestNear(match, protocol)),
      namespace: fc.constantFrom(route.namespace, route.namespace, home, 'ops'),
      serviceAccount: route.rateLimit?.rules === undefined ? fc.constant(undefined) : fc.constantFrom('web', 'batch', undefined),
      labels: route.rules.some(({ clients }) => clients !== undefined) ? clientLabels : fc.constant({}),
      response: fc.constantFrom<Record<string, string>>({}, { 'x-old': '1', 'x-served-by': 'pod' }, { 'x-trace': '7' }),
    }).map(({ near, namespace, labels, serviceAccount, response }) => ({
      ...near,
      client: { namespace, labels, ...(serviceAccount && { serviceAccount }) },
      to,
      ...(name && { portName: name }),
      otherPortNames: namesOf(route),
      protocol,
      response,
    }));
  });
}

/** The names of the ports of backends. */
function namesOf(route: Written): Record<string, string> {
  const services = route.rules.flatMap(({ backends = [] }) => backends.map(({ service }) => service));
  return Object.fromEntries(services.flatMap(({ name: service, namespace = route.service.namespace ?? route.namespace, ports }) =>
    ports.flatMap(({ port, name }) => name === undefined ? [] : [[nameOf({ service, namespace, port }), name]])));
}

/** Requests from outside, to the hosts of the exposure and to others. */
export function requestFromOutside(route: Written): fc.Arbitrary<RouteRequest> {
  return fc.tuple(requestTo(route), fc.constantFrom(...OUTSIDE)).map(([request, host]) => ({ ...request, client: { namespace: 'outside' }, host }));
}
