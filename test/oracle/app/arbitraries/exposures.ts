import * as fc from 'fast-check';
import { type AppOptions, canAny, canIn } from './options';
import type { Stage } from './stage';
import type { Client } from '../../../../src/evaluators/access/request';
import { podClient } from '../../access/arbitraries';
import { sometimes } from '../../routes/arbitraries/some';
import { HOME, type Running, serviceIn, type World } from '../world';
import {
  ADDED, ASIDE, BESIDE, BYTES, carries, DATAGRAMS, OF_OTHERS, SHARED, type WrittenApp, type WrittenGateway, type WrittenListener, type WrittenOpening,
  type WrittenParent,
} from '../written';

export interface Opened extends Pick<WrittenApp, 'exposures'>, Pick<WrittenGateway, 'kind' | 'listeners'> {}

type Rules = Omit<WrittenOpening, 'parents'>;
type Can = (feature: string) => boolean;

/** The Service that is called, as it is or by the rules of its route; and others, by the same gateway. */
export function exposures(options: AppOptions, stage: Stage): fc.Arbitrary<Opened> {
  const { dialects, gateway: { className } } = options;
  const can = canIn(dialects.exposure.supports);
  const nothing = fc.constant<Opened>({ exposures: [], kind: 'own', listeners: [] });
  if (!canAny(dialects.exposure.supports)) {
    return nothing;
  }
  const { first, several } = requested(stage, can);
  const connected = byBytes(stage.world, can);
  const own = fc.oneof(...[...first, ...connected]);
  const all = fc.tuple(...several, ...connected.map(one => sometimes(60, one)))
    .map(parts => parts.flat().flatMap(one => one ?? [])).filter(some => some.length > 0);
  const attached = (one: Rules, listeners: readonly WrittenListener[]) => (className === undefined ? fc.constant([{}]) : parents(one, listeners, can))
    .map((chosen): WrittenOpening => ({ ...one, parents: chosen }));
  const at = (kind: WrittenGateway['kind'], listeners: readonly WrittenListener[], openings: fc.Arbitrary<readonly Rules[]>) =>
    openings.chain(some => fc.tuple(...some.map(one => attached(one, listeners)))).map((opened): Opened => ({ kind, listeners, exposures: opened }));
  const noBytes = several.length === 0 ? nothing : at('shared', OF_OTHERS, fc.tuple(...several).map(parts => parts.flat()));
  if (first.length + connected.length === 0) {
    return nothing;
  }
  return fc.oneof(
    { weight: 4, arbitrary: nothing },
    // What needs no gateway of its own shares that of its class.
    { weight: 2, arbitrary: className === undefined ? noBytes : own.map((one): Opened => ({ kind: 'own', listeners: [listenerFor(one)], exposures: [{ ...one, parents: [{}] }] })) },
    { weight: 2, arbitrary: noBytes },
    ...(canAny(dialects.gateway.supports) ? [{ weight: 4, arbitrary: at('made', listenersOf(options), all) }] : []),
  );
}

/** What a gateway of an exposure listens on. */
function listenerFor({ rules: { service: { ports: [{ port, protocol }] } } }: Rules): WrittenListener {
  return protocol === 'TCP' || protocol === 'UDP' ? { name: 'own', port, protocol } : OF_OTHERS[0];
}

/** Those of a gateway of the app. */
function listenersOf({ dialects: { exposure, gateway } }: AppOptions): WrittenListener[] {
  const [exposes, listens] = [canIn(exposure.supports), canIn(gateway.supports)];
  return [
    ...OF_OTHERS,
    ...(exposes('TCPExposure') && listens('TCPListener') ? BYTES : []),
    ...(exposes('UDPExposure') && listens('UDPListener') ? DATAGRAMS : []),
    ...(exposes('ListenerSet') && listens('SharedListenerSet') ? [ADDED] : []),
    ...(exposes('SeveralGateways') ? [BESIDE] : []),
  ];
}

/** All listeners of the gateway, those of a port, one or some by name; and beside them one that is added, or that of another Gateway. */
function parents({ rules }: Rules, listeners: readonly WrittenListener[], can: Can): fc.Arbitrary<WrittenParent[]> {
  const speaking = listeners.filter(one => carries(one, rules));
  const elsewhere = speaking.filter(({ isAdded, isAside }) => isAdded ?? isAside).map(({ name: listener }): WrittenParent => ({ listener }));
  const own = speaking.filter(({ isAdded, isAside }) => !isAdded && !isAside);
  const of: fc.Arbitrary<WrittenParent[]> = fc.oneof(
    { weight: 2, arbitrary: fc.constant<WrittenParent[]>([{}]) },
    { weight: 2, arbitrary: fc.subarray(own, { minLength: 1, maxLength: can('SeveralGateways') ? own.length : 1 }).map(some => some.map(({ name: listener }): WrittenParent => ({ listener }))) },
    ...(can('HTTPRouteParentRefPort') ? [{ weight: 2, arbitrary: fc.constantFrom(...own).map(({ port }): WrittenParent[] => [{ port }]) }] : []),
  );
  if (elsewhere.length === 0) return of;
  const beyond = fc.subarray(elsewhere, { minLength: 1, maxLength: can('SeveralGateways') ? elsewhere.length : 1 });
  return fc.oneof(of, beyond, ...(can('SeveralGateways') ? [fc.tuple(of, beyond).map(parts => parts.flat())] : []));
}

