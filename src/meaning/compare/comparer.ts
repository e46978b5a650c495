import { type Crowd, crowds, type Known } from './clients';
import { type Comparison, compareSides, type Conclusion, type Contrast, decisionKey, type Setting, type Side, undecidedKey } from './decisions';
import type { Difference, Kind, Target, Unsure } from './difference';
import { comparePassages, type Views } from './passages';
import type { FieldPlace } from '../../manifests/fields';
import type { Call, Request } from '../call';
import type { Atom } from '../condition';
import { type Decision, decide, isUndecided, type Verdict, valueOf } from '../decision';
import { atomsOf } from '../restrict';
import type { Gate, Passage, Traffic, Way } from '../world';

/** The call, and what of it is open. */
export type Calling = Omit<Setting, 'textAt'>;

/** How what is decided is told. */
interface Telling<T> {
  /** By which two values are the same. */
  readonly key: (value: T) => string;
  readonly kind: (contrast: Contrast<T>) => Kind;
  /** Absent for everyone who can be told apart. */
  readonly clients?: readonly Crowd[];
}

/** Compares what is said of calls, and keeps what differs. */
export class Comparer {
  public readonly differences: Difference[] = [];
  public readonly perhaps: Difference[] = [];
  public readonly unsure: Unsure[] = [];
  private readonly keys = new WeakMap<readonly Gate[], string>();

  public constructor(private readonly known: Known, private readonly textAt: (place: FieldPlace) => string) {}

  /** Everyone who can be told apart by some gates. */
  public crowdsAt(to: Target, gates: readonly Gate[], call: Omit<Call, 'client'>): readonly Crowd[] {
    return this.crowdsOf(to, gates.flatMap(({ decision }) => [...atomsOf(decision)]), call);
  }

  private crowdsOf(to: Target | undefined, atoms: readonly Atom[], call: Omit<Call, 'client'>): readonly Crowd[] {
    const { crowds: found, isWhole } = crowds(atoms, this.known, call);
    if (!isWhole) this.unsure.push({ ...(to !== undefined && { to }), why: 'there are too many conditions on clients to tell all clients apart' });
    return found;
  }

  /** Who gets through the gates of one side, and not through those of the other. */
  public passages(before: readonly Gate[], after: readonly Gate[], setting: Omit<Setting, 'textAt'>, views?: Views): Comparison<Passage> {
    return comparePassages(before, after, { ...setting, textAt: this.textAt }, views);
  }

  /** What is decided otherwise for some client. */
  public decisions<T extends Way | Traffic>(
    place: Target | ((contrast: Contrast<T>) => Target), call: Omit<Call, 'client'>, [old, now]: readonly [Decision<T>, Decision<T>], open: Omit<Setting, 'textAt' | 'call'>,
    { key, kind, clients }: Telling<T>,
  ): void {
    const keyOf = (decision: Decision<T>) => this.decisionKey(decision, key);
    if (keyOf(old) === keyOf(now)) return;
    const everyone = () => this.crowdsOf(typeof place === 'function' ? undefined : place, [...atomsOf(old), ...atomsOf(now)], call);
    for (const crowd of clients ?? everyone()) {
      const setting = { ...open, call: { ...call, client: crowd.clients[0] }, textAt: this.textAt };
      this.take(place, crowd, compareSides(deciding(old, key, setting), deciding(now, key, setting), setting), kind);
    }
  }

  public take<T extends Passage | Way | Traffic>(
    to: Target | ((contrast: Contrast<T>) => Target), crowd: Crowd, { contrasts, perhaps, unknown }: Comparison<T>,
    kind: (contrast: Contrast<T>) => Kind,
  ): void {
    const told = (contrast: Contrast<T>): Difference => (
      { kind: kind(contrast), to: typeof to === 'function' ? to(contrast) : to, crowd, contrast }
    );
    this.differences.push(...contrasts.map(told));
    this.perhaps.push(...perhaps.map(told));
    for (const why of unknown) this.unsure.push({ ...(typeof to !== 'function' && { to }), crowd, why });
  }

  /** Equal for gates that say the same, whoever says it. */
  public keyOf(gates: readonly Gate[]): string {
    const key = this.keys.get(gates) ?? gates.map(({ decision, layer }) => `${layer ?? ''} ${this.decisionKey(decision, value => value)}`).sort().join('\n');
    this.keys.set(gates, key);
    return key;
  }

  public atomKey(atom: Atom): string {
    return atom.type === 'unknown' ? `unknown ${atom.why} ${atom.about ?? this.textAt(atom.place)}` : JSON.stringify(atom);
  }

  private decisionKey<T>(decision: Decision<T>, key: (value: T) => string): string {
    return decisionKey(decision, atom => this.atomKey(atom),
      verdict => isUndecided(verdict.value) ? undecidedKey(verdict.value, [verdict], this.textAt) : key(verdict.value));
  }
}

export const ANY_REQUEST: Request = { method: 'GET', path: '/', headers: {}, query: {} };

export function kindOfPassage({ after }: Contrast<Passage>): Kind {
  return after.value === 'allowed' ? 'wider' : 'narrower';
}

/** Equal for contrasts that the same objects and fields say. */
export function wordsOf({ before, after }: Contrast<unknown>): string {
  const by = ({ key, by: verdicts }: Conclusion<unknown>) => [key, ...verdicts.map(({ source }) => source === undefined ? '' : `${source.place.file}:${source.place.line} ${source.place.path}`)];
  return JSON.stringify([by(before), by(after)]);
}

function deciding<T>(decision: Decision<T>, key: (value: T) => string, { call, textAt }: Pick<Setting, 'call' | 'textAt'>): Side<T> {
  return {
    decisions: [decision],
    conclude: ([left]) => {
      const decided = decide(left as Decision<T>, call);
      const value = valueOf(decided);
      const by = decided.verdicts.slice(0, 1) as Verdict<unknown>[];
      return { value, by, key: isUndecided(value) ? undecidedKey(value, decided.verdicts, textAt) : key(value) };
    },
  };
}
