import { hostIs, serverNameIs } from './hosts';
import { requestsOf } from './requests';
import { notKnown } from './selector';
import type { Fields } from '../../../manifests/fields';
import { allOf, ALWAYS, answered, anyOf, type Condition, type Doubt, NEVER } from '../../../meaning/condition';
import { isCalled, isOutside, type Outside, type PodPort } from '../../../meaning/world';
import { UNNAMED } from '../../../reading/understood';

/** Ports, and what is let pass there. */
export interface Opening {
  /** Absent for all. */
  readonly ports?: readonly Port[];
  /** Absent where no proxy reads requests there. */
  readonly requests?: Condition;
  /** What else has to be true. */
  readonly besides?: Doubt;
  /** The names that TLS has to say. */
  readonly serverNames?: { readonly names: readonly string[]; readonly doubt: Doubt };
}

export interface Port {
  /** A name, in lower case, or the first number; absent for all. */
  readonly port?: string | number;
  readonly last?: number;
  /** Absent for all. */
  readonly protocol?: string;
  /** Of a name, where it is not known which port has it. */
  readonly doubt: Doubt;
}

const WITHOUT_PORTS = ['VRRP', 'IGMP', 'GRE', 'IPIP', 'IPV6', 'ESP', 'AH'];
const PROTOCOLS = ['ANY', 'TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPV6', ...WITHOUT_PORTS];

/** What a rule opens. What the agent rejects is said to `reject`: it drops the whole policy then. */
export function openingsOf(toPorts: Fields, reject: (doubt: Doubt) => void): Opening[] {
  if (!toPorts.isSaid) return [{}];
  const items = toPorts.items();
  if (items.length === 0) toPorts.doubt('an empty list may mean all ports, or none');
  return items.map(item => openingOf(item, reject));
}

function openingOf(fields: Fields, reject: (doubt: Doubt) => void): Opening {
  const [ports, rules, serverNames] = ['ports', 'rules', 'serverNames'].map(name => fields.field(name));
  const items = ports.items();
  if (items.length === 0) fields.doubt('it names no ports');
  const opened = items.map(item => portOf(item, reject));
  if (rules.isSaid && !rules.field('dns').isSaid && opened.some(({ port, protocol }) => port === undefined || protocol !== 'TCP')) {
    reject(notKnown(rules, 'Cilium has rules on requests for ports over TCP only, each by its number or name'));
  }
  const names = serverNames.items().map(name => name.text());
  return {
    ports: opened,
    ...(rules.isSaid && rulesOf(rules)),
    ...(serverNames.isSaid && {
      serverNames: { names: names.filter(name => name !== undefined), doubt: notKnown(serverNames, 'it is not known which name the client says') },
    }),
  };
}

function rulesOf(rules: Fields): Pick<Opening, 'requests' | 'besides'> {
  const [http, dns] = ['http', 'dns'].map(name => rules.field(name));
  const lookups = dns.items().map(one => one.field('matchPattern').text());
  if (http.isSaid) return { requests: requestsOf(http) };
  return dns.isSaid && lookups.includes('*') ? {} : { besides: notKnown(rules, dns.isSaid ? 'it depends on the name that is looked up' : 'it is not known here what passes') };
}

/** What has to be true of a call to a port that is opened. */
export function passing(opening: Opening, to: PodPort | Outside): Condition {
  const { requests, besides, serverNames } = opening;
  return allOf(...[atPort(opening, to), requests, besides, serverNames && nameIs(serverNames, to)].filter(one => one !== undefined));
}

/** By TLS, a client says the name of the host that it calls. Whether bytes are TLS is not known, and requests are none. */
function nameIs({ names, doubt }: NonNullable<Opening['serverNames']>, to: PodPort | Outside): Condition {
  if (!isOutside(to)) return names.includes('*') ? ALWAYS : doubt;
  switch (to.protocol) {
    case 'TLS': return names.includes('*') ? ALWAYS : anyOf(...names.map(serverNameIs));
    case 'TCP': return allOf(anyOf(...names.map(hostIs)), doubt);
    default: return NEVER;
  }
}

function portOf(fields: Fields, reject: (doubt: Doubt) => void): Port {
  const [port, last, protocol] = [fields.field('port').text(), fields.field('endPort').integer(), fields.field('protocol').text()?.toUpperCase() ?? 'ANY'];
  const doubt = notKnown(fields, UNNAMED);
  if (!PROTOCOLS.includes(protocol)) reject(notKnown(fields, `'${protocol}' is no protocol of Cilium`));
  if (WITHOUT_PORTS.includes(protocol)) {
    if (port !== undefined && Number(port) !== 0) reject(notKnown(fields, `${protocol} has no ports`));
    return { protocol, doubt };
  }
  const isNumber = port !== undefined && /^\d{1,5}$/.test(port);
  if (port === undefined || (!isNumber && !/^(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/i.test(port))) reject(notKnown(fields, 'it is neither the number nor the name of a port'));
  return {
    doubt,
    ...(port !== undefined && Number(port) !== 0 && { port: isNumber ? Number(port) : port.toLowerCase() }),
    ...(last !== undefined && last > 0 && { last }),
    ...(protocol !== 'ANY' && { protocol }),
  };
}

/** Whether it may open a port of pods, or one that is outside. */
export function isFor({ ports }: Opening, to: PodPort | Outside): boolean {
  return ports === undefined || ports.some(port => portCondition(port, to) !== NEVER);
}

/** When it opens the port. */
export function atPort({ ports }: Opening, to: PodPort | Outside): Condition {
  return ports === undefined ? ALWAYS : anyOf(...ports.map(port => portCondition(port, to)).filter(one => one !== NEVER));
}

/** Outside, ports have no names. */
function portCondition({ port, last: until, protocol, doubt }: Port, to: PodPort | Outside): Condition {
  if (protocol !== undefined && protocol !== (to.protocol === 'UDP' ? 'UDP' : 'TCP')) return NEVER;
  if (port === undefined) return ALWAYS;
  if (typeof port === 'string') return isOutside(to) ? NEVER : answered(isCalled({ ...to, name: to.name?.toLowerCase() }, port), doubt);
  const last = until ?? port;
  return isOutside(to) ? { type: 'toPort', first: port, last } : port <= to.port && to.port <= last ? ALWAYS : NEVER;
}