/** What speaks HTTP or gRPC: the Service that is called; and beside it some others of HTTP. */
function requested({ routing: written, world }: Stage, can: Can): Record<'first', fc.Arbitrary<Rules>[]> & { readonly several: fc.Arbitrary<readonly Rules[]>[] } {
  const service = written?.route.service as Running | undefined ?? world.services[0];
  const [port] = service.ports;
  const namespace = written?.route.namespace ?? HOME;
  const hosts = ['shop.example.com', ...(can('WildcardHostnames') ? ['*.example.com'] : [])];
  if (port.protocol !== 'HTTP' && port.protocol !== 'GRPC') {
    return { first: [], several: [] };
  }
  const first = fc.record({
    // Outside, nobody is a pod, and no exposure has rules for some.
    by: fc.constantFrom(...(written === undefined || written.route.rules.some(({ clients }) => clients !== undefined) ? ['service' as const]
      : ['service' as const, 'route' as const])),
    hostnames: fc.subarray(hosts),
  }).map(({ by, hostnames }): Rules => ({
    by,
    rules: {
      namespace,
      handling: {},
      rules: [{ backends: [{ service }] }],
      ...(by === 'route' && written!.route),
      service: { ...service, ports: [port] },
      hostnames,
    },
  }));
  const several = first.chain(one => fc.tuple(fc.constant(one), ...(port.protocol === 'HTTP' ? others(one, world) : [])))
    .map(all => all.flatMap(one => one ?? []));
  return { first: [first], several: [several] };
}

/** Exposures beside one: of another host, and of some paths of the same hosts where the first is for all others. */
function others({ by, rules: { hostnames } }: Rules, world: World): fc.Arbitrary<Rules | undefined>[] {
  const [checkout, basket] = ['checkout', 'basket'].map(name => serviceIn(world, HOME, name))
    .map(one => ({ ...one, ports: [one.ports[0]] }));
  const elsewhere = { namespace: HOME, handling: {}, service: basket, rules: [{ backends: [{ service: basket }] }], hostnames: ['basket.example.org'] };
  const below = {
    namespace: HOME, handling: {}, service: checkout, hostnames, rules: [{ matches: [{ pathPrefix: '/checkout' }], backends: [{ service: checkout }] }],
  };
  return [
    sometimes(60, fc.constant({ by: 'service', rules: elsewhere })),
    by === 'service' ? sometimes(50, fc.constant({ by: 'service', rules: below })) : fc.constant(undefined),
  ];
}

/** Connections, and datagrams. */
function byBytes({ services }: World, can: Can): fc.Arbitrary<Rules>[] {
  return services.flatMap(one => one.namespace !== HOME || !['basket', 'names'].includes(one.name) ? []
    : one.ports.filter(({ protocol }) => (protocol === 'TCP' || protocol === 'UDP') && can(`${protocol}Exposure`)).map((port): fc.Arbitrary<Rules> => {
      const service = { ...one, ports: [port] };
      return fc.constant({ by: 'service', rules: { namespace: HOME, handling: {}, service, rules: [{ backends: [{ service }] }], hostnames: [] } });
    }));
}

/** The gateway of an app: one of its own, whose name is not known here, or one that exposures share. */
export function gatewayOf(
  { gateway: { arePods, ...gateway }, accountOf }: AppOptions, { kind, listeners }: Pick<Opened, 'kind' | 'listeners'>, namespace: string,
): WrittenGateway {
  const own = kind === 'own' ? { serviceAccount: 'gateway', namespace } : { serviceAccount: accountOf(SHARED.name), namespace: SHARED.namespace };
  const { serviceAccount, namespace: home } = gateway.pods ?? own;
  const clientAs = (account: string): Client => arePods ? podClient({ ip: '10.3.0.20', namespace: home, serviceAccount: account, meshed: true })
    : { kind: 'gateway', ip: '10.9.9.9', namespace: home, serviceAccount: account, meshed: false };
  const aside = clientAs(gateway.pods?.serviceAccount ?? accountOf(ASIDE.name));
  return { kind, listeners, ...gateway, client: clientAs(serviceAccount), aside };
}
