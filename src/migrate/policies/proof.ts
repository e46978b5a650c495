import type { Group } from './groups';
import { type OldMesh, OLD_MESHES } from './old-meshes';
import { documentsIn, type Document } from '../../manifests/documents';
import type { Client } from '../../meaning/call';
import type { Difference, Differences } from '../../meaning/compare/difference';
import type { Half } from '../../meaning/compare/half';
import { compareWorlds } from '../../meaning/compare/worlds';
import { allOf, anyOf, type Condition, TRUST_DOMAIN } from '../../meaning/condition';
import { type Decision, isUndecided } from '../../meaning/decision';
import { exactly, holdsFor, regex } from '../../meaning/text';
import type { Gate, Passage, PodPort, Reading } from '../../meaning/world';
import type { Probe } from '../../reading/cluster/probes';
import { halfOf, textsOf } from '../../reading/half';
import type { ReadMesh } from '../../reading/mesh';
import { type World as ReadWorld, worldOf } from '../../reading/world';
import type { TargetName } from '../targets';

/** What becomes of calls under the new policies, and became under the old ones; each difference is one that somebody meets. */
export interface Compared extends Differences {
  readonly target: TargetName;
  /** Whether ports are closed that nothing in the files names. */
  readonly closesUnnamed: boolean;
  /** Whether UDP gets in at ports that nothing in the files names, which the new mesh does not see. */
  readonly opensUdp: boolean;
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
  /** What became of calls that no policy spoke of. */
  readonly unsaid: Passage;
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

const KNOWS_PODS: readonly TargetName[] = ['cilium', 'network-policy'];

/** Compares who gets in, before and afterwards. */
export function compared(comparing: Comparing): Compared {
  const { from, target, before, old, namespace, groups, unsaid, closed, waypoint = 'waypoint' } = comparing;
  const written = writtenIn(comparing);
  const after = worldOf([...joining(comparing), ...written], namespace, READ_BY[target]);
  const was = changed(halfOf(before), gate => settled(gate, unsaid));
  const is = changed(halfOf(after), (gate, to) =>
    target === 'linkerd' ? closed.includes(to.pod.namespace) ? settled(gate, 'denied') : gate : settled(gate, 'denied'));
  const textAt = textsOf([...old, ...written]);
  // The waypoint calls for others, and is asked itself who they are.
  const isWaypoint = (client: Client) => target === 'istio-ambient' && client.kind === 'pod' && client.serviceAccount === waypoint;
  const isOfFiles = knownAmong(before);
  const meets = (all: readonly Client[]) => all.some(client => isMet(client, from, target) && !isWaypoint(client)
    && (OLD_MESHES[from].knowsPods !== true || KNOWS_PODS.includes(target) || isOfFiles(client)));
  // Waypoints stand before Services, so that nobody calls pods by their addresses any more.
  const isPastWaypoint = ({ kind, to, contrast: { call } }: Difference) => target === 'istio-ambient' && kind === 'narrower' && to.type === 'pods'
    && to.port.entrances.length > 0 && call.entrance === undefined;
  const met = (all: readonly Difference[]) => all.filter(one => meets(one.crowd.clients) && !isPastWaypoint(one));
  const found = compareWorlds(was, is, textAt);
  const isUdp = ({ kind, to, contrast: { call } }: Difference) => kind === 'wider' && to.type === 'pods' && to.among !== undefined && call.protocol === 'UDP';
  const all = met(found.differences);
  const differences = all.filter(one => !isUdp(one));
  const isWider = ({ kind }: Difference) => kind === 'wider';
  const wider = differences.some(isWider) ? met(compareWorlds(withProbes(was, groups), is, textAt).differences)
    .filter(one => isWider(one) && !isUdp(one)) : [];
  const less = differences.filter(one => !isWider(one));
  const shutsOutDots = less.some(isOfDots);
  const others = shutsOutDots ? met(compareWorlds(withoutDots(was), is, textAt).differences).filter(one => !isWider(one)) : less;
  const isUnnamed = ({ to }: Difference) => to.type === 'pods' && to.among !== undefined;
  return {
    ...found,
    target,
    differences: [...wider, ...others.filter(one => !isUnnamed(one))],
    unsure: found.unsure.filter(({ crowd }) => crowd === undefined || meets(crowd.clients)),
    shutsOutDots,
    closesUnnamed: others.some(isUnnamed),
    opensUdp: all.some(isUdp),
  };
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

/** Whether a client is one that both meshes may meet. Certificates of another mesh are none of the new one. */
function isMet(client: Client, from: OldMesh, target: TargetName): boolean {
  if (client.kind === 'kubelet') return false;
  if (client.kind !== 'pod') return true;
  if (client.trustDomain !== undefined) return false;
  // What a pod is cannot be forged where the network knows it, and what it says by a certificate can only be missing.
  return client.meshed !== false || KNOWS_PODS.includes(target) === (OLD_MESHES[from].knowsPods === true);
}

/** Whether a client is a pod of the files, or like none of them: those with other labels, or other ServiceAccounts, are taken not to be there. */
function knownAmong({ cluster }: ReadWorld): (client: Client) => boolean {
  const all = cluster.workloads.map(workload => cluster.podOf(workload));
  const keyOf = ({ namespace, labels, serviceAccount }: Pick<PodPort['pod'], 'namespace' | 'labels' | 'serviceAccount'>) =>
    JSON.stringify([namespace, serviceAccount, Object.entries(labels ?? {}).sort()]);
  const [pods, namespaces] = [new Set(all.map(keyOf)), new Set(all.map(({ namespace }) => namespace))];
  const accounts = new Set(all.map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`));
  return client => client.kind !== 'pod' || pods.has(keyOf(client))
    || (Object.keys(client.labels ?? {}).length === 0 && !accounts.has(`${client.namespace}/${client.serviceAccount}`) && namespaces.has(client.namespace));
}

type Change = (gate: Gate, to: PodPort) => Gate;

/** A half without what pods may call, and with other gates. */
function changed(half: Half, change: Change): Half {
  const gatesOf = ({ entering }: Reading) => (to: PodPort) =>
    entering?.(to).map(gate => change({ ...gate, decision: inParts(gate.decision) }, to)) ?? [];
  return {
    ...half,
    readings: half.readings.map(({ title, reading }) => ({
      title, reading: { ...reading, leaving: undefined, ...reading.entering !== undefined && { entering: gatesOf(reading) } },
    })),
  };
}

/** A decision in which all meshes call clients by the parts of their names. */
function inParts<T>({ branches, otherwise }: Decision<T>): Decision<T> {
  return {
    branches: branches.map(({ when, then, source }) => ({ when: conditionInParts(when), then: 'branches' in then ? inParts(then) : then, source })),
    otherwise,
  };
}

const ID = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/(?:sa\/([^/]*))?$/;

function conditionInParts(condition: Condition): Condition {
  switch (condition.type) {
    case 'all':
    case 'any': return { type: condition.type, of: condition.of.map(conditionInParts) };
    case 'not': return { type: 'not', of: conditionInParts(condition.of) };
    case 'spiffeId': {
      const { is } = condition;
      const [, domain, namespace, account] = is.type === 'exact' || is.type === 'prefix' ? ID.exec(is.value) ?? [] : [];
      const isOfAccount = account !== undefined && account !== '';
      if (domain === undefined || (is.type === 'exact') !== isOfAccount) return condition;
      const own = { trustDomain: exactly(domain), namespace: exactly(namespace) };
      return { type: 'certificate', ...own, ...isOfAccount && { serviceAccount: exactly(account) } };
    }
    default: return condition;
  }
}

/** What an option of the installation decides is known. */
function settled(gate: Gate, unsaid: Passage): Gate {
  const { otherwise } = gate.decision;
  if (!isUndecided(otherwise.value) || otherwise.source !== undefined) return gate;
  return { ...gate, decision: { ...gate.decision, otherwise: { value: unsaid, why: otherwise.why } } };
}

/** The same half, where anyone may make health checks: some meshes do not know the kubelet. */
function withProbes(half: Half, groups: readonly Group[]): Half {
  return changed(half, (gate, to) => {
    const probes = groups.filter(({ ports }) => ports.some(one => isSamePort(one.to, to)))
      .flatMap(({ workloads }) => workloads.flatMap(one => one.probes)).filter(({ port }) => port === to.port);
    const [first] = probes;
    const source = { kind: 'Pod', name: 'health checks', place: { file: '', line: 0, path: '' } };
    return first === undefined ? gate : {
      ...gate,
      decision: {
        ...gate.decision,
        branches: [{ when: anyOf(...probes.map(probed)), then: { value: 'allowed', why: 'it is a health check' }, source }, ...gate.decision.branches],
      },
    };
  });
}

/** Elements of a path that some servers take for `..`, and others for a name. */
const DOTS = regex('(?:.*/)?\\.\\.?;[^/]*(?:/.*)?');

function isOfDots({ contrast: { call: { request } } }: Difference): boolean {
  return request !== undefined && holdsFor(DOTS, request.path) === 'yes';
}

/** The same half, where nobody asks for such paths. */
function withoutDots(half: Half): Half {
  return changed(half, gate => {
    const source = { kind: 'Pod', name: 'dots', place: { file: '', line: 0, path: '' } };
    const branch = { when: { type: 'path' as const, is: DOTS }, then: { value: 'denied' as const, why: 'the path may be another one' }, source };
    return { ...gate, decision: { ...gate.decision, branches: [branch, ...gate.decision.branches] } };
  });
}

function probed({ kind, path = '/' }: Probe): Condition {
  if (kind === 'tcp') return anyOf();
  const [method, asked] = kind === 'grpc' ? ['POST', '/grpc.health.v1.Health/Check'] : ['GET', path.split('?')[0]];
  return allOf({ type: 'method', is: exactly(method) }, { type: 'path', is: exactly(asked) });
}

/** Whether two ports are of pods that are the same. */
export function isSamePort(a: PodPort, b: PodPort): boolean {
  return a.port === b.port && a.pod.namespace === b.pod.namespace && JSON.stringify(a.pod.labels) === JSON.stringify(b.pod.labels);
}

/** The pods at which more gets in than before, as their group is called. */
export function widened({ differences }: Compared, groups: readonly Group[]): string[] {
  return differences.filter(({ kind }) => kind === 'wider').flatMap(({ to }) => to.type !== 'pods' ? []
    : groups.filter(({ ports }) => ports.some(one => isSamePort(one.to, to.port))).map(({ namespace, name }) => `${namespace}/${name}`));
}

