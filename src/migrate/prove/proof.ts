import type { SmiDocument } from '../../dialects/smi/read/tree';
import { Unknown } from '../../evaluators/unknown';
import type { Verdict } from '../plan';
import type { TargetName } from '../targets';

/**
 * How decisions compare. `equal`: they are the same. `said`: less passes, or it goes elsewhere, and the report says so of a document behind it.
 * `unsaid`: the report says nothing of it. `wider`: more passes. `unknown`: one of the two sides does not tell.
 */
export type Comparison = 'equal' | 'said' | 'unsaid' | 'wider' | 'unknown';

export type Tally = { readonly [C in Comparison]: number };

/** A request whose decisions differ. */
export interface Witness {
  readonly comparison: 'said' | 'unsaid' | 'wider';
  /** The request, in words. */
  readonly request: string;
  readonly before: string;
  readonly after: string;
  /** What SMI says of it. */
  readonly documents: readonly SmiDocument[];
}

/** What became of requests before and after a migration to one target. */
export interface Proof {
  readonly target: TargetName;
  readonly seed: number;
  /** Who may do what; absent where the target has no policies. */
  readonly access?: Tally;
  /** Where requests go. */
  readonly splits: Tally;
  /** The worst first; one for each way in which documents differ. */
  readonly witnesses: readonly Witness[];
  /** Why it is not known what becomes of some requests, and of how many. */
  readonly unknown: readonly (readonly [why: string, requests: number])[];
}

/** Collects what is compared. */
export class Comparisons {
  public readonly access: Record<Comparison, number> = nothing();
  public readonly splits: Record<Comparison, number> = nothing();
  private readonly found = new Map<string, Witness>();
  private readonly doubts = new Map<string, number>();

  public constructor(private readonly verdictOf: ReadonlyMap<SmiDocument, Verdict>) {}

  public count(of: 'access' | 'splits', comparison: Comparison): void {
    this[of][comparison]++;
  }

  public differ(of: 'access' | 'splits', witness: Witness): void {
    this.count(of, witness.comparison);
    const key = [of, witness.comparison, ...witness.documents.map(({ kind, name, namespace }) => `${kind} ${namespace}/${name}`)].join();
    if (!this.found.has(key)) this.found.set(key, witness);
  }

  /** What a judge says; undefined where it does not know, which is counted. */
  public asked<T>(of: 'access' | 'splits', judge: () => T): T | undefined {
    try {
      return judge();
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      this.count(of, 'unknown');
      this.doubts.set(error.message, (this.doubts.get(error.message) ?? 0) + 1);
      return undefined;
    }
  }

  /** Whether the report says of one of some documents that it does not say the same. */
  public isSaid(documents: readonly SmiDocument[]): boolean {
    return documents.some(document => SAYS_LESS[this.verdictOf.get(document) ?? 'same']);
  }

  public witnesses(): Witness[] {
    return [...this.found.values()].sort((a, b) => ORDER.indexOf(a.comparison) - ORDER.indexOf(b.comparison));
  }

  public unknown(): [string, number][] {
    return [...this.doubts].sort(([, a], [, b]) => b - a);
  }
}

const ORDER = ['wider', 'unsaid', 'said'];

const SAYS_LESS: { readonly [V in Verdict]: boolean } = {
  unreadable: true, notSaid: true, owned: true, narrower: true, noPart: false, inert: false, assumed: false, same: false,
};

function nothing(): Record<Comparison, number> {
  return { equal: 0, said: 0, unsaid: 0, wider: 0, unknown: 0 };
}
