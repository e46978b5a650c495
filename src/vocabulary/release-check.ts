import { Duration } from 'cdk8s';
import { checkObjectName } from './names';
import { misuse } from '../errors/misuse';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, NUMBER, optional, record, TEXT } from '../input/shape';
import type * as model from '../model/release';

/**
 * Options of `ReleaseCheck.successRate`.
 */
export interface SuccessRateOptions {
  /**
   * Percent of the requests to the new version that have to succeed, from 0 to 100: an answer of 5xx, or the gRPC statuses that say that
   * the server failed, is no success.
   */
  readonly atLeast: number;

  /**
   * Over which time.
   *
   * @default - the interval of the release
   */
  readonly window?: Duration;
}

/**
 * Options of `ReleaseCheck.latency`.
 */
export interface LatencyOptions {
  /**
   * Which part of the requests has to be answered in time, above 0 and below 1.
   *
   * @default 0.99
   */
  readonly quantile?: number;

  /**
   * How long they may take, in whole milliseconds.
   */
  readonly atMost: Duration;

  /**
   * Over which time.
   *
   * @default - the interval of the release
   */
  readonly window?: Duration;
}

/**
 * Options of `ReleaseCheck.promql`: `atLeast`, `atMost` or both.
 */
export interface PromqlOptions {
  /**
   * A query with one value, such as one that begins with `sum(…)`. It is asked as it is: name the Service or the pods of the new version in it.
   */
  readonly query: string;

  /**
   * The least value that is good.
   *
   * @default - none
   */
  readonly atLeast?: number;

  /**
   * The greatest value that is good.
   *
   * @default - none
   */
  readonly atMost?: number;
}

const DURATION = optional(instanceOf(Duration, 'a Duration of cdk8s, such as `Duration.minutes(1)`'));
const SUCCESS_RATE = record<SuccessRateOptions>({ atLeast: NUMBER, window: DURATION });
const LATENCY = record<LatencyOptions>({ quantile: optional(NUMBER), atMost: instanceOf(Duration, 'a Duration of cdk8s, such as `Duration.millis(500)`'), window: DURATION });
const PROMQL = record<PromqlOptions>({ query: TEXT, atLeast: optional(NUMBER), atMost: optional(NUMBER) });

/**
 * What has to hold of the new version at each step of a release: a value that Prometheus has.
 */
export class ReleaseCheck {
  /**
   * So many of its requests succeed, as the mesh counts them.
   *
   * @param options How many.
   */
  public static successRate(options: SuccessRateOptions): ReleaseCheck {
    const where = 'ReleaseCheck.successRate';
    SUCCESS_RATE(where, 'options', options);
    const { atLeast, window } = options;
    if (!(atLeast >= 0 && atLeast <= 100)) {
      throw misuse('MESH1011', where, `\`atLeast\` is ${atLeast}`, 'Give the percent of requests, from 0 to 100: `atLeast: 99`');
    }
    return new ReleaseCheck(BY_FACTORY, { kind: 'successRate', atLeast, ...windowOf(where, window) });
  }

  /**
   * Its requests are answered in time, as the mesh measures it.
   *
   * @param options In which time.
   */
  public static latency(options: LatencyOptions): ReleaseCheck {
    const where = 'ReleaseCheck.latency';
    LATENCY(where, 'options', options);
    const { quantile = 0.99, atMost, window } = options;
    if (!(quantile > 0 && quantile < 1)) {
      throw misuse('MESH1011', where, `\`quantile\` is ${quantile}`, 'Give the part of the requests, above 0 and below 1: `quantile: 0.99`');
    }
    const millis = atMost.toMilliseconds({ integral: false });
    if (!Number.isInteger(millis) || millis < 1) {
      throw misuse('MESH1012', where, `\`atMost\` is ${millis} milliseconds`, 'Give at least one millisecond, and whole ones: `Duration.millis(500)`');
    }
    return new ReleaseCheck(BY_FACTORY, { kind: 'latency', quantile, atMost: millis, ...windowOf(where, window) });
  }

  /**
   * A query of your own has a good value.
   *
   * @param name Its name: lower case letters, digits and dashes.
   * @param options The query, and which values are good.
   */
  public static promql(name: string, options: PromqlOptions): ReleaseCheck {
    const where = 'ReleaseCheck.promql';
    checkObjectName(where, 'name of a check', name);
    PROMQL(where, 'options', options);
    const { query, atLeast, atMost } = options;
    if (query.trim() === '') {
      throw misuse('MESH1401', where, 'the query is empty', 'Write a query with one value, such as `sum(rate(errors_total{service="cart-canary"}[1m]))`');
    }
    if (query.includes('{{')) {
      throw misuse('MESH1319', where, 'the query has `{{`, which controllers of releases read as a placeholder of their own', 'Write out what it stands for');
    }
    if (atLeast === undefined && atMost === undefined) {
      throw misuse('MESH1401', where, 'every value is good', 'Give `atLeast`, `atMost` or both');
    }
    for (const [bound, value] of Object.entries({ atLeast, atMost })) {
      if (value !== undefined && !Number.isFinite(value)) throw misuse('MESH1011', where, `\`${bound}\` is ${value}`, 'Give a number');
    }
    if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
      throw misuse('MESH1011', where, `no value is at least ${atLeast} and at most ${atMost}`, 'Let `atLeast` be at most `atMost`');
    }
    return new ReleaseCheck(BY_FACTORY, { kind: 'promql', name, query, ...(atLeast !== undefined && { atLeast }), ...(atMost !== undefined && { atMost }) });
  }

  private constructor(key: FactoryKey, private readonly check: model.ReleaseCheck) {
    checkFactory(key, ReleaseCheck);
  }

  /** @internal */
  public _toModel(): model.ReleaseCheck {
    return this.check;
  }
}

function windowOf(where: string, window: Duration | undefined): { readonly window?: number } {
  if (window === undefined) return {};
  const seconds = window.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < 1) {
    throw misuse('MESH1012', where, `\`window\` is ${seconds} seconds`, 'Give whole seconds, at least one');
  }
  return { window: seconds };
}
