import type { Group } from './groups';
import { asWritten, changed, DOTS, groupsAt, groupsOfPods, leaving, settled, toServices, withoutDots, withProbes } from './halves';
import { Meeting, type Untold } from './met';
import type { OldMesh } from './old-meshes';
import { passingAt } from './rules';
import { unnamedPod } from './unnamed-pod';
import { documentsIn, type Document } from '../../manifests/documents';
import { isIn } from '../../meaning/address';
import type { Client, Pod } from '../../meaning/call';
import type { Difference, Differences, Unsure } from '../../meaning/compare/difference';
import { EVERYWHERE, type Half } from '../../meaning/compare/half';
import { compareWorlds } from '../../meaning/compare/worlds';
import { isTrue, TRUST_DOMAIN } from '../../meaning/condition';
import { forClient, isNever } from '../../meaning/restrict';
import { holdsFor } from '../../meaning/text';
import type { Passage, PodPort, WayBackend } from '../../meaning/world';
import { PRIVATE_NETWORKS } from '../../model/cidr';
import { halfOf } from '../../reading/half';
import type { ReadMesh } from '../../reading/mesh';
import { textsOf } from '../../reading/texts';
import { unseenElsewhere, unseenPods } from '../../reading/unseen';
import { type World as ReadWorld, worldOf } from '../../reading/world';
import { withGateways } from '../entrances/classes';
import { isOpen } from '../entrances/open';
import { leavingNow } from '../exits/leaving';
import { isPoliced, type Policed } from '../exits/policed';
import { KNOWS_PODS, type TargetName } from '../targets';
import type { Workload } from '../world';

/** What becomes of calls under the new policies, and became under the old ones; each difference is one that somebody meets. */
export interface Compared extends Differences {
  readonly target: TargetName;
  /** Whether ports are closed that nothing in the files names. */
  readonly closesUnnamed: boolean;
  /** Whether UDP gets in at ports that nothing in the files names, which the new mesh does not see. */
  readonly opensUdp: boolean;
  /** Whether pods can be called by way of their Services only. */
  readonly closesPods: boolean;
  /** Whose health checks anyone may make. */
  readonly opensProbesOf: readonly Workload[];
  /** Who gets in of whom the new mesh cannot tell what the old one knew. */
  readonly untold: readonly { readonly about: Untold; readonly difference: Difference }[];
  /** Which of the differences are calls that leave although they did not, by the policy that was to keep them in. */
  readonly leaks: readonly { readonly policed: Policed; readonly difference: Difference }[];
  /** Whether it counts that the installation of the new mesh denies what no policy speaks of. */
  readonly trustsInstallation: boolean;
  /** Gateways at whose pods written policies may let in only some. */
  readonly shut: readonly string[];
  /** Whether paths are shut out that servers may read as those of another folder, although nothing was said of them. */
  readonly shutsOutDots: boolean;
}

export interface Comparing {
  readonly from: OldMesh;
  readonly target: TargetName;
  readonly before: ReadWorld;
  /** The documents of the old world. */
  readonly old: readonly Document[];
  /** Of these, what is no policy. */
  readonly cluster: readonly Document[];
  /** What is written, as one stream. */
  readonly written: string;
  /** Of Istio in ambient mode. */
  readonly waypoint?: string;
  /** Of the new mesh. */
  readonly trustDomain?: string;
  readonly namespace: string;
  readonly groups: readonly Group[];
  /** Namespaces in which clients may call all pods now, whoever these are. */
  readonly opened: ReadonlySet<string>;
  /** The Service that has the pods of a subset for its own. */
  readonly serviceOf: (backend: WayBackend) => string | undefined;
  /** Pods whose calls are policed. */
  readonly policed: readonly Policed[];
  /** Gateways that are written, as `namespace/name`. */
  readonly gateways: ReadonlySet<string>;
  /** What became of calls that no policy spoke of. */
  readonly unsaid: Passage;
  /** What becomes of them, where that is said. */
  readonly installation?: Passage;
  /** Namespaces in which what no policy allows is denied, by hand where the target has no object for it. */
  readonly closed: readonly string[];
}

const READ_BY: { readonly [Name in TargetName]: ReadMesh | undefined } = {
  'istio': 'istio',
  'istio-ambient': 'istio-ambient',
  'linkerd': 'linkerd',
  'consul': 'consul',
  'kuma': 'kuma',
  'cilium': 'cilium',
  'gateway-api': undefined,
  'network-policy': undefined,
};

