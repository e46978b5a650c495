import type { FieldPlace } from '../../manifests/fields';

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
}

/** Notices in the order in which they came, each once. */
export class Notices {
  private readonly given = new Map<string, Notice>();

  public give(about: Notice['about'], message: string, place?: FieldPlace): void {
    this.given.set(JSON.stringify([about, message, place]), { about, message, ...place !== undefined && { place } });
  }

  public get all(): readonly Notice[] {
    return [...this.given.values()];
  }
}

/** Names in a sentence. */
export function quoted(names: readonly string[]): string {
  return names.map(name => `'${name}'`).join(', ').replace(/, (?=[^,]*$)/, ' and ');
}
