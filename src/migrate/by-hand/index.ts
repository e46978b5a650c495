import { hasHealthProbes } from './health-probes';
import { NEW, OLD } from './meshes';
import { shell, step, type Step } from './step';
import { KINDS, type SmiKind } from '../../dialects/smi/read/versions';
import type { Migration } from '../migrate';
import type { ProgramChart } from '../program';
import { type TargetName, TARGETS } from '../targets';

export type { Step } from './step';

/** A migration to one of its targets. */
interface Move {
  readonly migration: Migration;
  readonly to: TargetName;
  /** Those that the program says something in. */
  readonly namespaces: readonly string[];
  /** Whether nothing but the objects changes. */
  readonly isInPlace: boolean;
  readonly has: (...constructs: readonly string[]) => boolean;
}

/** What is left to do once there is a program, in order; nothing that does not apply. */
export function byHand(migration: Migration): Step[] {
  const { options: { from, targets }, program } = migration;
  const charts = program.charts.filter(({ statements }) => statements.some(({ leftOut }) => leftOut === undefined));
  const namespaces = charts.flatMap(({ namespace }) => namespace ?? []);
  const has = (...constructs: readonly string[]) => said(charts, constructs);
  if (charts.length === 0) return controllers(migration);
  const moves = targets.map((to): Move => ({ migration, to, namespaces, has, isInPlace: OLD[from].stays.includes(to) }));
  const named = (one: Step, to: TargetName) => targets.length === 1 ? one : { ...one, what: `${TARGETS[to].title}: ${one.what}` };
  return [
    ...controllers(migration),
    ...inProgram(migration),
    ...moves.flatMap(move => [...beforehand(move), ...rollOut(move)].map(one => named(one, move.to))),
    ...afterwards(migration),
  ];
}

function said(charts: readonly ProgramChart[], constructs: readonly string[]): boolean {
  return charts.some(({ statements }) => statements.some(({ construct, leftOut }) => leftOut === undefined && constructs.includes(construct)));
}

/** What writes TrafficSplits would go on to do so. */
function controllers({ judged }: Migration): Step[] {
  const owned = judged.filter(({ verdict }) => verdict === 'owned').map(({ document }) => document.name);
  return owned.length === 0 ? [] : [
    step(`Have the controllers of TrafficSplit ${[...new Set(owned)].sort().join(', ')} write routes of the new mesh: for Flagger that is its provider \`gatewayapi:v1\`, `
      + 'for Argo Rollouts its plugin for Gateway API'),
  ];
}

/** What is to be looked at in the program. What Linkerd leaves open has a step of its own. */
function inProgram({ notices, targetOf }: Migration): Step[] {
  return notices.flatMap(({ about, message, place, target }) => {
    const isToDo = about === 'byHand' || (about === 'open' && (target === undefined || targetOf(target) !== 'linkerd'));
    const where = place === undefined ? '' : ` (${place.file}:${place.line})`;
    return isToDo ? [step(`${message[0].toUpperCase()}${message.slice(1)}${where}`)] : [];
  });
}

function beforehand(move: Move): Step[] {
  const { migration: { options: { from } }, to, namespaces, has, isInPlace } = move;
  const [old, mesh] = [OLD[from], NEW[to]];
  const leaves = isInPlace ? [] : namespaces.flatMap(old.leave);
  const joins = isInPlace ? [] : namespaces.flatMap(mesh.join);
  const where = leaves.length === 0 ? 'into the new mesh' : joins.length === 0 ? 'out of the old mesh' : 'out of the old mesh and into the new one';
  return [
    ...from === 'osm' && to.startsWith('istio') ? [step(
      'On AKS, the add-ons of Open Service Mesh and Istio cannot be on at once: choose a time in which nothing is encrypted and nothing is denied',
      'az aks disable-addons --resource-group GROUP --name CLUSTER --addons open-service-mesh', 'az aks mesh enable --resource-group GROUP --name CLUSTER',
    )] : [],
    ...old.hasProxies && mesh.hasProxies && !isInPlace ? [
      step('Move namespaces that call each other together: no pod may have proxies of both meshes, and to the new one, clients in the old one are nobody'),
    ] : [],
    ...TARGETS[to].takes.includes('channel') && has('CanaryRelease', 'ServiceRoute') ? [
      step('See that the cluster has the CRDs of Gateway API', 'kubectl get crd httproutes.gateway.networking.k8s.io'),
    ] : [],
    ...isInPlace ? old.before : [],
    ...leaves.length + joins.length > 0 ? [step(`Take the namespaces ${where}${mesh.remark === undefined ? '' : `; ${mesh.remark}`}`, ...leaves, ...joins)] : [],
    ...joins.length === 0 && !isInPlace && mesh.remark !== undefined ? [step(`Take the pods into the new mesh: ${mesh.remark}`)] : [],
  ];
}

