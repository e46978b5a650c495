import * as fc from 'fast-check';

/*
 * SMI as it is meant, and every way in which it has been written: versions, flat forms, headers as a map or a list, quantities, names of
 * Services, Lists of `kubectl get`.
 */

export interface World {
  readonly groups: readonly Group[];
  readonly routes: readonly PortRoute[];
  readonly targets: readonly Target[];
  readonly splits: readonly Split[];
}

export interface Named {
  readonly name: string;
  readonly namespace: string;
}

export interface Match {
  readonly name: string;
  readonly pathRegex?: string;
  readonly methods?: readonly string[];
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface Group extends Named { readonly matches: readonly Match[] }

export interface PortRoute extends Named { readonly kind: 'TCPRoute' | 'UDPRoute'; readonly ports?: readonly number[] }

export interface Rule { readonly kind: string; readonly name: string; readonly matches?: readonly string[] }

export interface Target extends Named {
  readonly destination: Named;
  readonly port?: number;
  readonly sources: readonly Named[];
  readonly rules: readonly Rule[];
}

export interface Split extends Named {
  readonly service: string;
  readonly backends: readonly { readonly service: string; readonly weight: number }[];
  readonly groups?: readonly string[];
}

export const NAMESPACES = ['shop', 'ops'] as const;
export const ACCOUNTS = ['cart', 'web'] as const;
export const PORTS = [8080, 9090] as const;

/** Paths and values of headers by which the generated expressions are told apart. */
export const PATHS = ['/', '/foo', '/foobar', '/foo/bar', '/x/foo', '/api', '/api/', '/api/x', '/apis', '/a1', '/a', '/x/api/y'];
export const VALUES = ['b', 'ab', 'bc', 'b1', ''];

const pathRegex = fc.constantFrom(
  undefined, '', '.*', '/foo', '/foo$', '^/foo', '^/foo$', '/foo.*', '/api/.*', '/api(/.*)?', '/a[0-9]+', '/', 'foo', '.*foo', '/(foo|api)', '/foo|/api',
);
const headerValue = fc.constantFrom('b', '^b$', '.*', 'b.*', 'b[0-9]', '.*b');

const match = (name: string): fc.Arbitrary<Match> => fc.record({
  name: fc.constant(name),
  pathRegex,
  methods: fc.constantFrom<readonly string[] | undefined>(undefined, ['*'], ['GET'], ['GET', 'POST'], ['GET', '*']),
  headers: fc.uniqueArray(fc.tuple(fc.constantFrom('x-a', 'X-B'), headerValue), { selector: ([header]) => header, maxLength: 2 }),
});

const matches = fc.integer({ min: 1, max: 3 }).chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => match(`m${i}`))));

const account = fc.record({ name: fc.constantFrom('web', ...ACCOUNTS), namespace: fc.constantFrom('shop', ...NAMESPACES) });

function rule(groups: readonly Group[], routes: readonly PortRoute[]): fc.Arbitrary<Rule> {
  const ofGroup = groups.map(group => fc.record({
    kind: fc.constant('HTTPRouteGroup'),
    name: fc.constant(group.name),
    matches: fc.option(fc.subarray(group.matches.map(({ name }) => name), { minLength: 1 }), { nil: undefined, freq: 2 }),
  }));
  const ofRoute = routes.map(({ kind, name }) => fc.constant({ kind, name }));
  const absent = fc.constantFrom({ kind: 'HTTPRouteGroup', name: 'absent', matches: ['m0'] }, { kind: 'TCPRoute', name: 'absent' });
  return fc.oneof(...[...ofGroup, ...ofRoute].map(arbitrary => ({ arbitrary, weight: 3 })), absent);
}

const openPorts = fc.option(fc.subarray([...PORTS], { minLength: 1 }), { nil: undefined });

/** So many, each with its number in its name. */
function several<T>(min: number, max: number, one: (i: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.integer({ min, max }).chain(count => fc.tuple(...Array.from({ length: count }, (_, i) => one(i))));
}

const parts = fc.record({ all: fc.tuple(matches, matches), opened: fc.array(openPorts, { maxLength: 2 }) });

/** Everything is in the namespace `shop`; clients may be elsewhere. */
export const worlds: fc.Arbitrary<World> = parts.chain(({ all, opened }) => {
  const groups = all.map((some, i): Group => ({ name: `group-${i}`, namespace: 'shop', matches: some }));
  const routes = opened.map((some, i): PortRoute => ({ kind: i === 1 ? 'UDPRoute' : 'TCPRoute', name: `ports-${i}`, namespace: 'shop', ports: some }));
  const target = (i: number): fc.Arbitrary<Target> => fc.record({
    name: fc.constant(`target-${i}`),
    namespace: fc.constant('shop'),
    destination: fc.record({ name: fc.constantFrom('cart', ...ACCOUNTS), namespace: fc.constant('shop') }),
    port: fc.constantFrom(undefined, undefined, ...PORTS),
    sources: fc.uniqueArray(account, { minLength: 1, maxLength: 2, selector: ({ name, namespace }) => `${namespace}/${name}` }),
    rules: fc.array(rule(groups, routes), { maxLength: 3 }),
  });
  const backend = fc.record({ service: fc.constantFrom('cart', 'cart-v1', 'cart-v2'), weight: fc.constantFrom(0, 1, 3, 90) });
  const split = (i: number): fc.Arbitrary<Split> => fc.record({
    name: fc.constant(`split-${i}`),
    namespace: fc.constant('shop'),
    service: fc.constantFrom('cart', 'web'),
    backends: fc.uniqueArray(backend, { minLength: 1, selector: ({ service }) => service }),
    groups: fc.option(fc.subarray(['group-0', 'group-1'], { minLength: 1 }), { nil: undefined }),
  });
  return fc.record({ groups: fc.constant(groups), routes: fc.constant(routes), targets: several(1, 3, target), splits: several(0, 2, split) });
});

/** Numbers that decide how each thing is written; one after the other, and again from the start. */
export type Choices = readonly number[];

export const choices: fc.Arbitrary<Choices> = fc.array(fc.nat(1000), { minLength: 20, maxLength: 20 });

/** All objects of a world, written as the choices have it: text of YAML, in one file for each item. */
export function written(world: World, how: Choices): string[] {
  let at = 0;
  const pick = <T>(...all: readonly T[]): T => all[how[at++ % how.length] % all.length];
  const objects: any[] = [
    ...world.groups.map(group => writeGroup(group, pick)),
    ...world.routes.map(route => writeRoute(route, pick)),
    ...world.targets.map(target => writeTarget(target, pick)),
    ...world.splits.map(split => writeSplit(split, pick)),
  ];
  const ordered = objects.map(one => ({ one, key: pick(...Array(97).keys()) })).sort((a, b) => a.key - b.key).map(({ one }) => one);
  return pick<() => string[]>(
    () => [ordered.map(one => JSON.stringify(one)).join('\n---\n')],
  () => ordered.map(one => JSON.stringify(one, undefined, 2)),
  () => [JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: ordered.map(asServed) })],
  )();
}

