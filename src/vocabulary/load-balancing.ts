import type { Duration } from 'cdk8s';
import { checkCookieName, checkHeaderName, checkQueryName } from './request-match';
import { checkWhole, DURATION, millis, optional } from './timeouts-and-retries';
import type { FactoryKey } from '../input/factory';
import { BY_FACTORY, checkFactory } from '../input/factory';
import { instanceOf, NUMBER, optional as maybe, record, TEXT } from '../input/shape';
import type * as model from '../model/load-balancing';

/**
 * What of a request, or of its connection, is hashed. Requests that do not have it go to any pod.
 */
export class HashKey {
  /** The value of a header. */
  public static header(name: string): HashKey {
    TEXT('HashKey.header', 'name', name);
    return new HashKey(BY_FACTORY, { kind: 'header', name: checkHeaderName('HashKey.header', name) });
  }

  /** The value of a cookie that the application sets. Where the proxy should set one, use `stickiness`. */
  public static cookie(name: string): HashKey {
    TEXT('HashKey.cookie', 'name', name);
    return new HashKey(BY_FACTORY, { kind: 'cookie', name: checkCookieName('HashKey.cookie', name) });
  }

  /** The value of a query parameter. */
  public static queryParameter(name: string): HashKey {
    TEXT('HashKey.queryParameter', 'name', name);
    return new HashKey(BY_FACTORY, { kind: 'queryParameter', name: checkQueryName('HashKey.queryParameter', name) });
  }

  /** The address from which the connection comes, which is that of the pod of the client. */
  public static sourceAddress(): HashKey {
    return new HashKey(BY_FACTORY, { kind: 'sourceAddress' });
  }

  private constructor(key: FactoryKey, private readonly hashed: model.HashKey) {
    checkFactory(key, HashKey);
  }

  /** @internal */
  public _toModel(): model.HashKey {
    return this.hashed;
  }
}

const KEY = instanceOf(HashKey, "a HashKey, such as `HashKey.header('x-user')`");

/**
 * Options of `LoadBalancing.roundRobin`.
 */
export interface RoundRobinOptions {
  /**
   * How long a new pod gets fewer requests than the others.
   *
   * @default - it gets as many at once
   */
  readonly warmUp?: Duration;
}

/**
 * Options of `LoadBalancing.leastRequest`.
 */
export interface LeastRequestOptions extends RoundRobinOptions {
  /**
   * How many pods are drawn and compared: at least 2.
   *
   * @default - the default of the implementation, mostly 2
   */
  readonly choices?: number;
}

/**
 * Options of `LoadBalancing.ringHash`.
 */
export interface RingHashOptions {
  /**
   * Entries in the ring, at least: 1 to 8,000,000. The more there are, the more evenly requests are spread.
   *
   * @default - the default of the implementation, mostly 1024
   */
  readonly minimumRingSize?: number;
}

const ROUND_ROBIN = maybe(record<RoundRobinOptions>({ warmUp: maybe(DURATION) }));
const LEAST_REQUEST = maybe(record<LeastRequestOptions>({ warmUp: maybe(DURATION), choices: maybe(NUMBER) }));
const RING_HASH = maybe(record<RingHashOptions>({ minimumRingSize: maybe(NUMBER) }));

/**
 * How a client picks the pod that gets a request. Where requests are split, the backend is drawn first, and then one of its pods is picked.
 *
 * @see https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs/constructs/load-balancing.md#what-each-target-renders
 */
export class LoadBalancing {
  /** One pod after the other. */
  public static roundRobin(options: RoundRobinOptions = {}): LoadBalancing {
    ROUND_ROBIN('LoadBalancing.roundRobin', 'options', options);
    return new LoadBalancing(BY_FACTORY, { kind: 'roundRobin', ...warmUpOf('LoadBalancing.roundRobin', options) });
  }

  /** Of some pods that are drawn, the one with the fewest requests under way. */
  public static leastRequest(options: LeastRequestOptions = {}): LoadBalancing {
    const where = 'LoadBalancing.leastRequest';
    LEAST_REQUEST(where, 'options', options);
    const { choices } = options;
    if (choices !== undefined) {
      checkWhole(where, 'choices', choices, 2, 2147483647);
    }
    return new LoadBalancing(BY_FACTORY, { kind: 'leastRequest', ...optional('choices', choices), ...warmUpOf(where, options) });
  }

  /** Any pod. */
  public static random(): LoadBalancing {
    return new LoadBalancing(BY_FACTORY, { kind: 'random' });
  }

  /**
   * Requests with the same key go to the same pod, by a ring of hashes. Most keep their pod when pods come or go.
   *
   * @param key What is hashed.
   */
  public static ringHash(key: HashKey, options: RingHashOptions = {}): LoadBalancing {
    const where = 'LoadBalancing.ringHash';
    KEY(where, 'key', key);
    RING_HASH(where, 'options', options);
    const { minimumRingSize } = options;
    if (minimumRingSize !== undefined) {
      checkWhole(where, 'minimumRingSize', minimumRingSize, 1, 8_000_000);
    }
    return new LoadBalancing(BY_FACTORY, { kind: 'ringHash', key: key._toModel(), ...optional('minimumRingSize', minimumRingSize) });
  }

  /**
   * Requests with the same key go to the same pod, by a table of Maglev. It is spread more evenly than a ring, and more keys move when pods come or go.
   *
   * @param key What is hashed.
   */
  public static maglev(key: HashKey): LoadBalancing {
    KEY('LoadBalancing.maglev', 'key', key);
    return new LoadBalancing(BY_FACTORY, { kind: 'maglev', key: key._toModel() });
  }

  private constructor(key: FactoryKey, private readonly balancing: model.LoadBalancing) {
    checkFactory(key, LoadBalancing);
  }

  /** @internal */
  public _toModel(): model.LoadBalancing {
    return this.balancing;
  }
}

function warmUpOf(where: string, { warmUp }: RoundRobinOptions): { readonly warmUp?: number } {
  return optional('warmUp', millis(where, warmUp, 1));
}
