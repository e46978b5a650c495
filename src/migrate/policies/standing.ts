import { isForAll, type Item, itemsAt, type Wording } from './allowances';
import { Identities } from './clients';
import { everyoneIn } from './everyone';
import type { OldPolicies } from './groups';
import type { Judging } from './policy';
import { sourceKey } from './rules';
import type { DefaultAllowance, MeshTarget } from '../../index';
import type { Source } from '../../meaning/decision';
import { distinctBy, grouped } from '../../model/lists';
import type { Protocol } from '../../model/protocol';
import type { Notices } from '../plan/notices';
import type { Planned } from '../plan/planned';
import type { Refusals } from '../plan/refusals';
import { construct, type LeftOut, member, type Node, type Statement, withheld, type Written } from '../program';

/** What holds for all pods of a namespace, whoever they are. */
export interface Standing {
  readonly planned: readonly Planned[];
  /** What a policy of pods would say that says no more, where all targets say it. */
  readonly saying?: string;
  /** Whether all targets deny what is not allowed. */
  readonly closes: boolean;
  /** Whether some target lets in somebody by it. */
  readonly opens: boolean;
}

export interface StandingPlanning {
  readonly old: OldPolicies;
  readonly wording: Wording;
  readonly refusals: Refusals;
  readonly judging: Judging;
  readonly notices: Notices;
  /** What ports of pods may speak as far as the targets see it. */
  readonly protocols: readonly Protocol[];
  /** Whether nobody may get in whom a policy of some pods does not let in. */
  readonly isShut: boolean;
  /** Is told that who gets in everywhere is refused beside policies. */
  readonly shut: () => void;
}

const NOTHING: Standing = { planned: [], closes: false, opens: false };

/** Nothing where everyone gets in. */
export function standingIn(namespace: string, planning: StandingPlanning): Standing {
  const { old, wording, judging } = planning;
  const ports = old.ofNamespace(namespace, 1, ['HTTP', 'TCP']);
  const all = ports.map(({ passing }) => itemsAt(passing, 1, wording, false));
  const by = distinctBy(ports.flatMap(({ passing: { sources } }) => sources), sourceKey);
  if (all.every(({ allow, deny }) => deny.length === 0 && allow.some(isForAll))) return NOTHING;
  judging.same(by);
  const bare = ({ allow, deny }: { readonly allow: readonly Item[]; readonly deny: readonly Item[] }) =>
    JSON.stringify([allow, deny].map(items => items.map(({ ports: _, by: __, ...rest }) => JSON.stringify(rest)).sort()));
  const saying = bare(all[0]);
  const isOne = all.every(one => bare(one) === saying) && all[0].deny.length === 0;
  if (isOne && saying === CERTIFIED) return certified(namespace, by, saying, planning);
  if (all.some(({ allow }) => allow.some(isForAll))) {
    judging.assumed(by, `the workloads of namespace '${namespace}' in the files are taken to be all`);
    return NOTHING;
  }
  return closed(namespace, isOne ? saying : undefined, planning);
}

const CERTIFIED = (() => {
  const clients = new Identities('').of([{ who: { type: 'certificate' }, isNot: false }]);
  return JSON.stringify([[JSON.stringify({ ...clients, requests: [], exceptRequests: [], endUsers: [] })], []]);
})();

function certified(namespace: string, by: readonly Source[], saying: string, { refusals, judging }: StandingPlanning): Standing {
  const statement = construct('MutualTls', 'mutual-tls', { mode: member('MutualTlsMode', 'STRICT') }, ...judging.comments(by));
  const asked = refusals.each().map(({ target, refusals: of }) => ({ target, refused: of.alone(namespace, statement) }));
  const taking = asked.filter(({ refused }) => refused === undefined);
  const planned = plannedOf(namespace, by, judging);
  // Without a whole namespace, each policy asks clients who they are.
  return taking.length === asked.length ? { ...NOTHING, planned: [planned(statement)], saying }
    : { ...NOTHING, planned: taking.map(({ target }) => planned(statement, { target })) };
}

