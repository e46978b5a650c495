import { isMoved } from './moved-release';
import { RouteIntent } from './route-intent';
import { TEXT } from '../input/shape';
import { flatMap } from '../model/lists';
import type { MovingField } from '../model/moving-field';

/**
 * A route from one version of a Service to another.
 *
 * @internal
 */
export abstract class ReleaseIntent extends RouteIntent {
  /**
   * The fields of objects in Git that the controllers of the targets write, so that GitOps leaves them alone: `GitOps` writes them for
   * Argo CD and Flux.
   *
   * Empty where commits move the release.
   *
   * @param targetId The id of one target, such as 'gateway-api'. If left out, those of all targets.
   */
  public movingFields(targetId?: string): MovingField[] {
    if (targetId !== undefined) TEXT(this._path, 'targetId', targetId);
    const release = this._release;
    return release === undefined ? [] : flatMap(this._targets.targets, target => isMoved(target) && (targetId === undefined || target.id === targetId)
      ? [...target._dialects.release.moves?.(release) ?? [], ...this._exposed.get(target.id) ?? []] : []);
  }
}
