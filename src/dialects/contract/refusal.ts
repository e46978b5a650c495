
/** Something in a model that a dialect cannot express. */
export type Refusal<Feature> = Refused<Feature> & Reason & Place;

/** The same of one rule, which is named later. */
export type RuleRefusal<Feature> = Refused<Feature> & Reason;

type Refused<Feature> =
  /** A whole feature. */
  | { readonly feature: Feature; readonly what?: undefined }
  /**
   * Something else, in these words. It has no feature if the model as a whole exceeds a limit, for example of the API: no option waives
   * that.
   */
  | { readonly feature?: Feature; readonly what: string };

interface Reason {
  readonly reason: string;
  /** What to write instead. */
  readonly remedy?: string;
}

/** The port, and the rule on it; both absent if it is the model as a whole. */
interface Place {
  readonly port?: number;
  readonly ruleIndex?: number;
}
