import * as fc from 'fast-check';
import { type AppOptions, canAny, canIn } from './options';
import type { Stage } from './stage';
import type { Client } from '../../../../src/evaluators/access/request';
import { podClient } from '../../access/arbitraries';
import { sometimes } from '../../routes/arbitraries/some';
import { HOME, type Running, serviceIn, type World } from '../world';
import { SHARED, type WrittenApp, type WrittenGateway, type WrittenOpening } from '../written';

/** The Service that is called, as it is or by the rules of its route; and others, by the same gateway. */
export function exposures(
  { dialects, gateway: { className } }: AppOptions, { routing: written, world }: Stage,
): fc.Arbitrary<Pick<WrittenApp, 'exposures'> & { readonly kind: WrittenGateway['kind'] }> {
  const can = canIn(dialects.exposure.supports);
  const service = written?.route.service as Running | undefined ?? world.services[0];
  const [port] = service.ports;
  const namespace = written?.route.namespace ?? HOME;
  const hosts = ['shop.example.com', ...(can('WildcardHostnames') ? ['*.example.com'] : [])];
  const nothing = fc.constant({ exposures: [], kind: 'own' as const });
  if (!canAny(dialects.exposure.supports) || (port.protocol !== 'HTTP' && port.protocol !== 'GRPC')) {
    return nothing;
  }
  const first = fc.record({
    by: fc.constantFrom(...(written === undefined ? ['service' as const] : ['service' as const, 'route' as const])),
    hostnames: fc.subarray(hosts),
  }).map(({ by, hostnames }): WrittenOpening => ({
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
    .map(([one, ...more]) => ({ exposures: [one, ...more.filter(other => other !== undefined)], kind: 'shared' as const }));
  return fc.oneof(
    { weight: 5, arbitrary: nothing },
    // What needs no gateway of its own shares that of its class.
    { weight: 2, arbitrary: className === undefined ? several : first.map(one => ({ exposures: [one], kind: 'own' as const })) },
    { weight: 3, arbitrary: several },
  );
}

/** Exposures beside one: of another host, and of some paths of the same hosts where the first is for all others. */
function others({ by, rules: { hostnames } }: WrittenOpening, world: World): fc.Arbitrary<WrittenOpening | undefined>[] {
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

/** The gateway of an app: one of its own, whose name is not known here, or that of others. */
export function gatewayOf({ gateway: { arePods, ...gateway }, accountOf }: AppOptions, kind: WrittenGateway['kind'], namespace: string): WrittenGateway {
  const own = kind === 'own' ? { serviceAccount: 'gateway', namespace } : { serviceAccount: accountOf(SHARED.name), namespace: SHARED.namespace };
  const { serviceAccount, namespace: home } = gateway.pods ?? own;
  const client: Client = arePods ? podClient({ ip: '10.3.0.20', namespace: home, serviceAccount, meshed: true })
    : { kind: 'gateway', ip: '10.9.9.9', namespace: home, serviceAccount, meshed: false };
  return { kind, ...gateway, client };
}
