import { ANY_REQUEST, type Calling, type Comparer, kindOfPassage, wordsOf } from './comparer';
import { type Leavers, OncePerLeavers, type Pair, PassagesOnce } from './leaving';
import { hasRequests } from '../../model/protocol';
import type { Outside } from '../world';

/** What may be called outside: a connection stands for all that is sent in it, unless requests or names in it are told apart. */
const OUTSIDE = (['TCP', 'TLS', 'HTTP', 'UDP'] as const).map((protocol): Outside => ({ isOutside: true, protocol }));

/** What changes in what clients may call outside the cluster. */
export function compareExits(comparer: Comparer, leavers: Leavers, pairs: readonly Pair[]): void {
  const changing = new OncePerLeavers(leavers, (pair, to: Outside) => {
    const { old, now } = leavers.leaving(pair, { was: to, is: to });
    return comparer.keyOf(old) !== comparer.keyOf(now) && { old, now, passages: new PassagesOnce([...old, ...now]) };
  });
  for (const pair of pairs) {
    const [, client] = pair;
    const said = new Set<string>();
    for (const to of OUTSIDE) {
      const change = changing.of(pair, to);
      if (change === false) continue;
      const { protocol } = to;
      const call = { client, pod: client, port: 443, protocol, outside: {}, ...(hasRequests(protocol) && { request: ANY_REQUEST }) };
      const setting: Calling = { call, entrances: [undefined], hosts: [] };
      const { contrasts, ...doubtful } = change.passages.of(pair, () => comparer.passages(change.old, change.now, setting));
      const others = contrasts.filter(contrast => !said.has(wordsOf(contrast)));
      comparer.take({ type: 'outside' }, { clients: [client], areAll: false }, { contrasts: others, ...doubtful }, kindOfPassage);
      others.forEach(contrast => said.add(wordsOf(contrast)));
    }
  }
}
