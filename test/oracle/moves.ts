import * as fc from 'fast-check';
import { ask, atLeast, cases, type Oracle } from './ask';
import * as entrances from '../migrate/entrances/moved';
import { calls, CASES as EXITS, type Old as OldExits } from '../migrate/exits/cases';
import * as exits from '../migrate/exits/moved';
import { CASES as POLICIES } from '../migrate/policies/cases';
import * as policies from '../migrate/policies/moved';
import * as routes from '../migrate/routes/moved';
import { requests } from '../reading/routes/gateway-api';

/** How many requests are asked of each migration. */
const EACH = 100;

/** Whether policies of a mesh let in no more than they did, and no less without a word, wherever they are moved to. */
function lettingInAlike(from: policies.Old): Oracle {
  return wanted => {
    const counts = { ...policies.NO_COUNTS };
    const moves = fc.record({ old: POLICIES[from].manifests, to: fc.constantFrom(...policies.TARGETS) });
    const asked = ask(wanted, EACH, cases(moves, () => POLICIES[from].requests), ({ old, to }, some) => {
      const before = counts.equal + counts.narrower;
      policies.countMoved(from, to, old, [...some], counts);
      return counts.equal + counts.narrower - before || undefined;
    });
    atLeast({ ...counts }, { equal: wanted / 4 });
    return { ...asked, counts: { ...counts } };
  };
}

/** Whether requests go where they went, or it is said that they do not, wherever their routes are moved to. */
function sendingAlike(moving: routes.Case): Oracle {
  return wanted => {
    const counts = { ...routes.NO_COUNTS };
    const moves = fc.record({ program: moving.programs, to: fc.constantFrom(...routes.TARGETS) });
    const asked = ask(wanted, EACH, cases(moves, ({ program }) => requests(program)), ({ program, to }, some) => {
      const before = counts.equal + counts.said;
      routes.countMoved(moving, to, program, [...some], counts);
      return counts.equal + counts.said - before || undefined;
    });
    atLeast({ ...counts }, { equal: wanted / 6, routed: Math.floor(wanted / 5000) - 1 });
    return { ...asked, counts: { ...counts } };
  };
}

/** Whether policies of a mesh let out no more than they did, and no less without a word, wherever they are moved to. */
function lettingOutAlike(from: OldExits): Oracle {
  return wanted => {
    const counts = { ...exits.NO_COUNTS };
    const moves = fc.record({ old: EXITS[from].manifests, to: fc.constantFrom(...exits.TARGETS) });
    const asked = ask(wanted, EACH, cases(moves, () => calls), ({ old, to }, some) => {
      const before = counts.equal + counts.narrower;
      exits.countMoved(from, to, old, [...some], counts);
      return counts.equal + counts.narrower - before || undefined;
    });
    atLeast({ ...counts }, { equal: wanted / 4, policed: Math.floor(wanted / 2000) - 1 });
    return { ...asked, counts: { ...counts } };
  };
}

/** Whether requests come in by gateways as they did, or no more and it is said so, wherever the gateways are moved to. */
function comingInAlike(moving: entrances.Case): Oracle {
  return wanted => {
    const counts = { ...entrances.NO_COUNTS };
    const moves = fc.record({ old: moving.programs, to: fc.constantFrom(...entrances.TARGETS) });
    const asked = ask(wanted, EACH, cases(moves, () => moving.asked), ({ old, to }, some) => {
      const before = counts.equal + counts.closed + counts.said;
      entrances.countMoved(moving, to, old, [...some], counts);
      return counts.equal + counts.closed + counts.said - before || undefined;
    });
    atLeast({ ...counts }, { equal: wanted / 4, sent: Math.floor(wanted / 200), written: Math.floor(wanted / 1000) - 1 });
    return { ...asked, counts: { ...counts } };
  };
}

const olds = Object.keys(POLICIES) as policies.Old[];

export const MOVES: Readonly<Record<string, Oracle>> = {
  ...Object.fromEntries(olds.map(from => [`policies of ${from}`, lettingInAlike(from)])),
  ...Object.fromEntries((Object.keys(EXITS) as OldExits[]).map(from => [`calls that leave by policies of ${from}`, lettingOutAlike(from)])),
  ...Object.fromEntries(Object.entries(routes.CASES).map(([title, moving]) => [title, sendingAlike(moving)])),
  ...Object.fromEntries(Object.entries(entrances.CASES).map(([title, moving]) => [title, comingInAlike(moving)])),
};
