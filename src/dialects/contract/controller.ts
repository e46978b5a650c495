import type { DialectOf } from './dialect';
import type { TargetDialects } from './target-dialects';

/** A controller that moves releases: a dialect around those of a target, so that what it owns is not rendered. */
export interface Controller<Options, Title extends string = string> {
  /** Its name in tables and in sentences. */
  readonly title: Title;
  /** The expression that chooses it. */
  readonly code: string;
  /** The least options that it takes. */
  readonly least: Options;
  readonly release: (target: TargetDialects, options: Options) => DialectOf<'release'>;
}
