import { isForAll, type Item, itemsAt, type Wording } from './allowances';
import type { OldPolicies, OpenPort } from './groups';
import { sourceKey } from './rules';
import { keepsOutUnproven } from './tokens';
import type { DefaultAllowance, Identity } from '../../index';
import type { Source } from '../../meaning/decision';
import { distinctBy, grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import type { Node, Written } from '../program';

/** Who may call all pods of a namespace, those that nobody names among them. */
export interface Everyone {
  /** Allowances for whatever is asked. */
  readonly allow: readonly Written<DefaultAllowance>[];
  /** Whether they are all that gets in. */
  readonly isWhole: boolean;
  readonly by: readonly Source[];
}

/** With more numbers in the policies of a namespace, its ports are not told apart. */
const MOST_NUMBERS = 200;

/** With more ports in a row, an allowance does not name them one by one. */
const MOST_IN_A_ROW = 20;

const LAST_PORT = 65535;

/** A client, and those among it that are not meant. */
interface Caller {
  readonly source: Node<Identity>;
  readonly exceptSources: readonly Node<Identity>[];
}

interface Ports {
  readonly first: number;
  readonly last: number;
  readonly callers: ReadonlyMap<string, Caller>;
  readonly isWhole: boolean;
}

/** @param protocols - whatever the targets may see a port speak */
export function everyoneIn(namespace: string, old: OldPolicies, wording: Wording, protocols: readonly Protocol[]): Everyone {
  const numbers = [...old.numbersIn(namespace)].sort((a, b) => a - b);
  const starts = numbers.length > MOST_NUMBERS ? [1] : numbers;
  const by: Source[] = [];
  const all = starts.map((first, i): Ports => {
    const ports = old.ofNamespace(namespace, first, protocols);
    by.push(...ports.flatMap(({ passing: { sources } }) => sources));
    return { first, last: (starts[i + 1] ?? LAST_PORT + 1) - 1, ...callersAt(ports, wording) };
  });
  const callers = new Map(all.flatMap(one => [...one.callers]));
  const allowed = [...callers].map(([key, caller]) => {
    const own = all.filter(one => one.callers.has(key) || one.callers.has(ANYONE));
    const named = own.filter(({ first, last }) => last - first < MOST_IN_A_ROW);
    const isEvery = own.length === all.length;
    const ports = isEvery ? [] : named.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
    return { ...caller, ports, isSaid: isEvery || ports.length > 0, isWhole: isEvery || named.length === own.length };
  });
  const said = allowed.filter(({ isSaid }) => isSaid);
  const together = [...grouped(said, ({ exceptSources, ports }) => JSON.stringify([exceptSources, ports])).values()];
  return {
    allow: together.map(some => ({
      sources: some.map(({ source }) => source),
      ...some[0].exceptSources.length > 0 && { exceptSources: [...some[0].exceptSources] },
      ...some[0].ports.length > 0 && { ports: some[0].ports },
    })),
    isWhole: allowed.every(({ isWhole }) => isWhole) && all.every(({ isWhole }) => isWhole),
    by: distinctBy(by, sourceKey),
  };
}

const ANYONE = 'anyone';

/** Who gets in whatever it asks, and whichever protocol the port speaks. That datagrams are denied now goes without saying. */
function callersAt(ports: readonly OpenPort[], wording: Wording): Pick<Ports, 'callers' | 'isWhole'> {
  const all = ports.map(({ passing, tokens }) => {
    const { allow, lost } = itemsAt(passing, 1, wording, true);
    const plain = keepsOutUnproven(tokens) ? [] : allow.filter(isPlain);
    const callers = plain.flatMap(item => item.sources.map(source => [keyOf(item, source), { source, exceptSources: item.exceptSources }] as const));
    return { callers: new Map<string, Caller>(callers), isWhole: lost.length === 0 && plain.length === allow.length };
  });
  const every = new Map(all.flatMap(({ callers }) => [...callers]));
  const common = new Map([...every].filter(([key]) => all.every(({ callers }) => callers.has(key) || callers.has(ANYONE))));
  const told = all.filter((_, i) => ports[i].to.protocol !== 'UDP');
  return { callers: common, isWhole: told.every(({ callers, isWhole }) => isWhole && [...callers.keys()].every(key => common.has(key))) };
}

function keyOf(item: Item, source: Node<Identity>): string {
  return isForAll({ ...item, sources: [source] }) ? ANYONE : JSON.stringify([source, item.exceptSources]);
}

function isPlain({ requests, exceptRequests, endUsers }: Item): boolean {
  return requests.length + exceptRequests.length + endUsers.length === 0;
}
