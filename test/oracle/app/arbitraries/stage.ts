import * as fc from 'fast-check';
import { type AppOptions, canAny, canIn, constantsOf } from './options';
import type { ServiceRole } from '../../../../src/dialects/contract/service-reading';
import type { RouteFeature } from '../../../../src/model/features/route';
import { SERVICE_FORMS, type ServiceForm } from '../../../../src/model/service-facts';
import { total } from '../../../total';
import { matches, pool } from '../../routes/arbitraries/matches';
import { writtenRoute } from '../../routes/arbitraries/routes';
import type { Can } from '../../routes/arbitraries/some';
import { sometimes } from '../../routes/arbitraries/some';
import type { Written, WrittenService } from '../../routes/written';
import { type Conventions, type Form, HOME, inWorld, type Telling, worldOf } from '../world';
import { type ReleaseKind, routeOf, type WrittenApp, type WrittenRelease, type WrittenRouting } from '../written';

/** What a route does beside choosing where requests go; in half of the apps it does nothing else. */
const CHOICES = /Match|Weighted|Ordered|PerPort|MeshConsumer|ReferenceGrant|BackendPort|ServiceAsBackend|SubsetBackends|ServiceImportBackend|OtherBackend|GRPCRoute|TCPRoute|TLSRoute/;

/** What each release says of two versions; shares are in whole percent. */
const RELEASES: Readonly<Record<ReleaseKind, { readonly weights: readonly number[]; readonly matches: 'never' | 'sometimes' | 'always' }>> = {
  'canary': { weights: [0, 0, 1, 10, 50, 100], matches: 'sometimes' },
  'A/B test': { weights: [0], matches: 'always' },
  'blue and green': { weights: [0], matches: 'sometimes' },
};

function release(can: Can): fc.Arbitrary<WrittenRouting> {
  const service = (name: string, port: number, protocol: 'HTTP' | 'GRPC'): WrittenService => ({ name, ports: [{ port, protocol }] });
  const kinds = (Object.keys(RELEASES) as ReleaseKind[]).filter(kind => RELEASES[kind].matches !== 'always' || can('OrderedRules'));
  return fc.record({
    port: fc.constantFrom(80, 8080),
    protocol: can('GRPCRoute') ? fc.constantFrom('HTTP' as const, 'HTTP' as const, 'GRPC' as const) : fc.constant('HTTP' as const),
    kind: fc.constantFrom('canary' as const, 'canary' as const, ...kinds),
  }).chain(({ port, protocol, kind }) => {
    const { weights, matches: often } = RELEASES[kind];
    const requests = pool.chain(of => matches(can, protocol, of));
    const always = often === 'always' ? requests : often === 'never' ? fc.constant(undefined) : sometimes(40, requests);
    const parts = can('SubsetBackends') ? sometimes(30, fc.constant(true)) : fc.constant(undefined);
    return fc.record({ weight: fc.constantFrom(...weights), special: always, ofOne: parts }).map(({ weight, special, ofOne }) => {
      const called = service('cart', port, protocol);
      const [stable, canary] = ['v1', 'v2'].map(version => ofOne ? { ...called, subset: { version } } : service(`cart-${version}`, port, protocol));
      const one: WrittenRelease = { kind, stable, canary, weight, ...(special && { matches: special }) };
      return { route: routeOf(one, { namespace: HOME, service: called }), release: one };
    });
  });
}

function routing(can: Can): fc.Arbitrary<WrittenRouting> {
  const plain: Can = feature => CHOICES.test(feature) && can(feature);
  const routes = (one: Can) => ({ weight: 1, arbitrary: writtenRoute(one).map(route => ({ route })) });
  return fc.oneof({ weight: 2, arbitrary: release(can) }, ...[plain, plain, can].map(routes));
}

export type Stage = Pick<WrittenApp, 'conventions' | 'world' | 'routing'>;

/** What is called is a Service with pods here. */
const BEYOND: readonly string[] = ['ServiceImportRoute'] satisfies RouteFeature[];

/** A route and the cluster that it stands in. */
export function staged(options: AppOptions): fc.Arbitrary<Stage> {
  const { supports } = options.dialects.routes;
  const can: Can = feature => !BEYOND.includes(feature) && canIn(supports)(feature);
  return (canAny(supports) ? sometimes(85, routing(can)) : fc.constant(undefined))
    .chain(written => fc.record({ written: fc.constant(written), conventions: conventions(options, written) }))
    .map(({ written, conventions: those }) => {
      const route = written && inWorld(written.route, those);
      return { conventions: those, world: worldOf(route, those), ...(written && { routing: dressed(written, route!) }) };
    });
}

