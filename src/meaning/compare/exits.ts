import { ANY_REQUEST, type Calling, type Comparer, kindOfPassage, wordsOf } from './comparer';
import type { Half } from './half';
import { type Protocol, hasRequests } from '../../model/protocol';
import type { Client } from '../call';
import type { Gate } from '../world';

/** What may be called outside: a connection stands for all that is sent in it, unless requests or names in it are told apart. */
const PROTOCOLS = ['TCP', 'TLS', 'HTTP', 'UDP'] as const satisfies readonly Protocol[];

/** What changes in what a client may call outside the cluster. */
export function compareExits(comparer: Comparer, before: Half, after: Half, [was, is]: readonly [Client, Client]): void {
  if (is.kind !== 'pod') return;
  const said = new Set<string>();
  for (const protocol of PROTOCOLS) {
    const [old, now] = [exitsOf(before, was, protocol), exitsOf(after, is, protocol)];
    if (comparer.keyOf(old) === comparer.keyOf(now)) continue;
    const call = { client: is, pod: is, port: 443, protocol, outside: {}, ...(hasRequests(protocol) && { request: ANY_REQUEST }) };
    const setting: Calling = { call, entrances: [undefined], hosts: [] };
    const { contrasts, unknown } = comparer.passages(old, now, setting);
    const others = contrasts.filter(contrast => !said.has(wordsOf(contrast)));
    comparer.take({ type: 'outside' }, { clients: [is], areAll: false }, { contrasts: others, unknown }, kindOfPassage);
    others.forEach(contrast => said.add(wordsOf(contrast)));
  }
}

function exitsOf({ readings }: Half, client: Client, protocol: Protocol): readonly Gate[] {
  return readings.flatMap(({ reading }) => reading.leaving?.(client, { isOutside: true, protocol }) ?? []);
}
