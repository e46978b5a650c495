import * as fc from 'fast-check';
import { ask, atLeast, cases, isAtLeast, type Oracle } from './ask';
import * as entrances from '../migrate/entrances/moved';
import { calls, CASES as EXITS, type Old as OldExits } from '../migrate/exits/cases';
import * as exits from '../migrate/exits/moved';
import { CASES as POLICIES } from '../migrate/policies/cases';
import * as policies from '../migrate/policies/moved';
import * as routes from '../migrate/routes/moved';
import { requests } from '../reading/routes/gateway-api';

/** How many requests are asked of each migration. */
const EACH = 100;

interface Moves<Move, Request, Counts> {
  readonly moves: fc.Arbitrary<Move>;
  readonly requests: (move: Move) => fc.Arbitrary<Request>;
  /** Where nothing was counted yet. */
  readonly counts: Readonly<Counts>;
  readonly count: (move: Move, some: readonly Request[], counts: Counts) => void;
  /** The counts of requests that were compared. */
  readonly compared: readonly (keyof Counts)[];
  readonly least: (wanted: number) => Readonly<Record<string, number>>;
}

/** Asks before and after moves about the same requests. */
function alike<Move, Request, Counts extends { [Name in keyof Counts]: number }>(
  { moves, requests: some, counts: none, count, compared, least }: Moves<Move, Request, Counts>,
): Oracle {
  return wanted => {
    const counts = { ...none };
    const inAll = () => compared.reduce((sum, name) => sum + counts[name], 0);
    const asked = ask(wanted, EACH, cases(moves, some), (move, all) => {
      const before = inAll();
      count(move, [...all], counts);
      return inAll() - before || undefined;
    }, () => isAtLeast(counts, least(wanted)));
    atLeast(counts, least(wanted));
    return { ...asked, counts };
  };
}

/** Whether policies of a mesh let in no more than they did, and no less without a word, wherever they are moved to. */
const lettingIn = (from: policies.Old, cluster?: readonly object[]) => alike({
  moves: fc.record({ old: POLICIES[from].manifests, to: fc.constantFrom(...policies.TARGETS) }),
  requests: () => POLICIES[from].requests,
  counts: policies.NO_COUNTS,
  count: ({ old, to }, some, counts) => policies.countMoved(from, to, old, some, counts, cluster),
  compared: ['equal', 'narrower'],
  least: wanted => ({ equal: wanted / 4 }),
});

/** Whether requests go where they went, or it is said that they do not, wherever their routes are moved to. */
const sending = (moving: routes.Case) => alike({
  moves: fc.record({ program: moving.programs, to: fc.constantFrom(...routes.TARGETS) }),
  requests: ({ program }) => requests(program),
  counts: routes.NO_COUNTS,
  count: ({ program, to }, some, counts) => routes.countMoved(moving, to, program, some, counts),
  compared: ['equal', 'said'],
  least: wanted => ({ equal: wanted / 6, routed: Math.floor(wanted / 5000) - 1 }),
});

/** Whether policies of a mesh let out no more than they did, and no less without a word, wherever they are moved to. */
const lettingOut = (from: OldExits) => alike({
  moves: fc.record({ old: EXITS[from].manifests, to: fc.constantFrom(...exits.TARGETS) }),
  requests: () => calls,
  counts: exits.NO_COUNTS,
  count: ({ old, to }, some, counts) => exits.countMoved(from, to, old, some, counts),
  compared: ['equal', 'narrower'],
  least: wanted => ({ equal: wanted / 4, policed: Math.floor(wanted / 2000) - 1 }),
});

/** Whether requests come in by gateways as they did, or no more and it is said so, wherever the gateways are moved to. */
const comingIn = (moving: entrances.Case) => alike({
  moves: fc.record({ old: moving.programs, to: fc.constantFrom(...entrances.TARGETS) }),
  requests: () => moving.asked,
  counts: entrances.NO_COUNTS,
  count: ({ old, to }, some, counts) => entrances.countMoved(moving, to, old, some, counts),
  compared: ['equal', 'closed', 'said'],
  least: wanted => ({ equal: wanted / 4, sent: Math.floor(wanted / 200), written: Math.floor(wanted / 1000) - 1 }),
});

const olds = Object.keys(POLICIES) as policies.Old[];

export const MOVES: Readonly<Record<string, Oracle>> = {
  ...Object.fromEntries(olds.map(from => [`policies of ${from}`, lettingIn(from)])),
  ...Object.fromEntries(olds.map(from => [`policies of ${from}, for pods that no workload in the files makes`, lettingIn(from, policies.withoutPods(from))])),
  ...Object.fromEntries((Object.keys(EXITS) as OldExits[]).map(from => [`calls that leave by policies of ${from}`, lettingOut(from)])),
  ...Object.fromEntries(Object.entries(routes.CASES).map(([title, moving]) => [title, sending(moving)])),
  ...Object.fromEntries(Object.entries(entrances.CASES).map(([title, moving]) => [title, comingIn(moving)])),
};