/** Compares who gets in, before and afterwards. */
export function compared(comparing: Comparing): Compared {
  const { from, target, before, old, namespace, groups, policed, gateways, unsaid, installation, closed, waypoint = 'waypoint' } = comparing;
  const written = writtenIn(comparing);
  const after = worldOf([...joining(comparing), ...written], namespace, READ_BY[target]);
  const half = halfOf(before);
  const was = toServices(changed(asWritten({ ...half, readings: withGateways(half.readings) }), gate => settled(gate, unsaid)), comparing.serviceOf);
  let trustsInstallation = false;
  const is = changed(asWritten(halfOf(after)), (gate, to) => {
    if (target === 'linkerd') return closed.includes(to.pod.namespace) ? settled(gate, 'denied') : gate;
    const now = settled(gate, installation ?? 'denied');
    trustsInstallation ||= installation === undefined && now !== gate;
    return now;
  });
  const textAt = textsOf(old, written);
  const meeting = new Meeting(from, target, waypoint, before);
  const met = (all: readonly Difference[]) => all.filter(one => meeting.isOf(one.crowd.clients));
  const unseen = unseenIn(comparing);
  const scope = { ...EVERYWHERE, unseen };
  const isUdp = (one: Difference) => !KNOWS_PODS.includes(target) && isOfUdp(one);
  const found = compareWorlds(was, is, textAt, undefined, scope);
  const all = met(found.differences);
  const differences = all.filter(one => !isUdp(one));
  const widerAmong = (one: Differences) => met(gettingIn(one)).filter(difference => !isUdp(difference));
  const raw = widerAmong(found);
  const wider = raw.length > 0 ? widerAmong(compareWorlds(withProbes(was, groups), is, textAt, undefined, scope)) : [];
  const isUnseen = ({ to }: Pick<Unsure, 'to'>) => to?.type === 'pods' && unseen.includes(to.port.pod);
  const isPast = (one: Difference) => target === 'istio-ambient' && isPastWaypoint(one);
  const less = differences.filter(one => !isWider(one) && !isPast(one) && !isUnseen(one));
  const shutsOutDots = less.some(isOfDots);
  const others = shutsOutDots ? met(compareWorlds(withoutDots(was), is, textAt).differences).filter(one => !isWider(one) && !isPast(one)) : less;
  const doubtful = found.unsure.filter(({ crowd }) => crowd === undefined || meeting.isOf(crowd.clients));
  const unsure = doubtful.filter(one => !isClosed(is, one));
  const exits = policed.length === 0 ? undefined : exitsCompared(comparing, after, textAt);
  const left = exits === undefined ? [] : met(leavingNow(exits, half));
  return {
    ...found,
    target,
    differences: [...wider, ...others.filter(one => !isUnnamed(one)), ...left],
    unsure: [...unsure, ...exits?.unsure ?? []],
    leaks: left.filter(isWider).flatMap(difference => policed
      .filter(one => difference.crowd.clients.some(client => client.kind === 'pod' && isPoliced(one, client))).map(one => ({ policed: one, difference }))),
    untold: found.differences.filter(one => isWider(one) && !isUdp(one)).flatMap(difference => {
      const about = meeting.untoldOf(difference.crowd.clients);
      return about === undefined ? [] : [{ about, difference }];
    }),
    shutsOutDots,
    closesUnnamed: others.some(isUnnamed) || unsure.length < doubtful.length,
    opensUdp: all.some(isUdp),
    closesPods: differences.some(isPast),
    opensProbesOf: probedAmong(raw, groups),
    trustsInstallation,
    shut: [...new Set(after.readings.flatMap(({ reading }) => reading.entries?.() ?? [])
      .filter(entry => gateways.has(entry.gateway) && !isOpen(after.readings, entry)).map(({ gateway }) => gateway))],
  };
}

/** Pods that no workload in the files makes, where clients may call all that there are: those that nobody names, and those of which policies speak. */
function unseenIn({ before: { cluster, read }, opened }: Comparing): readonly Pod[] {
  const spoken = unseenPods(read, cluster.workloads, name => cluster.namespaceLabels(name));
  return [...[...opened].map(namespace => unnamedPod(cluster, namespace)), ...spoken.filter(({ namespace }) => opened.has(namespace))];
}

/** What pods may call, also of pods that only policies know. */
function exitsCompared({ before, policed }: Comparing, after: ReadWorld, textAt: Parameters<typeof compareWorlds>[2]): Differences {
  const called = unseenElsewhere([...before.read, ...after.read], before.cluster.workloads, name => before.cluster.namespaceLabels(name));
  return compareWorlds(leaving(halfOf(before), policed), leaving(halfOf(after), policed), textAt, undefined, { ...EVERYWHERE, called });
}

const isWider = ({ kind }: Difference) => kind === 'wider';