const TELLINGS: Readonly<Record<Telling, number>> = {
  'in words': 3, 'read': 4, 'in words, beside the objects': 3, 'in few words, beside the objects': 3, 'in too few words, beside the objects': 1,
};
const telling = fc.constantFrom(...(Object.entries(TELLINGS) as [Telling, number][]).flatMap(([name, weight]) => Array<Telling>(weight).fill(name)));

function conventions(options: AppOptions, written: WrittenRouting | undefined): fc.Arbitrary<Conventions> {
  const { known, accounts, words, uniqueNames } = options;
  return total<Omit<Conventions, 'selects' | 'forms'>>({
    known: fc.constant(known),
    accounts: fc.constantFrom(...accounts),
    shifts: fc.constantFrom([0, 0] as const, [1000, 1000] as const, [1000, 0] as const),
    portNames: fc.constantFrom('nothing', 'nothing', 'containers', 'Services'),
    words: fc.constantFrom(...words),
    telling,
    workloads: fc.constantFrom('first', 'first', 'last', 'of others', 'of others'),
    uniqueNames: fc.constant(uniqueNames),
    datagrams: fc.constant(canIn(options.dialects.exposure.supports)('UDPExposure')),
  }).map(those => valid(those, written)).chain(those => fc.record({
    ...constantsOf(those),
    forms: forms(options, those, written),
  })).map(withoutTranslation).chain(those => fc.record({
    ...constantsOf(those),
    // What has no selector has pods of its own here.
    selects: known !== 'registered name' && Object.keys(those.forms).length === 0 ? fc.constantFrom('all', 'all', 'all', 'all', 'first') : fc.constant('all'),
  }));
}

/**
 * What an object cannot tell is not read from it: gRPC by the words of Kubernetes; and the names of containers that its Service does not
 * go by. These are not left out either, where no workload of the app tells them.
 */
function valid<C extends Omit<Conventions, 'selects' | 'forms'>>(those: C, written: WrittenRouting | undefined): C {
  const isGrpc = written?.route.service.ports.some(({ protocol }) => protocol === 'GRPC') === true;
  const isRead = those.telling === 'read';
  const isUntold = those.telling === 'in too few words, beside the objects' && those.workloads === 'of others';
  return {
    ...those,
    ...(isRead && isGrpc && those.words === 'of Kubernetes' && { words: 'names alone' }),
    ...((isRead || isUntold) && those.portNames === 'containers' && { portNames: 'nothing' }),
  };
}

/** Nobody stands between a client and the pods of a headless Service: the client calls the port of the Service, and they listen on it. */
function withoutTranslation<C extends Pick<Conventions, 'shifts' | 'forms'>>(those: C): C {
  return Object.values(those.forms).includes('headless') ? { ...those, shifts: [0, 0] } : those;
}

/** Seldom, a Service is another thing, and seldom one that its target refuses. Some forms only the object of a Service tells. */
function forms(
  { dialects }: AppOptions, { telling: said }: Pick<Conventions, 'telling'>, written: WrittenRouting | undefined,
): fc.Arbitrary<Conventions['forms']> {
  const backends = written?.route.rules.flatMap(({ backends: all = [] }) => all.map(({ service }) => service))
    .filter(({ name, groupKind }) => name !== 'cart' && groupKind === undefined).map(({ name }) => name) ?? [];
  const roles: [string, ServiceRole][] = [
    ...written === undefined ? [] : [['cart', 'parent'] as [string, ServiceRole]],
    ...backends.map((name): [string, ServiceRole] => [name, 'backend']),
    ['checkout', 'destination'], ['basket', 'exposed'],
  ];
  const all = (Object.keys(SERVICE_FORMS) as ServiceForm[]).filter(form => form === 'headless' || said !== 'in words');
  const often = (form: ServiceForm, role: ServiceRole) => dialects.services.forms[form][role].level === 'none' ? 1 : 8;
  return sometimes(30, fc.constantFrom(...roles).chain(([name, role]) =>
    fc.constantFrom(...all.flatMap(form => Array<[string, Form]>(often(form, role)).fill([name, form])))))
    .map(one => one === undefined ? {} : Object.fromEntries([one]));
}

/** A release names the Services that its route leads to. */
function dressed({ release: written }: WrittenRouting, route: Written): WrittenRouting {
  if (written === undefined) {
    return { route };
  }
  const [stable, canary] = route.rules[route.rules.length - 1].backends!.map(({ service }) => service);
  return { route, release: { ...written, stable, canary } };
}
