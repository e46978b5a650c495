import { podsOf } from './known-pods';
import { misuse } from '../errors/misuse';
import type { Every, Fields } from '../model/fields';
import type { Course, ReleaseModel, Version } from '../model/release';
import type { RouteModel } from '../model/route';
import type { MeshTarget } from '../targets/mesh-target';
import type { MeshService } from '../vocabulary/mesh-service';
import type { Moves, Progression, TrialProgression } from '../vocabulary/progression';
import { movesOf, roundsOf } from '../vocabulary/progression';

/** How a release moves, before its route is known. */
export interface ReleaseDefinition extends Moves {
  /** The weight that is written, for commits to change. */
  readonly weight?: number;
  readonly course: Course;
  readonly stable: MeshService;
  readonly canary: MeshService;
}

/** How a release moves that keeps its course for some rounds of checks. */
export function trialOf(
  path: string, progression: TrialProgression, course: (rounds: number) => Course, stable: MeshService, canary: MeshService,
): ReleaseDefinition {
  const where = `${path}: progression`;
  const { rounds, ...moves }: Fields<TrialProgression, 'rounds' | keyof Progression> = progression;
  return { ...movesOf(where, moves), course: course(roundsOf(where, rounds)), stable, canary };
}

type Released = Fields<ReleaseDefinition, 'course' | 'stable' | 'canary' | keyof Moves, 'weight'>;

export function releaseOf(
  route: RouteModel, { course, stable, canary, workload, interval, checks, tolerance, approval, withoutRequests }: Released,
): Every<ReleaseModel> {
  return {
    route, course, stable: versionOf(stable), canary: versionOf(canary), workload, interval, checks, tolerance, approval, withoutRequests,
  };
}

function versionOf(service: MeshService): Every<Version> {
  return { name: service.name, namespace: service.namespace, ...podsOf(service) };
}

/** Whether a controller moves the releases of a target. */
export function isMoved({ _dialects: { movedBy } }: MeshTarget): boolean {
  return movedBy !== undefined;
}

/** A weight that is written would be written over. */
export function checkUnmoved(path: string, weight: number, targets: readonly MeshTarget[]): void {
  const target = targets.find(isMoved);
  if (target !== undefined) {
    throw misuse('MESH1317', path, `\`weight\` is ${weight}, and ${target._dialects.movedBy} moves the weights in target '${target.id}'`,
      'Leave it out: the `weights` of `progression` are its steps');
  }
}
