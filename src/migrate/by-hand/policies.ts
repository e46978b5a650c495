import { hasHealthProbes } from './health-probes';
import { NEW } from './meshes';
import { shell, step, type Step } from './step';
import { pushTo } from '../../model/lists';
import type { Moved } from '../policies/move';
import { OLD_MESHES } from '../policies/old-meshes';
import type { Program, Statement } from '../program';
import { type TargetName, TARGETS } from '../targets';

/** What is left to do once policies of a mesh have become a program, in order; nothing that does not apply. */
export function afterMove(moved: Moved): Step[] {
  const { options: { targets }, program, notices, targetOf } = moved;
  const namespaces = [...new Set(program.charts.filter(({ statements }) => statements.some(one => one.leftOut === undefined && !isOfGateway(one)))
    .flatMap(({ namespace }) => namespace ?? []))];
  const own = notices.flatMap(({ about, message, target }) => {
    // What Linkerd leaves open has a step of its own.
    const isToDo = about === 'byHand' || (about === 'open' && (target === undefined || targetOf(target) !== 'linkerd'));
    return isToDo ? [step(`${message[0].toUpperCase()}${message.slice(1)}`)] : [];
  });
  if (namespaces.length === 0) return own;
  const named = (one: Step, to: TargetName) => targets.length === 1 ? one : { ...one, what: `${TARGETS[to].title}: ${one.what}` };
  return [...own, ...targets.flatMap(to => steps(moved, to, namespaces).map(one => named(one, to))), ...deletions(moved)];
}

function steps({ options: { from, waypoint = 'waypoint' }, program }: Moved, to: TargetName, namespaces: readonly string[]): Step[] {
  const [{ leave }, { join, hasProxies, remark }] = [OLD_MESHES[from], NEW[to]];
  const stays = from === to;
  const leaves = stays ? [] : namespaces.flatMap(namespace => leave.map(([verb, mark]) => shell('kubectl', verb, 'namespace', namespace, `${mark}-`)));
  const joins = stays ? [] : namespaces.flatMap(namespace => join(namespace));
  const closed = program.charts.filter(({ statements }) => statements.some(({ construct }) => construct === 'NamespaceAccessDefault')).flatMap(({ namespace }) => namespace ?? []);
  return [
    ...leaves.length > 0 && joins.length > 0
      ? [step('Move namespaces that call each other together: no pod may have proxies of both meshes, and to the new one, clients in the old one are nobody')] : [],
    ...leaves.length + joins.length > 0 ? [step(`Take the namespaces out of the old mesh and into the new one${remark === undefined ? '' : `; ${remark}`}`, ...leaves, ...joins)]
      : !stays && remark !== undefined ? [step(`Take the pods into the new mesh: ${remark}`)] : [],
    ...to === 'istio-ambient' && !stays ? [step(`Set up the waypoints, which decide about requests${waypoint === 'waypoint' ? '' : `, by the name '${waypoint}'`}`,
      ...namespaces.map(namespace => shell('istioctl', 'waypoint', 'apply', '--namespace', namespace, '--name', waypoint, '--enroll-namespace')))] : [],
    ...to === 'linkerd' && closed.length > 0 ? [step('Have Linkerd deny what no policy allows; it reads this when a pod starts',
      ...closed.map(namespace => shell('kubectl', 'annotate', 'namespace', namespace, 'config.linkerd.io/default-inbound-policy=deny')))] : [],
    ...to === 'linkerd' && hasHealthProbes(program)
      ? [step('See that health checks may be known to everyone: in Linkerd the kubelet has no identity, so that `healthProbes` let anyone ask for their paths')] : [],
    step('Apply the manifests'),
    ...hasGateways(program) ? [step('Have the names of hosts lead to the addresses of the new gateways',
      'kubectl get gateways.gateway.networking.k8s.io --all-namespaces')] : [],
    ...!stays && (hasProxies || leave.length > 0) ? [step('Restart the pods, so that they have the proxies of the new mesh, and none of the old one',
      ...namespaces.map(namespace => shell('kubectl', 'rollout', 'restart', 'deployment,statefulset,daemonset', '--namespace', namespace)))] : [],
  ];
}

/** Whether it is about a gateway and no pods of the mesh. */
function isOfGateway({ construct, props }: Statement): boolean {
  return construct === 'SharedGateway' || (construct === 'Exposure' && typeof props === 'object' && !('service' in props));
}

function hasGateways({ charts }: Program): boolean {
  return charts.some(({ statements }) => statements.some(({ construct, leftOut }) => construct === 'SharedGateway' && leftOut === undefined));
}

/** What is said by the new policies, and by nothing that is kept. */
function deletions({ judged }: Moved): Step[] {
  const names = new Map<string, string[]>();
  for (const { document: { kind, group, namespace, name }, verdict } of judged) {
    // A Gateway that is written anew has the name of the old one, and a class is its controller's.
    const isKept = (kind === 'Gateway' && group === 'gateway.networking.k8s.io') || kind === 'IngressClass';
    if (isKept || !['same', 'assumed', 'narrower'].includes(verdict)) continue;
    pushTo(names, shell('kubectl', 'delete', resourceOf(kind, group), '--namespace', namespace ?? 'default'), name);
  }
  const commands = [...names].sort(([a], [b]) => a < b ? -1 : 1).map(([command, some]) => `${command} ${shell(...some.sort())}`);
  return commands.length === 0 ? [] : [step('See that calls get through that should, and no others; then delete the old policies', ...commands)];
}

/** What kubectl calls objects of a kind: their plural, or the kind itself, which it takes too, where that ends with an s. */
export function resourceOf(kind: string, group: string): string {
  const plural = /s$/i.test(kind) ? kind : /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : /(?:sh|ch|x)$/.test(kind) ? `${kind}es` : `${kind}s`;
  return `${plural}.${group}`.toLowerCase();
}
