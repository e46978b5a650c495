import type { StringCondition } from './match';

/** Who sends a request, as a token says that an issuer has signed: alternatives are several of these. */
export interface EndUser {
  readonly issuer: string;
  /** All of them hold; sorted by path. */
  readonly claims: readonly ClaimCondition[];
}

/** A condition on a text of the token, or on one of a list of texts. */
export interface ClaimCondition {
  /** The name of the claim, then those of claims within. */
  readonly path: readonly string[];
  /** Any of these; never empty. None is an expression; `present` is any text but the empty one. */
  readonly values: readonly StringCondition[];
}

/** Whether a claim is the subject, which is one text in every token; others may be lists. */
export function isSubject(path: readonly string[]): boolean {
  return path.length === 1 && path[0] === 'sub';
}
