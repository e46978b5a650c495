import type { Planning } from './planned';
import type { TrafficTarget } from '../../dialects/smi/read/tree';

/** What a target refers to says something by it. */
export function giveToReferred(target: TrafficTarget, { smi, verdicts }: Planning): void {
  const verdict = verdicts.of(target);
  if (verdict === 'inert') return;
  const isLost = verdict === 'notSaid' || verdict === 'unreadable';
  const namespace = smi.namespaceOf(target);
  const referred = [
    ...target.rules.map(({ kind, name }) => kind === 'HTTPRouteGroup' ? smi.group(namespace, name) : smi.route(kind, namespace, name)),
    ...[target.destination, ...target.sources].map(one => one?.kind === 'IdentityBinding' ? smi.binding(one.namespace ?? namespace, one.name) : undefined),
  ];
  for (const object of referred) {
    if (object !== undefined) verdicts.give(object, isLost ? 'notSaid' : 'same', isLost ? `TrafficTarget '${target.name}' is not carried over` : undefined, 'another');
  }
}
