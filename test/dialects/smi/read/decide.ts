import type { AccessMeaning, Allowance } from '../../../../src/dialects/smi/read/allowances';
import type { Division, Share } from '../../../../src/dialects/smi/read/divisions';
import type { Requests } from '../../../../src/dialects/smi/read/requests';
import type { Account } from '../../../../src/dialects/smi/read/target-part';
import { isSameAccount } from '../../../../src/dialects/smi/read/target-part';
import { matchesRegex } from '../../../../src/model/regex';
import { plainRegex } from '../../../../src/model/regex-plain';

/** A request that is made. */
interface Sent {
  readonly method: string;
  readonly path: string;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export function areMade({ methods, path, headers }: Requests, sent: Sent): boolean {
  return (methods.length === 0 || methods.includes(sent.method))
    && (path === undefined || matchesRegex(plainRegex(path), sent.path))
    && headers.every(({ name, value }) => Object.hasOwn(sent.headers, name) && matchesRegex(plainRegex(value), sent.headers[name]));
}

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

/** Who gets a request, by shares, or a connection where nothing is sent; undefined where nobody knows. */
export function sharesOf({ parts, service, unknown }: Division, sent?: Sent): readonly Share[] | undefined {
  if (unknown !== undefined) return undefined;
  const part = parts.find(({ requests }) => requests === undefined || (sent !== undefined && requests.some(one => areMade(one, sent))));
  return part?.shares ?? [{ service, weight: 1 }];
}
