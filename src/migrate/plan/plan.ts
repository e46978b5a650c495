import { planEnforced } from './enforced';
import type { PlanOptions } from './options';
import { giveToReferred } from './referred';
import { Refusals } from './refusals';
import { Services } from './services';
import { type Planned, type Planning, planSplits } from './splits';
import { type Judged, Verdicts } from './verdicts';
import { splitMeaning } from '../../dialects/smi/read/divisions';
import { READINGS } from '../../dialects/smi/read/readings';
import type { SmiDocument } from '../../dialects/smi/read/tree';
import type { SmiWorld } from '../../dialects/smi/read/world';
import type { Program, ProgramChart, Statement } from '../program';
import type { World } from '../world';

export interface Plan {
  readonly program: Program;
  /** What became of each document, in their order. */
  readonly judged: readonly Judged[];
}

/**
 * The program that says what SMI meant to the mesh that read it, and nothing more: what it cannot say, or what nobody knows, stands in it as
 * a comment at most.
 */
export function plan(documents: readonly SmiDocument[], smi: SmiWorld, beside: World, options: PlanOptions): Plan {
  const verdicts = new Verdicts(object => smi.namespaceOf(object));
  for (const document of documents) {
    if (document.kind === undefined) verdicts.give(document, 'noPart', document.findings[0].message);
    else if (smi.unknown(document) !== undefined) verdicts.give(document, 'unreadable', smi.unknown(document));
  }
  const planning: Planning = { smi, beside, services: new Services(beside, options), refusals: new Refusals(options.targets), verdicts };
  const planned = [...planEnforced(documents, planning, options), ...planSplits(splitMeaning(smi, READINGS[options.from]), planning)];
  const charts = chartsOf(planned, planning.refusals);
  for (const target of smi.targets) giveToReferred(target, planning);
  return { program: { comments: [], targets: options.targets, charts }, judged: verdicts.all(documents) };
}

/** A chart for each namespace, without what targets refuse beside the others. */
function chartsOf(planned: readonly Planned[], refusals: Refusals): ProgramChart[] {
  const byNamespace = new Map<string, Planned[]>();
  for (const one of planned) byNamespace.set(one.namespace, [...byNamespace.get(one.namespace) ?? [], one]);
  const charts = [...byNamespace].sort(([a], [b]) => a < b ? -1 : 1).map(([namespace, all]) => ({ namespace, statements: identified(all) }));
  const all = charts.flatMap(({ namespace, statements }) => statements.map(one => ({ one, path: `${namespace}/${one.id}` })));
  const refused = (some: readonly typeof all[number][]): Refused[] => {
    const given = new Set(some.map(({ one }) => one));
    const answers = refusals.together(charts.map(({ namespace, statements }) =>
      ({ id: namespace, namespace, statements: statements.filter(one => given.has(one)).map(({ statement }) => statement) })));
    return some.flatMap(({ one, path }) => one.statement.leftOut === undefined && answers.has(path) ? [{ one, reason: answers.get(path)! }] : []);
  };
  const leaveOut = (one: Identified, reason: string) => {
    one.statement = { ...one.statement, leftOut: reason };
    one.planned.refused(reason);
  };
  const routes = all.filter(({ one }) => isRoute(one) && one.statement.leftOut === undefined);
  if (refused(all).some(({ one }) => !isRoute(one))) {
    // A policy stays, and a route beside which it is refused does not: requests go where they go by themselves.
    const kept = all.filter(({ one }) => !isRoute(one));
    settle(() => refused(kept), leaveOut);
    for (const route of routes) {
      const [answer] = refused([...kept, route]);
      if (answer === undefined) kept.push(route);
      else leaveOut(route.one, answer.reason);
    }
  }
  settle(() => refused(all), leaveOut);
  return charts.map(({ namespace, statements }) => ({ id: namespace, namespace, statements: statements.map(({ statement }) => statement) }));
}

/** Leaves out what is refused, until nothing is. */
function settle(ask: () => readonly Refused[], leaveOut: (one: Identified, reason: string) => void): void {
  for (let found = ask(); found.length > 0; found = ask()) found.forEach(({ one, reason }) => leaveOut(one, reason));
}

interface Refused {
  readonly one: Identified;
  readonly reason: string;
}

function isRoute({ statement }: Identified): boolean {
  return statement.construct === 'CanaryRelease' || statement.construct === 'ServiceRoute';
}

interface Identified {
  readonly id: string;
  readonly planned: Planned;
  statement: Statement;
}

/** Constructs have the names of SMI; where two would have one name, the later says what it is. */
function identified(all: readonly Planned[]): Identified[] {
  const given = new Set<string>();
  return all.map(one => {
    const kind = one.statement('a').construct;
    const suffix = SUFFIXES[kind] ?? kind.toLowerCase();
    let id = given.has(one.name) ? `${one.name}-${suffix}` : one.name;
    for (let number = 2; given.has(id); number++) id = `${one.name}-${suffix}-${number}`;
    given.add(id);
    return { id, planned: one, statement: one.statement(id) };
  });
}

const SUFFIXES: { readonly [construct: string]: string } = { CanaryRelease: 'split', ServiceRoute: 'split', ServiceAccessPolicy: 'target' };
