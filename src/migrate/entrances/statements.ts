import type { Door, Hostname } from './doors';
import type { Exposed } from './exposures';
import { listeningAt } from './listeners';
import type { EntrancePlanning } from './planning';
import type { ExposureProps } from '../../index';
import type { Source } from '../../meaning/decision';
import { distinctBy, grouped } from '../../model/lists';
import type { Planned } from '../plan/planned';
import { sourceKey } from '../policies/rules';
import { call, construct, type Statement, type Written } from '../program';

/** A gateway that is written. */
export interface GatewayToWrite {
  /** `namespace/name`. */
  readonly key: string;
  readonly className: string;
  /** The old one. */
  readonly by: readonly Source[];
  readonly at: readonly { readonly door: Door; readonly exposed: readonly Exposed[] }[];
}

/** An exposure by one of the listeners of a gateway. */
interface Attached {
  readonly exposed: Exposed;
  /** The name of the listener. */
  readonly section: string;
}

/** The gateway, and all that it exposes. */
export function statementsOf(gateway: GatewayToWrite, planning: EntrancePlanning): Planned[] {
  const { key, className, by, at } = gateway;
  const { judging } = planning;
  const [namespace, name] = key.split('/');
  judging.same(by);
  noteAddresses(by, planning);
  const listening = at.flatMap(({ door, exposed }) => [...grouped<Hostname, Exposed>(exposed, ({ listened }) => listened)].map(([hostname, own]) => (
    { own, ...listeningAt(door, hostname, own[0].tls, [...new Set(own.map(one => one.namespace))].sort()) })));
  const comments = judging.comments(by);
  const props = { metadata: { name }, className, listeners: listening.map(({ node }) => node) };
  const statement = (id: string): Statement => construct('SharedGateway', id, props, ...comments);
  const attached = listening.flatMap(({ own, name: section }) => own.map((exposed): Attached => ({ exposed, section })));
  const alike = grouped(attached, ({ exposed: { namespace: home, hostnames, props: words, tls } }) =>
    JSON.stringify([home, hostnames, words, tls === 'passed']));
  return [
    whole({ namespace, name, services: [], statement }, by, planning),
    ...[...alike.values()].map(some => exposureOf(some, gateway, planning)),
  ];
}

const ADDRESSES = 'what is said of addresses and infrastructure';

function noteAddresses(by: readonly Source[], { world, judging }: EntrancePlanning): void {
  const asides = world.readings.flatMap(({ reading }) => reading.asides?.() ?? []);
  const isSaid = asides.some(({ source, title }) => title === ADDRESSES && by.some(one => sourceKey(one) === sourceKey(source)));
  if (isSaid) judging.narrower(by, `${ADDRESSES} is not carried over: add it to the SharedGateway`, false);
}

function exposureOf(some: readonly Attached[], { key, className }: GatewayToWrite, planning: EntrancePlanning): Planned {
  const { judging } = planning;
  const [{ exposed: { namespace, hostnames, props, tls, services, assumptions } }] = some;
  const [of, name] = key.split('/');
  const by = distinctBy(some.flatMap(({ exposed }) => exposed.by), sourceKey);
  const gateways = some.map(({ section }) =>
    call('ExposureGateway', 'shared', name, of === namespace ? undefined : of, { sectionName: section, className }));
  judging.same(by);
  assumptions.forEach(reason => judging.assumed(by, reason, 'untoldProtocol'));
  const comments = judging.comments(by);
  const statement = (id: string): Statement => construct('Exposure', id, {
    ...props,
    ...hostnames.length > 0 && { hostnames: [...hostnames] },
    ...gateways.length === 1 ? { gateway: gateways[0] } : { gateways },
    ...tls === 'passed' && { tls: call('ExposureTls', 'passthrough') },
  } satisfies Written<ExposureProps>, ...comments);
  return whole({ namespace, name: by[0]?.name ?? name, services, statement }, by, planning);
}

/** It is written whole, or left out. */
function whole(planned: Pick<Planned, 'namespace' | 'name' | 'services' | 'statement'>, by: readonly Source[], { judging, refusals }: EntrancePlanning): Planned {
  const { namespace, statement } = planned;
  const refused = (reason: string) => judging.notSaid(by, reason);
  return {
    ...planned,
    reduced: id => {
      const reason = refusals.alone(namespace, statement(id));
      if (reason === undefined) return undefined;
      refused(reason);
      return { ...statement(id), leftOut: reason };
    },
    refused,
    warned: warning => judging.narrower(by, warning, true),
  };
}
