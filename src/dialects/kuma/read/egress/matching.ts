import { type Match, REQUESTS } from './passthrough';
import { ALWAYS, type Condition } from '../../../../meaning/condition';
import type { Branch, Decision, Source, Verdict } from '../../../../meaning/decision';
import { exactly, suffix } from '../../../../meaning/text';
import type { Passage } from '../../../../meaning/world';
import { grouped } from '../../../../model/lists';
import { hasRequests, type Protocol } from '../../../../model/protocol';

/**
 * Which connections the matches let out. Envoy looks at the port before it looks at the address, of which the smallest block counts, and then at the
 * host and at what is spoken; it never goes back (`meshpassthrough/plugin/xds` of kumahq/kuma, and `findFilterChain` of Envoy).
 */
export function letOut(matches: readonly Match[], protocol: Protocol, source: Source): Decision<Passage> {
  const ports = [...new Set(matches.flatMap(({ port }) => port ?? []))].sort((a, b) => a - b);
  const branches = ports.map((at): Branch<Passage> => {
    const own = matches.filter(({ port }) => port === undefined || port === at);
    // Where a server speaks first, no bytes of the client are looked at.
    const isSilent = own.some(one => one.protocol === 'mysql');
    return { when: { type: 'toPort', first: at, last: at }, then: atPort(own, isSilent, protocol, source), source };
  });
  const others = atPort(matches.filter(({ port }) => port === undefined), false, protocol, source);
  return { branches: [...branches, ...others.branches], otherwise: others.otherwise };
}

/** One that Envoy cannot tell from another one: it takes nothing of what it is sent then. */
export function conflicting(matches: readonly Match[]): Match | undefined {
  const ports = [...new Set(matches.map(({ port }) => port))];
  const atEach = ports.map(at => matches.filter(({ port }) => port === undefined || port === at));
  return atEach.flatMap(own => own.filter(one => own.some(other => areAlike(one, other))))[0];
}

/** Whether two are for the same connections. Hosts of requests are told apart by routes. */
function areAlike(one: Match, other: Match): boolean {
  const [a, b] = [one, other].map(kindOf);
  if (a === 'requests' && b === 'requests' && one.port === other.port && one.protocol !== other.protocol) return true;
  // Everything is a block, too.
  if (one.block === undefined && other.block?.endsWith('/0')) return true;
  return a === b && one.block === other.block && (one.protocol !== other.protocol || (one.block !== undefined && one.value !== other.value));
}

function kindOf({ protocol }: Match): string {
  return REQUESTS.includes(protocol) ? 'requests' : protocol === 'mysql' ? 'tcp' : protocol;
}

function atPort(matches: readonly Match[], isSilent: boolean, protocol: Protocol, source: Source): Decision<Passage> {
  const byBlock = grouped(matches.filter(({ block }) => block !== undefined), ({ block = '' }) => block);
  const length = (block: string) => Number(block.split('/')[1]);
  const branches = [...byBlock].sort(([a], [b]) => length(b) - length(a)).map(([within, own]): Branch<Passage> => {
    const taking = own.find(one => takes(one, own, isSilent, protocol));
    const [{ source: at }] = own;
    return { when: { type: 'toAddress', within, except: [] }, then: taking === undefined ? denied(at) : allowed(taking), source: at };
  });
  const hosts = isSilent ? [] : matches.filter(one => one.host !== undefined && speaks(one, protocol));
  const byHost = hosts.map((one): Branch<Passage> => ({ when: isNamed(one, protocol), then: allowed(one), source: one.source }));
  return { branches: [...branches, ...byHost], otherwise: denied(source) };
}

/** Whether a match lets out what comes to its addresses. */
function takes(match: Match, own: readonly Match[], isSilent: boolean, protocol: Protocol): boolean {
  const isPlain = kindOf(match) === 'tcp';
  if (isSilent) return isPlain;
  const isForRequests = own.some(one => kindOf(one) === 'requests');
  return speaks(match, protocol) || (isPlain && (protocol === 'TCP' || (hasRequests(protocol) && !isForRequests)));
}

function speaks({ protocol: spoken }: Match, protocol: Protocol): boolean {
  return hasRequests(protocol) ? REQUESTS.includes(spoken) : protocol === 'TLS' && spoken === 'tls';
}

/** By what the client says, whatever the address. */
function isNamed({ host = '' }: Match, protocol: Protocol): Condition {
  if (host === '*') return ALWAYS;
  const is = host.startsWith('*') ? suffix(host.slice(1)) : exactly(host);
  return { type: hasRequests(protocol) ? 'host' : 'serverName', is };
}

function allowed({ source }: Match): Verdict<Passage> {
  return { value: 'allowed', why: 'the MeshPassthrough names it', source };
}

function denied(source: Source): Verdict<Passage> {
  return { value: 'denied', why: 'no MeshPassthrough names it', source };
}