/** What gets in that did not; also if it does so only if something that is not known is one way. The addresses of pods are taken to be private. */
function gettingIn({ differences, perhaps }: Differences): Difference[] {
  const isOfNoPod = ({ contrast: { call: { client: { kind, address } } } }: Difference) =>
    kind === 'pod' && address !== undefined && !PRIVATE_NETWORKS.some(block => isIn(block, address));
  return [...differences, ...perhaps.filter(one => !isOfNoPod(one))].filter(isWider);
}

const isUnnamed = ({ to }: Difference) => to.type === 'pods' && to.among !== undefined;
const isOfUdp = (one: Difference) => isWider(one) && isUnnamed(one) && one.contrast.call.protocol === 'UDP';

/** Whether none of some clients gets in at ports that the files do not name, whatever is spoken there and whatever got in before. */
function isClosed({ readings }: Half, { to, crowd }: Unsure): boolean {
  if (to?.type !== 'pods' || to.among === undefined) return false;
  const spoken = to.port.protocol === 'UDP' ? (['UDP'] as const) : (['TCP', 'HTTP'] as const);
  const isShut = (port: PodPort, client?: Client) => {
    const gates = readings.flatMap(({ reading }) => reading.entering?.(port) ?? []);
    const asked = client === undefined ? gates
      : gates.map(gate => ({ ...gate, decision: forClient(gate.decision, atom => isTrue(atom, { ...port, client })) }));
    return passingAt(asked, port, 'allowed').allowed.every(({ when }) => isNever(when));
  };
  return spoken.map(protocol => ({ ...to.port, protocol }))
    .every(port => crowd === undefined ? isShut(port) : crowd.clients.every(client => isShut(port, client)));
}

/** Waypoints stand before Services, so that nobody in the mesh calls pods by their addresses any more; clients outside of it pass none. */
function isPastWaypoint({ kind, to, crowd: { clients }, contrast: { call } }: Difference): boolean {
  return kind === 'narrower' && to.type === 'pods' && to.port.entrances.length > 0 && call.entrance === undefined
    && clients.every(client => client.kind === 'pod' && client.meshed !== false);
}

/** The workloads with health checks at ports at which more gets in. */
function probedAmong(wider: readonly Difference[], groups: readonly Group[]): Workload[] {
  return [...new Set(wider.flatMap(({ to }) => to.type !== 'pods' ? [] : groupsAt(to.port, groups)
    .flatMap(({ workloads }) => workloads.filter(({ probes }) => probes.some(({ port }) => port === to.port.port)))))];
}

/** The trust domain of the new mesh is its own. */
function writtenIn({ target, written, trustDomain }: Comparing): Document[] {
  const text = trustDomain === undefined ? written
    : written.replaceAll(`${trustDomain}/ns/`, `${TRUST_DOMAIN}/ns/`).replaceAll(`spiffe://${trustDomain}`, `spiffe://${TRUST_DOMAIN}`);
  return [...documentsIn(target, text)];
}

/** Services and pods, as they join the new mesh. */
function joining({ target, cluster, before, waypoint = 'waypoint', groups }: Comparing): readonly Document[] {
  if (target !== 'istio-ambient') return cluster;
  const isNamespace = ({ content }: Document) => !('broken' in content) && content.manifest?.kind === 'Namespace';
  const namespaces = [...new Set(groups.map(({ namespace }) => namespace))].map(name => {
    const { 'istio-injection': _, 'istio.io/rev': __, ...labels } = before.cluster.namespaceLabels(name) ?? {};
    const now = { ...labels, 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': waypoint };
    return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: now } });
  });
  return [...cluster.filter(one => !isNamespace(one)), ...documentsIn('namespaces', namespaces.join('\n---\n'))];
}

function isOfDots({ contrast: { call: { request } } }: Difference): boolean {
  return request !== undefined && holdsFor(DOTS, request.path) === 'yes';
}

/** The namespaces among some in which more gets in than before. */
export function openedBy({ differences }: Compared, opened: ReadonlySet<string>): string[] {
  return differences.flatMap(one => isWider(one) && one.to.type === 'pods' && opened.has(one.to.port.pod.namespace) ? one.to.port.pod.namespace : []);
}

/** The pods at which more gets in than before, as their group is called. */
export function widened({ differences, leaks }: Compared, groups: readonly Group[]): string[] {
  return differences.filter(one => isWider(one) && !leaks.some(({ difference }) => difference === one)).flatMap(({ to }) => to.type !== 'pods' ? []
    : (to.among === undefined ? groupsAt(to.port, groups) : groupsOfPods(to.port, groups)).map(({ namespace, name }) => `${namespace}/${name}`));
}
