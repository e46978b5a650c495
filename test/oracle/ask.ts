import * as fc from 'fast-check';
import type { ValidationOptions } from '../../src/validation';
import { invalid } from '../schema';

/** What was asked of a target. */
export interface Asked {
  readonly seed: number;
  readonly programs: number;
  /** Those of the programs that were not rendered. */
  readonly refused: number;
  /** How many requests were compared. */
  readonly compared: number;
  /** What became of them, by words. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Asks a target about programs until so many requests are compared. */
export type Oracle = (requests: number) => Asked;

const SEED = Number(process.env.ORACLE_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Where fewer than one of so many programs is rendered, nothing is compared. */
const MOST_PROGRAMS = 60;
/** How many programs are asked beyond what was wanted at a time, and how much more at most. */
const FURTHER = 10;
const MOST_TIMES = 4;

/** A program, and requests without end, which are made when they are asked for. */
export interface Case<Program, Request> {
  readonly program: Program;
  readonly requests: IterableIterator<Request>;
}

export function cases<Program, Request>(
  programs: fc.Arbitrary<Program>, requests: (program: Program) => fc.Arbitrary<Request>,
): fc.Arbitrary<Case<Program, Request>> {
  return programs.chain(program => fc.record({ program: fc.constant(program), requests: fc.infiniteStream(requests(program), { noHistory: true }) }));
}

/**
 * Generates programs until the requests asked of them are as many as wanted.
 *
 * @param each - the requests asked of a program
 * @param compare - counts what it compares; nothing, where the program is refused
 * @param isEnough - whether all was asked that has to be; where it was not, more programs are
 */
export function ask<Program, Request>(
  wanted: number, each: number, all: fc.Arbitrary<Case<Program, Request>>,
  compare: (program: Program, requests: Iterable<Request>) => number | undefined, isEnough: () => boolean = () => true,
): Omit<Asked, 'counts'> {
  let [programs, refused, compared] = [0, 0, 0];
  for (let seed = SEED; compared < wanted || (compared < MOST_TIMES * wanted && !isEnough()); seed++) {
    const numRuns = compared < wanted ? Math.ceil((wanted - compared) / each) : FURTHER;
    const result = fc.check(fc.property(all, ({ program, requests }) => {
      const found = compare(program, first(each, requests));
      programs++;
      refused += found === undefined ? 1 : 0;
      compared += found ?? 0;
    }), { numRuns, seed });
    if (result.failed) {
      throw new Error(`ORACLE_SEED=${seed} ORACLE_CASES=${numRuns * each}: ${(result.errorInstance as Error).stack}`);
    }
    if (programs > MOST_PROGRAMS * wanted / each) {
      throw new Error(`ORACLE_SEED=${SEED}: ${programs} programs, and no more than ${compared} requests to compare`);
    }
  }
  return { seed: SEED, programs, refused, compared };
}

function* first<T>(count: number, all: IterableIterator<T>): Iterable<T> {
  for (let i = 0; i < count; i++) {
    yield all.next().value;
  }
}

/** Else next to nothing was compared. */
export function atLeast(counts: Readonly<Record<string, number>>, least: Readonly<Record<string, number>>): void {
  for (const [name, few] of Object.entries(least)) {
    if (counts[name] <= few) {
      throw new Error(`no more than ${counts[name]} ${name}, of ${few} at least: ${JSON.stringify(counts)}`);
    }
  }
}

/** Whether enough was compared of everything; where it was not, more is asked. */
export function isAtLeast(counts: Readonly<Record<string, number>>, least: Readonly<Record<string, number>>): boolean {
  return Object.entries(least).every(([name, few]) => counts[name] > few);
}

/** An oracle that looks at what no API server takes proves nothing. */
export function checkValid(manifests: readonly any[], options: ValidationOptions = {}): void {
  const found = invalid(manifests, options);
  if (found.length > 0) {
    throw new Error(`invalid: ${JSON.stringify(found)}`);
  }
}

/** One line for people. */
export function inOneLine({ seed, programs, refused, compared, counts }: Asked): string {
  const words = Object.entries(counts).filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  return `seed ${seed}: ${compared} requests compared, ${programs} programs, ${refused} of them refused (${words.join(', ')})`;
}
