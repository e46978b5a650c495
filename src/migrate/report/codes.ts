import type { Code } from '../../errors/codes';
import { fieldsOf } from '../../model/fields';
import type { Cause, Untold, Verdict } from '../plan';

/** The words of verdicts. */
export const WORDS: { readonly [V in Verdict]: Word } = {
  same: 'same',
  assumed: 'assumed',
  narrower: 'narrower',
  notSaid: 'not said',
  noPart: 'no part of it',
  owned: 'owned',
  inert: 'inert',
  unreadable: 'unreadable',
};

export type Word = 'same' | 'assumed' | 'narrower' | 'not said' | 'no part of it' | 'owned' | 'inert' | 'unreadable';

/** Whether less than before is said of what has a verdict, so that someone has to look at it. */
export const IS_LOST: { readonly [W in Word]: boolean } = {
  'unreadable': true,
  'not said': true,
  'owned': true,
  'narrower': true,
  'no part of it': false,
  'inert': false,
  'assumed': false,
  'same': false,
};

/** The words, the worst first. */
export const ORDER = fieldsOf(IS_LOST);

/** The codes of reasons, by what they come from. */
function codes(by: Readonly<Record<Exclude<Cause, Untold> | 'untold', Code>>): Readonly<Record<Cause, Code>> {
  const { untold } = by;
  return { ...by, untoldEnforcement: untold, untoldProtocol: untold, untoldPorts: untold, untoldPods: untold };
}

const same = (code: Code) => codes({ refused: code, untold: code, meaning: code, another: code });

/** What reasons are called, by the verdict that they lead to and by what they come from. */
export const REASONS: { readonly [V in Exclude<Verdict, 'same'>]: Readonly<Record<Cause, Code>> } = {
  assumed: same('MESH7101'),
  narrower: codes({ refused: 'MESH7201', untold: 'MESH7202', meaning: 'MESH7203', another: 'MESH7203' }),
  notSaid: codes({ refused: 'MESH7301', untold: 'MESH7302', meaning: 'MESH7303', another: 'MESH7304' }),
  noPart: same('MESH7401'),
  owned: same('MESH7501'),
  inert: same('MESH7601'),
  unreadable: same('MESH7701'),
};

/** What to do about each, except those of which the message or the document says it. */
export const FIXES: { readonly [C in Code]?: string } = {
  MESH7201: 'Use a target that can express it, or write it in the program in words that this one has',
  MESH7203: 'Write what is meant in the program',
  MESH7301: 'Use a target that can express it, or write it in the program in words that this one has',
  MESH7303: 'Write what is meant in the program',
  MESH7701: 'Correct the document, or give its namespace with `--namespace`',
};

/** What a document says that an option might state. */
export interface Stating {
  readonly kind?: string;
  readonly root?: { readonly name: string };
  readonly destination?: { readonly name: string };
}

/** What states what no manifest tells. */
export const STATED: { readonly [What in Untold]: (document: Stating) => string | undefined } = {
  untoldEnforcement: () => 'Say `--enforced yes`, or `--enforced no`',
  untoldProtocol: () => 'Give the port an `appProtocol`',
  untoldPorts: document => document.kind === 'TrafficSplit' && document.root !== undefined ? `\`--port ${document.root.name}=80\` would state it` : undefined,
  untoldPods: document => document.kind === 'TrafficTarget' && document.destination !== undefined
    ? `\`--pods ${document.destination.name}=LABEL=VALUE\` and \`--port SERVICE=80\` would state them` : undefined,
  untold: () => undefined,
};

export function isUntold(cause: Cause): cause is Untold {
  return Object.hasOwn(STATED, cause);
}
