import type { Client } from '../../meaning/call';
import { type Condition, isTrue } from '../../meaning/condition';
import type { Source } from '../../meaning/decision';
import { passable } from '../../meaning/reach';
import type { Text } from '../../meaning/text';
import type { Gate, Outside } from '../../meaning/world';
import { plainly } from '../../model/regex-plain';

/** What a client may call outside the cluster, as the rules name it. */
export interface Exit {
  /** A host, a block of addresses, or anything. */
  readonly name: string;
  readonly when: Condition;
  readonly source: Source;
}

export const OUTSIDE = 'outside the cluster';
const ANYTHING = 'anything';

/** A connection stands for all that is sent in it, unless requests or names in it are told apart. */
const PROTOCOLS = ['TCP', 'TLS', 'HTTP'] as const satisfies readonly Outside['protocol'][];

/** The exits of a client of whose calls to the outside something is said; none where it may call all of it unsaid. */
export function exitsOf(client: Client, leaving: (to: Outside) => readonly Gate[]): Exit[] {
  if (client.kind !== 'pod') return [];
  return PROTOCOLS.flatMap(protocol => {
    const gates = leaving({ isOutside: true, protocol });
    const call = { client, pod: client, port: 0, protocol, outside: {} };
    const { rules } = passable(gates, atom => atom.type === 'toPort' ? 'unknown' : isTrue(atom, call));
    return rules.flatMap(({ when, source }) => namesIn(when).map(name => ({ name, when, source })));
  });
}

function namesIn(condition: Condition): string[] {
  const names = [...new Set(placesIn(condition))];
  return names.length === 0 ? [ANYTHING] : names;
}

function placesIn(condition: Condition): string[] {
  switch (condition.type) {
    case 'all':
    case 'any': return condition.of.flatMap(placesIn);
    case 'host':
    case 'serverName':
    case 'toHost': return hostsIn(condition.is);
    case 'toAddress': return [condition.within];
    default: return [];
  }
}

function hostsIn(text: Text): string[] {
  switch (text.type) {
    case 'oneOf': return text.of.flatMap(hostsIn);
    case 'exact': return [text.value];
    case 'suffix': return [`*${text.value}`];
    case 'prefix': return [`${text.value}*`];
    case 'regex': return [patternOf(text.value)];
    case 'anything':
    case 'not': return [];
  }
}

/** An expression as people write names: with stars for what is open. */
function patternOf(expression: string): string {
  const plain = plainly(expression, 'header');
  if (plain.type === 'exact') return plain.value;
  const pattern = expression.replace(/\[[^\]]*\][*+]/g, '*').replace(/\\([^A-Za-z0-9])/g, '$1');
  return /^[\w.*-]+$/.test(pattern) ? pattern : `/${expression}/`;
}
