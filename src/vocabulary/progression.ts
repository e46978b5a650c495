import { Duration } from 'cdk8s';
import { checkNotEmpty } from './names';
import { ReleaseCheck } from './release-check';
import { Workload } from './workload';
import { misuse } from '../errors/misuse';
import type { Shapes } from '../input/shape';
import { instanceOf, listOf, memberOf, NUMBER, optional, record } from '../input/shape';
import type { Every, Fields } from '../model/fields';
import type { Approval, ReleaseModel } from '../model/release';
import { nameOfCheck } from '../model/release';

/** When somebody has to approve of a release. */
export enum ReleaseApproval {
  /** Never: a release moves by itself. */
  NONE = 'none',
  /** Before the first request goes to the new version. */
  START = 'start',
  /** Before all requests go to it. */
  PROMOTION = 'promotion',
}

/** What a check says of a new version that gets no requests. */
export enum WithoutRequests {
  /** It does not hold: without requests, a release goes back. */
  FAIL = 'fail',
  /** It holds. */
  PASS = 'pass',
}

/**
 * How a release moves, where the target has a controller for it (`delivery`). A target without one ignores it: there, commits move the release.
 */
export interface Progression {
  /**
   * The Deployment behind both versions.
   */
  readonly workload: Workload;

  /**
   * The time between two steps: at least 10 seconds, in whole seconds.
   *
   * @default Duration.minutes(1)
   */
  readonly interval?: Duration;

  /**
   * What has to hold of the new version at every step, all of it. What the pods say of their own health counts as well.
   *
   * @default - nothing else
   */
  readonly checks?: ReleaseCheck[];

  /**
   * How many failed checks send a release back.
   *
   * @default 2
   */
  readonly tolerance?: number;

  /**
   * Whether somebody has to approve of a release.
   *
   * @default ReleaseApproval.NONE
   */
  readonly approval?: ReleaseApproval;

  /**
   * What checks say of a new version without requests. Checks by PromQL of your own say it themselves.
   *
   * @default WithoutRequests.FAIL
   */
  readonly withoutRequests?: WithoutRequests;
}

/**
 * How a `CanaryRelease` moves.
 */
export interface CanaryProgression extends Progression {
  /**
   * The percent of requests that the new version gets at each step: whole numbers from 1 to 100, which rise. After the last step it gets all.
   *
   * @default [10, 25, 50]
   */
  readonly weights?: number[];
}

/**
 * How an `AbTest` or a `BlueGreenRelease` moves.
 */
export interface TrialProgression extends Progression {
  /**
   * How often the checks are made, one interval apart, before the new version gets all requests.
   *
   * @default 5
   */
  readonly rounds?: number;
}

const COMMON = {
  workload: instanceOf(Workload, "a Workload, such as `Workload.deployment('cart')`"),
  interval: optional(instanceOf(Duration, 'a Duration of cdk8s, such as `Duration.minutes(1)`')),
  checks: optional(listOf(instanceOf(ReleaseCheck, 'a ReleaseCheck, such as `ReleaseCheck.successRate({ atLeast: 99 })`'))),
  tolerance: optional(NUMBER),
  approval: optional(memberOf(ReleaseApproval, 'ReleaseApproval')),
  withoutRequests: optional(memberOf(WithoutRequests, 'WithoutRequests')),
} satisfies Shapes<Progression>;

export const CANARY_PROGRESSION = record<CanaryProgression>({ ...COMMON, weights: optional(listOf(NUMBER)) });
export const TRIAL_PROGRESSION = record<TrialProgression>({ ...COMMON, rounds: optional(NUMBER) });

/** What is said of how a release moves, except its course and its Services. */
export type Moves = Pick<ReleaseModel, 'workload' | 'interval' | 'checks' | 'tolerance' | 'approval' | 'withoutRequests'>;

type Common = Fields<Progression, 'workload' | 'interval' | 'checks' | 'tolerance' | 'approval' | 'withoutRequests'>;

export function movesOf(where: string, { workload, interval, checks, tolerance = 2, approval, withoutRequests }: Common): Every<Moves> {
  checkNotEmpty(where, 'checks', checks, 'Leave it out if the health of the pods is enough');
  checkWhole(where, 'tolerance', tolerance, 1, 'Give how many failed checks send a release back: `tolerance: 2`');
  return {
    workload: workload._toModel(),
    interval: secondsOf(where, interval),
    checks: checksOf(where, checks ?? []),
    tolerance,
    approval: APPROVALS[approval ?? ReleaseApproval.NONE],
    withoutRequests: ANSWERS[withoutRequests ?? WithoutRequests.FAIL],
  };
}

const APPROVALS: Readonly<Record<ReleaseApproval, Approval>> = { none: 'none', start: 'start', promotion: 'promotion' };

const ANSWERS: Readonly<Record<WithoutRequests, ReleaseModel['withoutRequests']>> = { fail: 'fail', pass: 'pass' };

function secondsOf(where: string, interval: Duration = Duration.minutes(1)): number {
  const seconds = interval.toSeconds({ integral: false });
  if (!(Number.isInteger(seconds) && seconds >= 10)) {
    throw misuse('MESH1012', where, `\`interval\` is ${seconds} seconds, and no controller takes a step within 10 seconds of another`,
      'Give whole seconds, at least 10: `Duration.seconds(30)`');
  }
  return seconds;
}

function checksOf(where: string, checks: readonly ReleaseCheck[]): ReleaseModel['checks'] {
  const models = checks.map(check => check._toModel());
  const names = models.map(nameOfCheck);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw misuse('MESH1316', where, `two of the checks are called '${twice}'`, 'Leave one of them out, or measure something else');
  }
  return models;
}

/** The percents of a canary. */
export function weightsOf(where: string, weights: readonly number[] = [10, 25, 50]): readonly number[] {
  checkNotEmpty(where, 'weights', weights, 'Leave it out for [10, 25, 50]');
  weights.forEach((weight, i) => {
    if (!(Number.isInteger(weight) && weight >= 1 && weight <= 100)) {
      throw misuse('MESH1315', where, `\`weights[${i}]\` is ${weight}, and controllers of releases know whole percents`, 'Give whole numbers from 1 to 100');
    }
    if (i > 0 && weight <= weights[i - 1]) {
      throw misuse('MESH1315', where, `\`weights[${i}]\` is ${weight}, after ${weights[i - 1]}`, 'Let the weights rise: [10, 25, 50]');
    }
  });
  return [...weights];
}

export function roundsOf(where: string, rounds: number = 5): number {
  checkWhole(where, 'rounds', rounds, 1, 'Give how often the checks are made: `rounds: 5`');
  return rounds;
}

function checkWhole(where: string, name: string, value: number, least: number, remedy: string): void {
  if (!(Number.isInteger(value) && value >= least && value <= 1000)) {
    throw misuse('MESH1011', where, `\`${name}\` is ${value}, and has to be a whole number from ${least} to 1000`, remedy);
  }
}
