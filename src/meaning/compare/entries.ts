import type { Crowd } from './clients';
import { ANY_REQUEST, type Comparer } from './comparer';
import type { Conclusion, Contrast } from './decisions';
import type { Kind } from './difference';
import type { Half } from './half';
import { kindOfWays } from './services';
import { wayKey } from './values';
import type { Fields } from '../../model/fields';
import { grouped } from '../../model/lists';
import { hasRequests, type Protocol } from '../../model/protocol';
import { ALWAYS, type Condition } from '../condition';
import { type Branch, type Decision, isUndecided } from '../decision';
import { closeness } from '../journey';
import { ANYTHING, holdsFor } from '../text';
import { answeredBy } from '../way';
import type { Entry, Way } from '../world';

/** What changes in what gateways let in, and at how many hosts they let something in. */
export function compareEntries(comparer: Comparer, before: Half, after: Half): number {
  const [old, now] = [before, after].map(({ readings }) => grouped(readings.flatMap(({ reading }) => reading.entries?.() ?? []), doorOf));
  const hosts = new Set<string>();
  for (const door of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [was, is] = [old.get(door) ?? [], now.get(door) ?? []];
    const all = [...is, ...was];
    const [{ gateway, port }] = all;
    const protocol = protocolOf(all[0]);
    const [namespace, service] = gateway.split('/');
    const to = { namespace, service, port };
    all.forEach(({ host }) => hosts.add(JSON.stringify([door, host])));
    const call = { pod: { namespace }, port, protocol, entrance: to, ...(hasRequests(protocol) && { request: ANY_REQUEST }) };
    comparer.decisions(({ call: { request, serverName } }) => {
      const host = request?.host ?? serverName;
      return { type: 'gateway', gateway, port, host: mostSpecific(is, host) ?? mostSpecific(was, host) ?? ANYTHING };
    }, call, [through(was, protocol), through(is, protocol)], { entrances: [to], hosts: [] }, HOW);
  }
  return hosts.size;
}

const FROM_OUTSIDE: Crowd = { clients: [{ kind: 'outside', meshed: false }], areAll: true };

const HOW = { key: wayKey, kind: kindOfEntry, clients: [FROM_OUTSIDE] };

/** What is left out is compared by its text: listeners say all of it in an `Aside`. */
function doorOf({ gateway, port, protocol }: Fields<Entry, 'gateway' | 'port' | 'protocol', 'host' | 'ways' | 'listener' | 'tls' | 'pods'>): string {
  return JSON.stringify([gateway, port, protocol]);
}

function protocolOf({ protocol }: Entry): Protocol {
  return protocol === 'HTTPS' ? 'HTTP' : protocol;
}

/** The entry decides that names the host most closely. */
function through(entries: readonly Entry[], protocol: Protocol): Decision<Way> {
  const byHost = grouped([...entries].sort((a, b) => closeness(b.host) - closeness(a.host)), ({ host }) => JSON.stringify(host));
  return {
    branches: [...byHost.values()].flatMap((own): Branch<Way>[] => {
      const [{ host }] = own;
      const when: Condition = host.type === 'anything' ? ALWAYS : { type: protocol === 'TLS' ? 'serverName' : 'host', is: host };
      return [{ when, then: own.map(({ ways }) => ways).reduceRight(eitherOf), source: sourceOf(own[0]) }];
    }),
    otherwise: { value: answeredBy(404, protocol), why: 'there is no such entrance' },
  };
}

/** Of two listeners for one host, nobody knows which of them takes a request. */
function eitherOf(otherwise: Decision<Way>, one: Decision<Way>): Decision<Way> {
  const source = one.branches[0]?.source ?? otherwise.branches[0]?.source;
  if (source === undefined) return otherwise;
  const doubt = { type: 'unknown' as const, why: 'several listeners have the same host', place: source.place };
  return { ...otherwise, branches: [{ when: doubt, then: one, source }, ...otherwise.branches] };
}

function sourceOf({ gateway, ways: { branches } }: Entry): Branch<Way>['source'] {
  return branches[0]?.source ?? { kind: 'Gateway', name: gateway, place: { file: '', line: 1, path: '' } };
}

function mostSpecific(entries: readonly Entry[], host: string | undefined): Entry['host'] | undefined {
  const taking = entries.filter(entry => host === undefined ? entry.host.type === 'anything' : holdsFor(entry.host, host) === 'yes');
  return taking.sort((a, b) => closeness(b.host) - closeness(a.host))[0]?.host;
}

function kindOfEntry(contrast: Contrast<Way>): Kind {
  const leads = ({ value }: Conclusion<Way>) => !isUndecided(value) && value.backends.some(({ status }) => status === undefined);
  const [before, after] = [leads(contrast.before), leads(contrast.after)];
  return before === after ? kindOfWays(contrast) : after ? 'wider' : 'narrower';
}
