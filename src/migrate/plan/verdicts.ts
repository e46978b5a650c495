import type { SmiDocument } from '../../dialects/smi/read/tree';

/** What became of a document, the worst first. */
export const VERDICTS = ['unreadable', 'notSaid', 'owned', 'narrower', 'noPart', 'inert', 'assumed', 'same'] as const;

/**
 * `same`: the program says it. `assumed`: it does, if what was assumed holds. `narrower`: less may pass. `notSaid`: the program does not say it.
 * `noPart`: SMI does not know it. `owned`: a controller writes it. `inert`: it said nothing to the mesh. `unreadable`: nobody knows what it says.
 */
export type Verdict = typeof VERDICTS[number];

/** What a reason comes from: a target that refuses, something that the manifests do not tell, what SMI meant, or what becomes of another document. */
export type Cause = 'refused' | Untold | 'meaning' | 'another';

/** What the manifests do not tell: whether policies were enforced, what a port speaks, ports, pods with their ports; or what no option states. */
export type Untold = 'untoldEnforcement' | 'untoldProtocol' | 'untoldPorts' | 'untoldPods' | 'untold';

export interface Reason {
  readonly verdict: Verdict;
  readonly cause: Cause;
  /** A sentence without a full stop. */
  readonly message: string;
}

/** What tells a document from others. */
export interface Headed {
  /** Absent where it is not known. */
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface Judged<Document = SmiDocument> {
  readonly document: Document;
  readonly verdict: Verdict;
  /** Why, the worst first. */
  readonly reasons: readonly Reason[];
}

const UNUSED: Reason = { verdict: 'inert', cause: 'meaning', message: 'nothing in force refers to it' };

/** Why nothing says something. */
export interface Unsaid {
  readonly unsaid: string;
  readonly cause?: Cause;
}

/** Collects what becomes of documents. Each has one verdict in the end: the worst of those that were given. */
export class Verdicts {
  private readonly given = new Map<string, Map<Verdict, Map<string, Reason>>>();

  public constructor(private readonly namespaceOf: (object: Headed) => string | undefined) {}

  public give(object: Headed, verdict: Verdict, message?: string, cause: Cause = 'meaning'): void {
    const key = this.keyOf(object);
    const verdicts = this.given.get(key) ?? new Map<Verdict, Map<string, Reason>>();
    const reasons = verdicts.get(verdict) ?? new Map<string, Reason>();
    if (message !== undefined && !reasons.has(message)) reasons.set(message, { verdict, cause, message });
    this.given.set(key, verdicts.set(verdict, reasons));
  }

  /** The worst that was given; undefined where nobody spoke of it. */
  public of(object: Headed): Verdict | undefined {
    const verdicts = this.given.get(this.keyOf(object));
    return VERDICTS.find(one => verdicts?.has(one));
  }

  /** One for each document, in their order. What nobody spoke of said nothing to anybody. */
  public all<Document extends Headed>(documents: readonly Document[]): Judged<Document>[] {
    return documents.map(document => {
      const verdict = this.of(document);
      if (verdict === undefined) return { document, verdict: 'inert', reasons: [UNUSED] };
      const given = this.given.get(this.keyOf(document));
      return { document, verdict, reasons: once(VERDICTS.flatMap(one => [...given?.get(one)?.values() ?? []])) };
    });
  }

  private keyOf(object: Headed): string {
    return `${object.kind ?? ''} ${this.namespaceOf(object) ?? ''}/${object.name}`;
  }
}

/** What becomes of another document because of this one is no news where the reason of this one is said before. */
function once(reasons: readonly Reason[]): Reason[] {
  const own = reasons.findIndex(({ verdict, cause }) => cause !== 'another' && (verdict === 'unreadable' || verdict === 'notSaid'));
  return reasons.filter(({ cause }) => own < 0 || cause !== 'another');
}
