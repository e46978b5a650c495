import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { checkBelow } from './checks';
import { checkFactory } from '../input/factory';
import { instanceOf } from '../input/shape';

const SCOPE = instanceOf(Construct, 'an app, a chart, or any construct');

/**
 * Manifests that are not made by constructs of this library.
 */
export class Manifests {
  /**
   * Has the ApiObjects below a scope checked at synth as the library checks its own: against the schemas of their CRDs, and
   * the CEL rules in them. Objects are checked as they are when the app is synthesized, with all patches; those of kinds
   * that the library does not know are left alone. `MeshTargets.of(scope).validation(…)` says how strictly.
   *
   * @param scope An app, a chart, or any construct.
   */
  public static validate(scope: IConstruct): void {
    SCOPE('Manifests.validate', 'scope', scope);
    checkBelow(scope);
  }

  private constructor() {
    checkFactory(undefined, Manifests);
  }
}