type Allowance = Written<DefaultAllowance>;

/** What a target says of a whole namespace, without what it does not take. */
interface Said {
  readonly target: Node<MeshTarget>;
  readonly statement: Statement;
  readonly isLess: boolean;
  readonly opens: boolean;
}

function closed(namespace: string, saying: string | undefined, planning: StandingPlanning): Standing {
  const { old, wording, refusals, judging, notices, protocols, isShut, shut } = planning;
  const everyone = everyoneIn(namespace, old, wording, protocols);
  const { by } = everyone;
  judging.same(by);
  const allow = isShut ? [] : everyone.allow;
  const made = (allowances: readonly (Allowance | LeftOut)[]) =>
    construct('NamespaceAccessDefault', 'default', allowances.length === 0 ? {} : { allow: [...allowances] }, ...judging.comments(by));
  const planned = plannedOf(namespace, by, judging);
  const asked = refusals.each().map(({ target, refusals: of }) => {
    const refused = of.alone(namespace, made([]));
    if (refused !== undefined) notices.give('open', `in namespace '${namespace}', pods without a policy let everyone in: ${refused}`, undefined, target);
    return refused === undefined ? saidBy(target, of, namespace, allow, made) : { refused };
  });
  const said = asked.flatMap(one => 'statement' in one ? [one] : []);
  const first = asked.flatMap(one => 'refused' in one ? [one.refused] : []).at(0);
  const isWhole = !isShut && everyone.isWhole && said.every(({ isLess }) => !isLess);
  if (!isWhole) {
    const left = allow.length === 0 ? 'others let nobody in' : 'others let in fewer';
    judging.assumed(by, `the workloads of namespace '${namespace}' in the files are taken to be all: ${left}`);
  }
  const reduced = allow.length === 0 ? undefined : () => {
    shut();
    return made([]);
  };
  const byStatement = [...grouped(said, ({ statement: { props } }) => JSON.stringify(props)).values()];
  return {
    planned: first === undefined && byStatement.length === 1 ? [planned(said[0].statement, { reduced })] : [
      ...first === undefined ? [] : [planned({ ...made(allow), leftOut: first })],
      ...said.map(({ statement, target }) => planned(statement, { target, reduced })),
    ],
    closes: first === undefined,
    opens: said.some(({ opens }) => opens),
    ...isWhole && first === undefined && saying !== undefined && { saying },
  };
}

/** What a target takes of some allowances, one by one; the others are comments. */
function saidBy(
  target: Node<MeshTarget>, refusals: Refusals, namespace: string, allow: readonly Allowance[],
  made: (allowances: readonly (Allowance | LeftOut)[]) => Statement,
): Said {
  const whole = made(allow);
  if (refusals.alone(namespace, whole) === undefined) return { target, statement: whole, isLess: false, opens: allow.length > 0 };
  const taken = allow.reduce<readonly (Allowance | LeftOut)[]>((all, one) => {
    const why = refusals.alone(namespace, made([...all, one]));
    return [...all, why === undefined ? one : withheld<DefaultAllowance>(why, one)];
  }, []);
  return { target, statement: made(taken), isLess: true, opens: allow.some(one => taken.includes(one)) };
}

interface More {
  /** The only target that it is for. */
  readonly target?: Node<MeshTarget>;
  /** What is said where it is refused beside policies. */
  readonly reduced?: () => Statement;
}

function plannedOf(namespace: string, by: readonly Source[], judging: Judging) {
  return (statement: Statement, { target, reduced }: More = {}): Planned => ({
    namespace,
    name: statement.id,
    services: [],
    ...target !== undefined && { target },
    statement: id => ({ ...statement, id }),
    reduced: id => {
      const less = reduced?.();
      return less && { ...less, id };
    },
    refused: reason => judging.notSaid(by, reason),
  });
}
