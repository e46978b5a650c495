import type { Notices } from './notices';
import type { Refusals } from './refusals';
import type { Services } from './services';
import type { Verdicts } from './verdicts';
import type { SmiWorld } from '../../dialects/smi/read/world';
import type { MeshTarget } from '../../index';
import type { Node, Statement } from '../program';
import type { World } from '../world';

/** A construct of a chart, named as SMI names what it says. */
export interface Planned {
  readonly namespace: string;
  readonly name: string;
  /** The only target that it is for; absent where it is for all of them. */
  readonly target?: Node<MeshTarget>;
  /** Names of the Services that it is about; none, where it is about all of the namespace. */
  readonly services: readonly string[];
  /** The construct by its id, with all that it should say. */
  readonly statement: (id: string) => Statement;
  /** What every target takes of it, or a comment; undefined where it is not refused by itself, but beside others. */
  readonly reduced: (id: string, refused: string) => Statement | undefined;
  /** Is told why a target refuses it beside others. */
  readonly refused: (reason: string) => void;
  /** Whether another construct says the same of these pods, too: beside it, this one is not missed. */
  readonly isSaidTwice?: boolean;
  /** Is told what a target warns of. */
  readonly warned?: (warning: string) => void;
}

/** What a plan is made from, and where it says what becomes of documents. */
export interface Planning {
  readonly smi: SmiWorld;
  readonly beside: World;
  readonly services: Services;
  readonly refusals: Refusals;
  readonly verdicts: Verdicts;
  readonly notices: Notices;
}

/** Why something is left out, with where it stands. */
export function leftOut(documents: readonly { readonly place: { readonly file: string; readonly line: number } }[], reason: string): string {
  const places = documents.map(({ place }) => `${place.file}:${place.line}`);
  return places.length === 0 ? reason : `${places.join(', ')}: ${reason}`;
}
