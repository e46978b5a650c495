import * as fc from 'fast-check';
import { ANSWERS, asAdmitted, dated, sentAs } from './outbound';
import { enoughWitnesses, type Witnessed } from './witnessed';
import type { Call } from '../../../src/meaning/call';
import type { Difference, Differences } from '../../../src/meaning/compare/difference';
import type { Outsider } from '../../../test/dialects/istio/read/asked-outbound';
import { outbound, outsiders } from '../../../test/dialects/istio/read/foreign-outbound';
import { CLIENTS, isApp, withApps } from '../../../test/oracle/differences/apps';
import { changedBy, compared, HOW } from '../../../test/oracle/differences/pairs';
import type { Case, Probe } from '../case';

/** How many differences of a pair are asked about. */
const MOST = 8;

/**
 * Sidecars, ServiceEntries and VirtualServices that somebody else wrote, as they were and as they are now: the witness of each difference is sent to
 * sidecars of clients on both sides. Where nothing differs, both do the same.
 */
export function witnessesOutbound(seed: number, count: number): Case[] {
  return enoughWitnesses('witnesses of what leaves', seed, count, witnessesOf);
}

function witnessesOf(seed: number, count: number): Witnessed {
  const asks = fc.array(fc.tuple(fc.constantFrom(...CLIENTS), outsiders), { minLength: 8, maxLength: 8 });
  const pairs = fc.sample(fc.tuple(outbound, outbound, HOW, asks), { seed, numRuns: count });
  const counts = { told: 0, hidden: 0, alike: 0 };
  const cases = pairs.flatMap(([old, others, how, some], i): Case[] => {
    const was = old.map((one, n) => dated(one, n));
    const sides = [was, changedBy(was, others.map((one, n) => dated(one, n + 10)), how)].map(all => all.flatMap(one => asAdmitted(one, i)));
    const [before, after] = sides.map(manifests => ({ manifests: withApps(manifests), mesh: 'istio' as const }));
    const found = compared(before, after);
    const told = found.differences.filter(canBeSent).slice(0, MOST);
    const asked = some.filter(([client]) => isSame(found, client));
    counts.told += told.length;
    counts.hidden += found.differences.length - told.length;
    counts.alike += asked.length;
    const alike = asked.map(([{ namespace, labels }, to], n): Probe =>
      ({ ...sentAs(to, i), namespace, labels, anywhere: true, alike: `outbound ${seed}/${i}, ${n}`, answers: {} }));
    return told.length + alike.length === 0 ? [] : sides.map((manifests, n): Case => ({
      name: `witnesses outbound ${i}, ${n === 0 ? 'old' : 'new'}`,
      manifests: manifests.filter(one => !isApp(one)),
      probes: [...told.map(one => sent(one, manifests, i, n === 0 ? 'before' : 'after')), ...alike],
    }));
  });
  return { cases, ...counts };
}

/** From a client whose labels are known, and no datagram. */
function canBeSent({ to, contrast: { call: { client, protocol }, before, after } }: Difference): boolean {
  return to.type === 'outside' && client.kind === 'pod' && protocol !== 'UDP' && [before, after].every(({ value }) => typeof value === 'string');
}

/** Whether it is known that nothing differs in what a client may call outside. */
function isSame({ differences, perhaps, unsure }: Differences, { namespace, serviceAccount }: typeof CLIENTS[number]): boolean {
  return ![...differences, ...perhaps, ...unsure].some(({ to, crowd }) => to === undefined || (to.type === 'outside' && crowd?.clients.some(client =>
    client.kind === 'pod' && client.namespace === namespace && client.serviceAccount === serviceAccount) !== false));
}

function sent({ contrast }: Difference, manifests: readonly any[], i: number, side: 'before' | 'after'): Probe {
  const { client } = contrast.call;
  const to = outsiderOf(contrast.call);
  const { namespace, labels = {} } = client as Call['pod'];
  return {
    ...sentAs(to, i), namespace, labels, anywhere: true, answers: { diff: ANSWERS[contrast[side].value === 'allowed' ? 'allowed' : 'denied'](manifests, to) },
  };
}

/** Where nothing is said of its address, or of the name that it says, these are some of which nobody speaks. */
function outsiderOf({ outside: { address: ip = '100.127.9.9', host } = {}, port, protocol, request, serverName }: Call): Outsider {
  const name = request?.host ?? serverName ?? host;
  const { method, path } = request ?? { method: 'GET', path: '/' };
  return { name: protocol === 'TLS' ? name ?? 'any.example.net' : name, ip, port, kind: protocol === 'HTTP' ? 'http' : protocol === 'TLS' ? 'tls' : 'bytes', method, path };
}
