import * as fc from 'fast-check';
import { VALUES } from './matches';
import type { Can } from './some';
import { some, sometimes } from './some';
import type { Changes } from '../../../../src/evaluators/routes/outcome';
import { podLabels } from '../../../../src/evaluators/routes/rate-limits';
import type { WrittenBackend, WrittenService } from '../written';

const WEIGHTS = [0, 1, 1, 3, 10, 50, 90, 100];
/** In percent, for one Service, two or three. */
const SHARES = [[[100]], [[90, 10], [50, 50], [1, 99], [100, 0], [0, 100]], [[33, 33, 34], [90, 10, 0], [25, 50, 25]]];
/** Seldom the same as those that rules change, which is refused. */
const CHANGED = ['X-Version', 'x-user', 'x-served-by'];

/** Changes of some of these headers. */
export function changes(names: readonly string[]): fc.Arbitrary<Changes> {
  const change = (name: string) => fc.tuple(fc.constant(name), fc.constantFrom('set', 'add', 'remove'), fc.constantFrom(...VALUES, 'a b'));
  return fc.shuffledSubarray([...names], { minLength: 1, maxLength: 3 }).chain(chosen => fc.tuple(...chosen.map(change))).map(all => {
    const of = (kind: string) => all.filter(([, which]) => which === kind);
    const values = (kind: string) => of(kind).length > 0 && { [kind]: Object.fromEntries(of(kind).map(([name, , text]) => [name, text])) };
    return { ...values('set'), ...values('add'), ...(of('remove').length > 0 && { remove: of('remove').map(([name]) => name) }) };
  });
}

/** What is called, if it is not a Service. */
export const IMPORT = { group: 'multicluster.x-k8s.io', kind: 'ServiceImport' };
const BUCKET = { group: 'acme.example.com', kind: 'Bucket' };
/** A host outside, which has one port, and so one XBackend for each. */
const X_BACKEND = { group: 'gateway.networking.x-k8s.io', kind: 'XBackend' };
/** Only with the namespace of the global control plane. */
const MULTI_ZONE = { group: 'kuma.io', kind: 'MeshMultiZoneService' };

/** The same, with pods of several zones. */
export function ofZones({ name, ports }: WrittenService): WrittenService {
  return { name, ports, groupKind: MULTI_ZONE, namespace: 'kuma-system' };
}

/** A Service for the traffic of another one, with the same ports, or with one of its own; or some of its pods. */
export function service(can: Can, called: WrittenService, name: string): fc.Arbitrary<WrittenService> {
  return fc.oneof(
    { weight: 3, arbitrary: wholeService(can, called, name) },
    { weight: can('SubsetBackends') ? 1 : 0, arbitrary: wholeService(can, called, name).chain(one => one.groupKind === undefined ? subset(one) : fc.constant(one)) },
  );
}

/** Pods with one label or two. */
function subset(whole: WrittenService): fc.Arbitrary<WrittenService> {
  return fc.constantFrom<Record<string, string>>({ version: 'v1' }, { version: 'v2' }, { 'app.kubernetes.io/version': '2.0_a', 'track': '' })
    .map(labels => ({ podSelector: podLabels(whole.name), ...whole, subset: labels }));
}

/** With the ports of the other, or one of its own. */
export function wholeService(can: Can, called: WrittenService, name: string): fc.Arbitrary<WrittenService> {
  return fc.record({
    namespace: can('ReferenceGrant') ? fc.constantFrom(undefined, undefined, undefined, 'next') : fc.constant(undefined),
    groupKind: sometimes(8, fc.constantFrom(...(can('ServiceImportBackend') ? [IMPORT] : [undefined]), ...(can('OtherBackend') ? [BUCKET, MULTI_ZONE] : []), ...(can('ExternalBackend') && called.ports.length === 1 ? [X_BACKEND] : []))),
    shift: can('BackendPort') && called.ports.length === 1 ? fc.constantFrom(0, 0, 0, 0, 8000) : fc.constant(0),
  }).map(({ namespace, groupKind, shift }) => ({
    name: groupKind === X_BACKEND ? `${name}-${called.ports[0].port + shift}` : name,
    ...(groupKind && { groupKind }),
    ...(namespace && { namespace }),
    ...(groupKind === MULTI_ZONE && can('ReferenceGrant') && { namespace: 'kuma-system' }),
    ports: called.ports.map(port => ({ ...port, port: port.port + shift })),
  }));
}

export function backends(can: Can, called: WrittenService): fc.Arbitrary<WrittenBackend[]> {
  const names = ['cart-v1', 'cart-v2', 'cart-v3', ...(can('ServiceAsBackend') ? [called.name] : [])];
  const pods = (version: string): WrittenService => ({ podSelector: podLabels(called.name), ...called, subset: { version } });
  const versions = can('SubsetBackends') && called.groupKind === undefined ? [pods('v1'), pods('v2')] : [];
  const anyOf = (count: number) => fc.array(fc.constantFrom(...WEIGHTS), { minLength: count, maxLength: count })
    .filter(all => all.some(weight => weight > 0));
  const shares = (count: number) => fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...SHARES[count - 1]) }, { weight: 1, arbitrary: anyOf(count) });
  const headers = some<Omit<WrittenBackend, 'service' | 'weight' | 'port'>>({
    requestHeaders: can('HTTPRouteBackendRequestHeaderModification') && [10, changes(CHANGED)],
    responseHeaders: can('BackendResponseHeaderModification') && [5, changes(CHANGED)],
  });
  const taking = (of: string | WrittenService) => typeof of !== 'string' ? fc.constant(of) : of === called.name ? fc.constant(called) : service(can, called, of);
  return fc.shuffledSubarray([...names, ...versions], { minLength: 1, maxLength: can('WeightedBackends') ? 3 : 1 }).chain(chosen => fc.tuple(
    fc.tuple(...chosen.map(taking)),
    shares(chosen.length),
    fc.tuple(headers, headers, headers),
  )).map(([services, weights, changed]) => services.map((one, i) => ({ service: one, weight: weights[i], ...changed[i] })));
}
