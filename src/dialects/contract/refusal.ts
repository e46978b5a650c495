
/** Something in a model that a dialect cannot express. */
export interface Refusal<Feature> {
  /** The feature that is refused. Absent if the model as a whole exceeds a limit, for example of the API: no option waives that. */
  readonly feature?: Feature;
  /** What cannot be expressed, if that is not a whole feature. */
  readonly what?: string;
  /** The port, and the rule on it; both absent if it is the model as a whole. */
  readonly port?: number;
  readonly ruleIndex?: number;
  readonly reason: string;
  /** What to write instead. */
  readonly remedy?: string;
}
