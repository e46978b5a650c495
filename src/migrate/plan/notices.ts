import type { MeshTarget } from '../../index';
import type { FieldPlace } from '../../manifests/fields';
import type { Node } from '../program';

/**
 * What a plan says of something that is no document of SMI: what was assumed, what is left to do by hand, and what stood beside SMI and is
 * not carried over.
 */
export interface Notice {
  /** What is `open` lets in more than SMI did, until it is closed by hand. What is `lost` does so in targets that could close it. */
  readonly about: 'assumed' | 'byHand' | 'open' | 'lost' | 'notMigrated';
  /** A sentence without a full stop. */
  readonly message: string;
  readonly place?: FieldPlace;
  /** The only target that it is about. */
  readonly target?: Node<MeshTarget>;
}

/** Notices in the order in which they came, each once. */
export class Notices {
  private readonly given = new Map<string, Notice>();

  public give(about: Notice['about'], message: string, place?: FieldPlace, target?: Notice['target']): void {
    const notice = { about, message, ...place !== undefined && { place }, ...target !== undefined && { target } };
    this.given.set(JSON.stringify([about, message, place]), notice);
  }

  public get all(): readonly Notice[] {
    return [...this.given.values()];
  }
}

/** Names in a sentence. */
export function quoted(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ').replace(/, (?=[^,]*$)/, ' and ');
}
