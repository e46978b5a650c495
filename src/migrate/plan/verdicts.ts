import type { SmiDocument, SmiObject } from '../../dialects/smi/read/tree';

/** What became of a document, the worst first. */
export const VERDICTS = ['unreadable', 'notSaid', 'owned', 'narrower', 'noPart', 'inert', 'assumed', 'same'] as const;

/**
 * `same`: the program says it. `assumed`: it does, if what was assumed holds. `narrower`: less may pass. `notSaid`: the program does not say it.
 * `noPart`: SMI does not know it. `owned`: a controller writes it. `inert`: it said nothing to the mesh. `unreadable`: nobody knows what it says.
 */
export type Verdict = typeof VERDICTS[number];

export interface Judged {
  readonly document: SmiDocument;
  readonly verdict: Verdict;
  /** Why, in sentences without a full stop; the verdict is that of the worst. */
  readonly reasons: readonly string[];
}

/** Collects what becomes of documents. Each has one verdict in the end: the worst of those that were given. */
export class Verdicts {
  private readonly given = new Map<string, Map<Verdict, Set<string>>>();

  public constructor(private readonly namespaceOf: (object: SmiObject) => string | undefined) {}

  public give(object: SmiObject, verdict: Verdict, reason?: string): void {
    const key = this.keyOf(object);
    const verdicts = this.given.get(key) ?? new Map<Verdict, Set<string>>();
    const reasons = verdicts.get(verdict) ?? new Set();
    if (reason !== undefined) reasons.add(reason);
    this.given.set(key, verdicts.set(verdict, reasons));
  }

  /** The worst that was given; undefined where nobody spoke of it. */
  public of(object: SmiObject): Verdict | undefined {
    const verdicts = this.given.get(this.keyOf(object));
    return VERDICTS.find(one => verdicts?.has(one));
  }

  /** One for each document, in their order. What nobody spoke of said nothing to anybody. */
  public all(documents: readonly SmiDocument[]): Judged[] {
    return documents.map(document => {
      const verdicts = this.given.get(this.keyOf(document)) ?? new Map<Verdict, Set<string>>([['inert', new Set(['nothing in force refers to it'])]]);
      return { document, verdict: this.of(document) ?? 'inert', reasons: VERDICTS.flatMap(one => [...verdicts.get(one) ?? []]) };
    });
  }

  private keyOf(object: SmiObject): string {
    return `${object.kind ?? ''} ${this.namespaceOf(object) ?? ''}/${object.name}`;
  }
}
