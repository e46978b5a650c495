import type { Code } from './codes';

/**
 * Every error and warning of the library is worded here. A code says which it is; a sentence says what is wrong; the remedy
 * says what to write instead. The construct path stands in front: cdk8s puts it there for what a synth collects, `misuse` for
 * what throws.
 */
export interface Diagnostic {
  readonly code: Code;
  readonly sentence: string;
}

const DOCS = 'https://github.com/cdk8s-mesh/cdk8s-mesh/blob/main/docs';

/** The page with what each target can say. */
export const CAPABILITIES = `${DOCS}/capabilities.md`;

/** The page with a section for each code. */
export const ERRORS = `${DOCS}/errors.md`;

/** As it stands behind a construct path, with the address where more is said of it. */
export function coded({ code, sentence }: Diagnostic): string {
  return `${code}: ${sentence}${/[.?]$/.test(sentence) ? '' : '.'} See ${ERRORS}#${code.toLowerCase()}`;
}

/** Prints a warning, which is `coded`. */
export function warn(where: string, text: string): void {
  console.warn(`[${where}] warning ${text}`);
}
