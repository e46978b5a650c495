import type { Program, Statement } from '../../../src/migrate/program';
import { type Expression, interpret, type Interpreter } from '../../../src/migrate/program/tree';

/** What a program constructs in each namespace: without names and comments, and lists in one order, as those of plain apps have none. */
export function asData({ charts }: Program, isOfInterest: (statement: Statement) => boolean): Record<string, unknown[]> {
  return Object.fromEntries(charts.map(({ id, statements }) =>
    [id, sorted(statements.filter(one => one.leftOut === undefined && isOfInterest(one)).map(({ construct, props }) => [construct, of(props)]))]));
}

const of = (expression: Expression): unknown => interpret(expression, AS_DATA);

const AS_DATA: Interpreter<unknown> = {
  data: value => value,
  list: items => sorted(items.map(of)),
  object: fields => Object.fromEntries(fields.map(([name, value]) => [name, of(value)] as const).sort(([a], [b]) => a < b ? -1 : 1)),
  call: ({ owner, method, args }) => ({ [`${owner}.${method}`]: args.map(of) }),
  member: ({ owner, name }) => `${owner}.${name}`,
  methodCall: ({ receiver, method, args }) => ({ [method]: [receiver, ...args].map(of) }),
  constant: ({ value }) => of(value),
  commented: ({ value }) => of(value),
  leftOut: ({ value, reason }) => ({ [reason]: of(value) }),
};

function sorted(all: readonly unknown[]): unknown[] {
  return all.map(one => [JSON.stringify(one), one] as const).sort(([a], [b]) => a < b ? -1 : 1).map(([, one]) => one);
}
