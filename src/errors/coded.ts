import type { Code } from './codes';
import { spelledIn } from './spelling';

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

/** The page that leads to what each target can express. */
export const TARGETS = `${DOCS}/targets.md`;

/** The page with a section for each code. */
export const ERRORS = `${DOCS}/errors.md`;

/**
 * The text behind a construct path: code, sentence, remedy, the names in it as the language of the program spells them, and the address of the
 * section in docs/errors.md.
 */
export function coded({ code, sentence }: Diagnostic): string {
  return `${code}: ${sentence}${/[.?]$/.test(sentence) ? '' : '.'}${spelledIn(process.env.JSII_AGENT, sentence)} See ${ERRORS}#${code.toLowerCase()}`;
}

/** Who is told of warnings, and what errors say. */
export interface Audience {
  readonly warn: (where: string, text: string) => void;
  /** Whether errors of one target say which others can express what it refuses. To find that out takes ten times as long as the target itself. */
  readonly asksOthers: boolean;
}

let audience: Audience = { warn: (where, text) => console.warn(`[${where}] warning ${text}`), asksOthers: true };

/** Tells of a warning, which is `coded`. */
export function warn(where: string, text: string): void {
  audience.warn(where, text);
}

/** Whether it is of interest what other targets can express. */
export function asksOthers(): boolean {
  return audience.asksOthers;
}

/** Runs something whose warnings go to another listener. */
export function told<T>(other: Audience, run: () => T): T {
  const before = audience;
  audience = other;
  try {
    return run();
  } finally {
    audience = before;
  }
}
