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
  readonly documents: readonly Said[];
}

/** A document of SMI, and where it stands. */
export interface Said {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
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

  /** More passes where `isWider`; otherwise the report has to say so of one of these documents. */
  public differ(of: 'access' | 'splits', isWider: boolean, behind: readonly SmiDocument[], witness: Omit<Witness, 'comparison' | 'documents'>): void {
    const isSaid = behind.some(document => SAYS_LESS[this.verdictOf.get(document) ?? 'same']);
    const comparison = isWider ? 'wider' : isSaid ? 'said' : 'unsaid';
    this.count(of, comparison);
    const documents = behind.map(({ kind = 'object', name, namespace, place: { file, line } }) => ({ kind, namespace, name, file, line }));
    const key = JSON.stringify([of, comparison, documents]);
    if (!this.found.has(key)) this.found.set(key, { comparison, ...witness, documents });
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