type Pick = <T>(...all: readonly T[]) => T;

function object(group: string, version: string, kind: string, { name, namespace }: Named, body: object, isFlat = false): any {
  return { apiVersion: `${group}.smi-spec.io/${version}`, kind, metadata: { name, namespace }, ...isFlat ? body : { spec: body } };
}

/** As `kubectl get -o yaml` shows it. */
function asServed({ metadata, ...rest }: any): any {
  return {
    ...rest,
    metadata: {
      ...metadata,
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      creationTimestamp: '2023-01-01T00:00:00Z',
      generation: 1,
      managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
      resourceVersion: '5',
      uid: 'a',
    },
    status: {},
  };
}

function writeGroup(group: Group, pick: Pick): any {
  const all = group.matches.map(({ name, pathRegex: path, methods, headers }) => ({
    name,
    ...path === undefined ? {} : { pathRegex: path },
    ...methods === undefined ? pick({}, { methods: [] }) : { methods },
    ...headers.length === 0 ? {} : {
      headers: pick<unknown>(
        Object.fromEntries(headers.map(([header, value]) => [pick(header, header.toLowerCase()), value])),
        headers.map(([header, value]) => ({ [header]: value })),
      ),
    },
  }));
  const isFlat = pick(false, false, true);
  return object('specs', isFlat ? pick('v1alpha1', 'v1alpha2') : pick('v1alpha3', 'v1alpha4'), 'HTTPRouteGroup', group, { matches: all }, isFlat);
}

function writeRoute({ kind, ports, ...named }: PortRoute, pick: Pick): any {
  if (ports !== undefined) return object('specs', 'v1alpha4', kind, named, { matches: { ports: pick(ports, [...ports].reverse()) } });
  return pick(
    object('specs', 'v1alpha4', kind, named, { matches: { ports: [] } }),
    object('specs', 'v1alpha4', kind, named, {}),
    object('specs', kind === 'UDPRoute' ? 'v1alpha4' : 'v1alpha1', kind, named, {}, true),
  );
}

function writeTarget(target: Target, pick: Pick): any {
  const { destination, port, sources, rules } = target;
  const isFlat = pick(false, false, true);
  const subject = ({ name, namespace }: Named) => ({ kind: 'ServiceAccount', name, namespace });
  const body = {
    destination: { ...subject(destination), ...port === undefined ? {} : { port: pick<unknown>(port, String(port)) } },
    sources: sources.map(subject),
    [isFlat ? 'specs' : 'rules']: rules.map(({ matches: names, ...rest }) => ({
      ...rest,
      ...names === undefined ? pick({}, { matches: [] }) : { matches: names },
    })),
  };
  return object('access', isFlat ? 'v1alpha1' : pick('v1alpha2', 'v1alpha3'), 'TrafficTarget', target, body, isFlat);
}

function writeSplit(split: Split, pick: Pick): any {
  const { service, namespace, backends, groups } = split;
  const quantity = pick(true, false);
  const factor = pick(1, 10, 1000);
  const weight = (number: number) => quantity
    ? pick<unknown>(`${number * 100 * factor}m`, `${number * factor / 10}`, `${number * factor}e-1`)
    : pick<unknown>(number * factor, String(number * factor));
  const body = {
    service: pick(service, `${service}.${namespace}`, `${service}.${namespace}.svc.cluster.local`, `${namespace}/${service}`),
    backends: backends.map(one => ({ service: one.service, weight: weight(one.weight) })),
    ...groups === undefined ? {} : { matches: groups.map(name => ({ ...pick({}, { apiGroup: 'specs.smi-spec.io' }), kind: 'HTTPRouteGroup', name })) },
  };
  return object('split', groups === undefined ? pick('v1alpha1', 'v1alpha2', 'v1alpha3', 'v1alpha4') : pick('v1alpha3', 'v1alpha4'),
    'TrafficSplit', split, body);
}
