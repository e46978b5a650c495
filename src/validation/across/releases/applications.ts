import { APPLICATION, hasOption, ignoredBy } from './argo-cd';
import type { Canary } from './canary';
import type { Rollout } from './rollout';
import { movedRoutes } from './rollout-routes';
import { servicesOf } from './rollout-services';
import { isMade, type World } from './world';
import { map, namespaceOfObject, type Finding, type Subject } from '../inventory';

/** A field that a controller moves, of an object that is here. */
interface MovedField {
  readonly subject: Subject;
  readonly pointer: string;
  readonly by: string;
}

/** Applications of Argo CD that put back what a controller moves. */
export function applicationFindings(canaries: readonly Canary[], rollouts: readonly Rollout[], world: World): Finding[] {
  if (world.of(APPLICATION).length === 0) return [];
  const routes = rollouts.flatMap(rollout => routesOf(rollout, world));
  const services = rollouts.flatMap(rollout => hashed(rollout, world));
  const workloads = [...canaries, ...rollouts].flatMap(({ subject, workload }): MovedField[] =>
    workload === undefined || isMade(workload) ? [] : [{ subject: workload, pointer: '/spec/replicas', by: releaseOf(subject) }]);
  const ofFlagger = canaries.flatMap(canary => takenOver(canary, world));
  return [
    ...[...routes, ...services, ...workloads, ...ofFlagger].flatMap(field => unrespected(field, world)),
    ...routes.flatMap(field => putBack(field, () => true, 'each sync puts back the weights that stand there', world)),
    ...services.flatMap(field => putBack(field, application => hasOption(application, 'ServerSideApply=true'),
      'each sync, as it applies on the server, takes out what tells the versions apart', world)),
  ];
}

function releaseOf({ manifest }: Subject): string {
  return `${manifest.kind} '${manifest.metadata?.name}'`;
}

function routesOf(rollout: Rollout, world: World): readonly MovedField[] {
  return [...movedRoutes(rollout, world)].filter(subject => !isMade(subject))
    .map(subject => ({ subject, pointer: subject.manifest.kind === 'VirtualService' ? '/spec/http' : '/spec/rules', by: releaseOf(rollout.subject) }));
}

function hashed(rollout: Rollout, world: World): readonly MovedField[] {
  return servicesOf(rollout).flatMap(({ name }) => {
    const subject = world.named('Service', rollout.namespace, name, rollout.subject);
    return subject === undefined ? [] : [{ subject, pointer: '/spec/selector', by: releaseOf(rollout.subject) }];
  });
}

function takenOver({ subject: canary, namespace, apex }: Canary, world: World): readonly MovedField[] {
  return [apex, `${apex}-primary`, `${apex}-canary`].flatMap(name => {
    const subject = world.named('Service', namespace, name, canary);
    return subject === undefined || isMade(subject) ? [] : [{ subject, pointer: '/spec/selector', by: releaseOf(canary) }];
  });
}

/** Without the option, what is ignored is left out of the comparison alone. */
function unrespected({ subject, pointer, by }: MovedField, world: World): Finding[] {
  const ignored = ignoredBy(subject, pointer, world);
  if (ignored.some(({ isRespected }) => isRespected)) return [];
  return ignored.slice(0, 1).map(({ application, path }) => ({
    subject: application,
    check: 'moved',
    path,
    message: `has ${pointer} of ${releaseOf(subject)}, which ${by} moves, for the comparison alone: each sync writes it all the same. Write RespectIgnoreDifferences=true in `
      + 'spec.syncPolicy.syncOptions',
  }));
}

/** The Applications for a namespace that sync by themselves, if none of them ignores the field. Which of them has the object is not known. */
function putBack({ subject, pointer, by }: MovedField, does: (application: Subject) => boolean, effect: string, world: World): Finding[] {
  const namespace = namespaceOfObject(subject.manifest);
  const [application] = world.of(APPLICATION).filter(one => map(one.manifest.spec?.destination).namespace === namespace && does(one)
    && map(one.manifest.spec?.syncPolicy).automated !== undefined && world.sees(one, subject));
  return application === undefined || ignoredBy(subject, pointer, world).length > 0 ? [] : [{
    subject: application,
    check: 'moved',
    path: 'spec.ignoreDifferences',
    message: `does not have ${pointer} of ${releaseOf(subject)}, which ${by} moves: ${effect}. Add it, and RespectIgnoreDifferences=true in spec.syncPolicy.syncOptions`,
  }];
}