function rollOut({ migration, to, namespaces, has, isInPlace }: Move): Step[] {
  const { from, waypoint = 'waypoint' } = migration.options;
  const [old, mesh] = [OLD[from], NEW[to]];
  const closed = to === 'linkerd' ? closedNamespaces(migration) : [];
  const restart = (why: string) => step(`Restart the pods${why}`,
    ...namespaces.map(namespace => shell('kubectl', 'rollout', 'restart', 'deployment,statefulset,daemonset', '--namespace', namespace)));
  const strict = has('MutualTls') && mesh.hasProxies && !isInPlace ? [
    step('Until all clients are in the new mesh, MutualTls shuts out those that are not: for that time, write `mode: MutualTlsMode.PERMISSIVE` in the program'),
  ] : [];
  const closing = closed.length === 0 ? [] : [
    step('Have Linkerd deny what no policy allows, as SMI did; it reads this when a pod starts',
      ...closed.map(namespace => shell('kubectl', 'annotate', 'namespace', namespace, 'config.linkerd.io/default-inbound-policy=deny'))),
  ];
  const checks = to === 'linkerd' && hasHealthProbes(migration.program)
    ? [step('See that health checks may be known to everyone: in Linkerd the kubelet has no identity, so that `healthProbes` let anyone ask for their paths')] : [];
  const waypoints = to === 'istio-ambient' && has('CanaryRelease', 'ServiceRoute', 'ServiceAccessPolicy') ? [
    step(`Set up the waypoints, which decide about requests and routes${waypoint === 'waypoint' ? '' : `, by the name '${waypoint}'`}`,
      ...namespaces.map(namespace => shell('istioctl', 'waypoint', 'apply', '--namespace', namespace, '--name', waypoint, '--enroll-namespace'))),
  ] : [];
  if (!mesh.hasProxies) {
    return [...old.hasProxies ? [restart(', so that they lose the proxies of the old mesh, which hide requests')] : [], step('Apply the manifests')];
  }
  return [
    ...waypoints,
    ...strict,
    ...closing,
    ...checks,
    step('Apply the manifests'),
    ...isInPlace ? (closing.length > 0 ? [restart('')] : []) : [restart(', so that they have the proxies of the new mesh')],
  ];
}

/** Those of which a program says that they deny what nothing allows, whether a target takes it or not. */
function closedNamespaces({ program }: Migration): string[] {
  return program.charts.filter(({ statements }) => statements.some(({ construct }) => construct === 'NamespaceAccessDefault'))
    .flatMap(({ namespace }) => namespace ?? []);
}

/** What is left of the old mesh, once the new one is seen to work. */
function afterwards(migration: Migration): Step[] {
  const { options: { from }, documents, judged, smi } = migration;
  const kinds = [...new Set(documents.flatMap(({ kind }) => kind ?? []))].sort();
  const done = new Set(judged.filter(({ verdict }) => !['owned', 'notSaid', 'unreadable'].includes(verdict)).map(({ document }) => document));
  const names = new Map<string, Set<string>>();
  for (const document of done) {
    const namespace = smi.namespaceOf(document);
    if (document.kind === undefined || namespace === undefined) continue;
    const command = shell('kubectl', 'delete', resourceOf(document.kind), '--namespace', namespace);
    names.set(command, (names.get(command) ?? new Set()).add(document.name));
  }
  const deletions = [...names].sort(([a], [b]) => a < b ? -1 : 1).map(([command, some]) => `${command} ${shell(...[...some].sort())}`);
  const profiles = new Set(smi.splits.filter(split => done.has(split)).flatMap(split => {
    const namespace = split.root?.namespace ?? smi.namespaceOf(split);
    return split.root === undefined || namespace === undefined ? []
      : shell('kubectl', 'delete', 'serviceprofiles.linkerd.io', '--namespace', namespace, `${split.root.name}.${namespace}.svc.cluster.local`);
  }));
  return [
    ...from === 'traefik' ? [step('Have clients call NAME.NAMESPACE in place of NAME.NAMESPACE.traefik.mesh, or .maesh: those names go with Traefik Mesh',
      "kubectl get deployments,statefulsets,daemonsets,cronjobs,configmaps --all-namespaces --output yaml | grep -E '[.](traefik[.]mesh|maesh)'")] : [],
    ...deletions.length === 0 ? [] : [step('See that calls get through that should, and no others; then delete what SMI there was for them', ...deletions)],
    ...from === 'linkerd' && profiles.size > 0 ? [step('Delete the ServiceProfiles that the SMI extension has left behind, as Linkerd reads them before HTTPRoutes; '
      + 'then restart the clients of these Services', ...[...profiles].sort())] : [],
    ...OLD[from].uninstall,
    ...kinds.length === 0 ? [] : [step('Last of all, delete the CRDs of SMI, and all objects of theirs with them', shell('kubectl', 'delete', 'crd', ...kinds.map(resourceOf)))],
  ];
}

function resourceOf(kind: SmiKind): string {
  return `${kind.toLowerCase()}s.${KINDS[kind]}`;
}
