/**
 * What happens if a manifest is found wrong at synth. Each object that this library renders is checked against the schema of its
 * CRD and the CEL rules in it, as an API server would; and all objects of the app, against each other.
 */
export enum Validation {
  /** What an API server would reject is an error; what does not fit together is a warning. */
  ERROR = 'error',

  /** What does not fit together is an error as well: backends that do not exist, selectors that match no pod, and the like. */
  STRICT = 'strict',

  /** All is a warning. */
  WARN = 'warn',

  /** Nothing is checked. */
  OFF = 'off',
}
