import type { Comparison, Contrast } from './decisions';
import { dimensionOf } from './dimensions';
import type { Half } from './half';
import type { PodClient } from './imagined';
import type { Client } from '../call';
import { type Atom, isTrue } from '../condition';
import { gatesOut } from '../leaving';
import { atomsOf } from '../restrict';
import type { Gate, Outside, Passage, PodPort } from '../world';

/** A client as it was, and as it is. */
export type Pair = readonly [was: PodClient, is: PodClient];

/** What calls from some clients meet where they leave for something. */
export interface Leaving {
  readonly old: readonly Gate[];
  readonly now: readonly Gate[];
}

/**
 * Who leaves alike: calls from such clients meet the same gates, so that what leaves them is asked once for all of them. Only what is true of the
 * clients themselves may still tell them apart.
 */
export class Leavers {
  private readonly classes = new Map<Pair, string>();
  private readonly numbers = new Map<Client, number>();

  public constructor(private readonly before: Half, private readonly after: Half) {}

  /** Equal for clients who leave alike on both sides. */
  public classOf(pair: Pair): string {
    const known = this.classes.get(pair) ?? `${this.inHalf(this.before, pair[0])}\n\n${this.inHalf(this.after, pair[1])}`;
    this.classes.set(pair, known);
    return known;
  }

  public leaving([was, is]: Pair, to: { readonly was: PodPort | Outside; readonly is: PodPort | Outside }): Leaving {
    return { old: gatesOut(this.before.readings, was, to.was), now: gatesOut(this.after.readings, is, to.is) };
  }

  private inHalf({ readings }: Half, client: PodClient): string {
    return readings.map(({ reading }) => {
      const own = reading.leaving === undefined ? '' : reading.leavesAs?.(client) ?? this.itself(client);
      const past = reading.leavesPast?.(client);
      return past === undefined ? own : `${own} past ${JSON.stringify(past)}`;
    }).join('\n');
  }

  private itself(client: PodClient): string {
    const known = this.numbers.get(client) ?? this.numbers.size;
    this.numbers.set(client, known);
    return String(known);
  }
}

/** What is asked of clients about something, once for all who leave alike. */
export class OncePerLeavers<Of extends object, Answer extends object | boolean> {
  private readonly known = new WeakMap<Of, Map<string, Answer>>();

  public constructor(private readonly leavers: Leavers, private readonly ask: (pair: Pair, of: Of) => Answer) {}

  public of(pair: Pair, one: Of): Answer {
    const key = this.leavers.classOf(pair);
    const answers = this.known.get(one) ?? new Map<string, Answer>();
    const answer = answers.get(key) ?? this.ask(pair, one);
    this.known.set(one, answers.set(key, answer));
    return answer;
  }
}

/** Who gets through some gates, once for all clients of whom the same is true. */
export class PassagesOnce {
  private readonly atoms: readonly Atom[];
  private readonly known = new Map<string, Comparison<Passage>>();

  public constructor(gates: readonly Gate[]) {
    this.atoms = [...new Set(gates.flatMap(({ decision }) => [...atomsOf(decision)]))].filter(atom => dimensionOf(atom, ANY_POD) === undefined);
  }

  public of(pair: Pair, compare: () => Comparison<Passage>): Comparison<Passage> {
    const key = pair.flatMap(client => this.atoms.map(atom => isTrue(atom, { client, pod: client, port: 0, protocol: 'TCP' }))).join();
    const known = this.known.get(key) ?? compare();
    this.known.set(key, known);
    return { ...known, contrasts: known.contrasts.map(one => as(one, pair[1])), perhaps: known.perhaps.map(one => as(one, pair[1])) };
  }
}

/** The same of another client. A call to the outside is a call of the client itself. */
function as({ call, ...contrast }: Contrast<Passage>, client: PodClient): Contrast<Passage> {
  return { ...contrast, call: { ...call, client, ...(call.outside !== undefined && { pod: client }) } };
}

const ANY_POD: Client = { kind: 'pod', namespace: '' };
