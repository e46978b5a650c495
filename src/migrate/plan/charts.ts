import type { Planned } from './planned';
import type { Answer, Refusals } from './refusals';
import { pushTo } from '../../model/lists';
import type { ProgramChart, Statement } from '../program';

/** A chart for each namespace, with what every target takes beside the rest; what one refuses is a comment, or less than it was. */
export function chartsOf(planned: readonly Planned[], refusals: Refusals): ProgramChart[] {
  const byNamespace = new Map<string, Planned[]>();
  for (const one of planned) pushTo(byNamespace, one.namespace, one);
  const namespaces = [...byNamespace].sort(([a], [b]) => a < b ? -1 : 1).map(([, some]) => placed(some));
  const everything = namespaces.flat();
  const asking = new Asking(everything, refusals);
  let answers = asking.of(everything);
  if (reduce(everything, answers)) answers = asking.of(everything);
  if (refusedOf(everything, answers).length > 0) {
    for (const some of namespaces.flatMap(all => aboutTheSame(all))) {
      if (refusedOf(some, answers).some(([one]) => !isRoute(one))) putPoliciesFirst(some, asking);
    }
    answers = settle(everything, asking);
  }
  for (const one of everything) if (one.statement.leftOut === undefined) answers.get(one)?.warnings.forEach(warning => one.planned.warned?.(warning));
  return written(everything);
}

/** The charts that some constructs stand in. */
function written(some: readonly Identified[]): ProgramChart[] {
  const charts = new Map<string, Identified[]>();
  for (const one of some) if (one.statement.leftOut === undefined || one.planned.isSaidTwice !== true) pushTo(charts, one.chart, one);
  return [...charts].map(([id, all]) => {
    const { namespace, target } = all[0].planned;
    return { id, namespace, ...target !== undefined && { target }, statements: all.map(({ statement }) => statement) };
  });
}

/** What is refused by itself becomes what every target takes of it. */
function reduce(all: readonly Identified[], answers: Answers): boolean {
  let isReduced = false;
  for (const [one, refused] of refusedOf(all, answers)) {
    const less = one.planned.reduced(one.id, refused);
    if (less === undefined) continue;
    one.statement = less;
    isReduced = true;
  }
  return isReduced;
}

/** Those about the same Services, each group beside what is about all of the namespace. */
function aboutTheSame(all: readonly Identified[]): (readonly Identified[])[] {
  const groups = new Map<string, Identified[]>();
  for (const one of all) {
    const known = new Set(one.planned.services.map(service => groups.get(service) ?? []));
    const group = [...known].flat().concat(one);
    for (const { planned } of group) planned.services.forEach(service => groups.set(service, group));
  }
  const ofAll = all.filter(({ planned }) => planned.services.length === 0);
  return [...new Set(groups.values())].map(group => [...ofAll, ...group]);
}

/** A policy stays, and a route beside which it is refused does not: requests go where they go by themselves. */
function putPoliciesFirst(all: readonly Identified[], asking: Asking): void {
  const policies = all.filter(one => !isRoute(one));
  settle(policies, asking);
  const kept = [...policies];
  const add = (routes: readonly Identified[]): void => {
    if (routes.length === 0) return;
    const answers = asking.of([...kept, ...routes]);
    const reason = policies.map(one => answers.get(one)?.refused).find(one => one !== undefined);
    if (reason === undefined) kept.push(...routes);
    else if (routes.length === 1) leaveOut(routes[0], reason);
    else [routes.slice(0, routes.length / 2), routes.slice(routes.length / 2)].forEach(add);
  };
  add(all.filter(one => isRoute(one) && one.statement.leftOut === undefined));
}

/** Leaves out what is refused, until nothing is. */
function settle(all: readonly Identified[], asking: Asking): Answers {
  for (;;) {
    const answers = asking.of(all);
    const refused = refusedOf(all, answers);
    if (refused.length === 0) return answers;
    refused.forEach(([one, reason]) => leaveOut(one, reason));
  }
}

function leaveOut(one: Identified, reason: string): void {
  one.statement = { ...one.statement, leftOut: reason };
  if (one.planned.isSaidTwice !== true) one.planned.refused(reason);
}

type Answers = ReadonlyMap<Identified, Answer>;

/** Those that are refused, with the reason. */
function refusedOf(some: readonly Identified[], answers: Answers): (readonly [one: Identified, reason: string])[] {
  return some.flatMap(one => {
    const reason = answers.get(one)?.refused;
    return one.statement.leftOut === undefined && reason !== undefined ? [[one, reason] as const] : [];
  });
}

function isRoute({ statement }: Identified): boolean {
  return ['CanaryRelease', 'ServiceRoute', 'Exposure'].includes(statement.construct);
}

/** What targets say to some of the statements of charts. */
class Asking {
  public constructor(private readonly all: readonly Identified[], private readonly refusals: Refusals) {}

  public of(some: readonly Identified[]): Answers {
    const asked = new Set(some);
    const answers = this.refusals.together(written(this.all.filter(one => asked.has(one))));
    return new Map(some.flatMap(one => {
      const answer = answers.get(`${one.chart}/${one.id}`);
      return answer === undefined ? [] : [[one, answer] as const];
    }));
  }
}

interface Identified {
  /** The id of the chart that it stands in. */
  readonly chart: string;
  readonly id: string;
  readonly planned: Planned;
  statement: Statement;
}

/** Names that a construct takes for those of children that it has, since every object of JavaScript has them. */
const TAKEN = Object.getOwnPropertyNames(Object.prototype);

/** A chart has the name of its namespace. None ends with an underscore. */
function chartId(namespace: string): string {
  return TAKEN.includes(namespace) ? `${namespace}_` : namespace;
}

/** Those of one namespace, in its chart. What is for one of several targets stands in charts of its own. */
function placed(all: readonly Planned[]): Identified[] {
  const byTarget = new Map<Planned['target'], Planned[]>();
  for (const one of all) pushTo(byTarget, one.target, one);
  return [...byTarget.values()].flatMap((some, i) => {
    const [{ namespace, target }] = some;
    const chart = target === undefined ? chartId(namespace) : `${chartId(namespace)}@${i}`;
    return identified(some).map(one => ({ chart, ...one }));
  });
}

/** Constructs have the names of SMI; where two would have one name, the later says what it is. */
function identified(all: readonly Planned[]): Omit<Identified, 'chart'>[] {
  const given = new Set(TAKEN);
  return all.map(one => {
    const kind = one.statement('a').construct;
    const suffix = SUFFIXES[kind] ?? kind.toLowerCase();
    // As constructs write it in paths. What cannot be read may have such a name, or none.
    const name = one.name.replaceAll('/', '--') || suffix;
    let id = given.has(name) ? `${name}-${suffix}` : name;
    for (let number = 2; given.has(id); number++) id = `${name}-${suffix}-${number}`;
    given.add(id);
    return { id, planned: one, statement: one.statement(id) };
  });
}

const SUFFIXES: { readonly [construct: string]: string } = {
  CanaryRelease: 'split',
  ServiceRoute: 'route',
  ServiceAccessPolicy: 'target',
  EgressPolicy: 'egress',
  JwtAuthentication: 'tokens',
  Exposure: 'outside',
  SharedGateway: 'gateway',
};
