import type { AccessMeaning, Allowance } from './allowances';
import type { Sent } from './requests';
import { areMade } from './requests';
import type { Account } from './target-part';
import { isSameAccount } from './target-part';

/** Something that a client does to a pod. */
export interface Call extends Sent {
  readonly source: Account;
  readonly destination: Account;
  readonly port: number;
  /** What the port speaks. */
  readonly protocol: 'HTTP' | 'TCP' | 'UDP';
}

/** Whether a call is let in, where TrafficTargets are enforced. What nobody knows is not allowed. */
export function isAllowed(meaning: AccessMeaning, call: Call): 'yes' | 'no' | 'unknown' {
  const { destination, port, protocol } = call;
  const otherwise = meaning.unknown.some(doubt => doubt.destination === undefined || isSameAccount(doubt.destination, destination)) ? 'unknown' : 'no';
  const all = meaning.allowances.filter(one => isSameAccount(one.destination, destination)
    && one.protocol === (protocol === 'UDP' ? 'UDP' : 'TCP') && (one.ports === 'all' || one.ports.includes(port)));
  const own = all.filter(({ sources }) => sources === 'anyone' || sources.some(source => isSameAccount(source, call.source)));
  if (protocol !== 'HTTP') return own.some(({ connections }) => connections) ? 'yes' : otherwise;
  const routes = (some: readonly Allowance[]) =>
    new Set(some.flatMap(({ requests }) => requests).filter(requests => areMade(requests, call)).map(({ route }) => route));
  const allowed = routes(own);
  if (allowed.size === 0) return otherwise;
  // Of routes that match, any may decide: those of others, too, and on ports of theirs.
  const others = meaning.firstOf === 'matches' ? meaning.allowances.filter(one => isSameAccount(one.destination, destination)) : all;
  return meaning.firstOf !== undefined && ([...routes(others)].some(route => !allowed.has(route)) || otherwise === 'unknown') ? 'unknown' : 'yes';
}
