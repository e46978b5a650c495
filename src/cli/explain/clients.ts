import type { Client, Pod } from '../../meaning/call';
import type { Land } from '../../meaning/journey';
import { GATEWAY_NAME, hasLabels } from '../../meaning/selector';
import { type Cluster, DEFAULT_NAMESPACE } from '../../reading/cluster/cluster';
import { isInMesh } from '../../reading/in-mesh';
import { Misuse } from '../options';

/** Who calls, as `--from` says it. */
export interface Caller {
  readonly client: Client;
  /** `namespace/name` of the gateway by which it comes in. */
  readonly gateway?: string;
}

interface Known {
  readonly cluster: Cluster;
  readonly land: Land;
  readonly namespace: string;
  readonly isMeshed: boolean;
}

export function callerOf(from: string, known: Known): Caller {
  const [kind, ...rest] = from.split(':');
  const detail = rest.length === 0 ? undefined : rest.join(':');
  if (kind === 'outside') return { client: { kind: 'outside', meshed: false, ...(detail !== undefined && { address: addressOf(detail) }) } };
  if (kind === 'gateway') return gatewayOf(detail, known);
  if (detail !== undefined) throw new Misuse(`'--from' is '${from}', which is nobody. ${FORMS}`);
  return { client: from.includes('=') ? byLabels(from, known) : byServiceAccount(from, known) };
}

export const FORMS = 'It is a ServiceAccount such as shop/web, labels of a pod such as shop/app=web, gateway, gateway:NAMESPACE/NAME, outside, or outside:ADDRESS';

function addressOf(text: string): string {
  if (/^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(text) || /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text)) return text;
  throw new Misuse(`'${text}' is no address`);
}

function byServiceAccount(from: string, { cluster, land, namespace, isMeshed }: Known): Client {
  const [, own = namespace, serviceAccount] = /^(?:([^/]+)\/)?([^/]+)$/.exec(from) ?? [];
  if (serviceAccount === undefined) throw new Misuse(`'--from' is '${from}', which is nobody. ${FORMS}`);
  const pod = onlyOne(cluster.workloadsIn(own).filter(workload => workload.serviceAccount === serviceAccount)
    .map(workload => cluster.podOf(workload)));
  return { kind: 'pod', namespaceLabels: cluster.namespaceLabels(own), ...pod, namespace: own, serviceAccount, meshed: isMeshed && mayBeInMesh(pod, land) };
}

/** A pod that has these labels: one of the workloads, where only one has them. */
function byLabels(from: string, { cluster, land, namespace, isMeshed }: Known): Client {
  // A namespace has no dots; what stands before the slash in a label has.
  const [, own = namespace, said] = /^(?:([^./=,]+)\/)?(.+)$/.exec(from) ?? [];
  const labels = Object.fromEntries((said ?? '').split(',').map(pair => {
    const [, key, value] = /^([^=]+)=([^=]*)$/.exec(pair) ?? [];
    if (key === undefined) throw new Misuse(`'--from' has '${pair}', which is no label. Write name=value`);
    return [key, value];
  }));
  const found = cluster.workloadsIn(own).filter(workload => hasLabels(workload.labels, labels));
  const serviceAccount = onlyOne(found.map(workload => workload.serviceAccount));
  const pod = onlyOne(found.map(workload => cluster.podOf(workload)));
  return {
    kind: 'pod',
    namespaceLabels: cluster.namespaceLabels(own),
    labels,
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...pod,
    namespace: own,
    meshed: isMeshed && mayBeInMesh(pod, land),
  };
}

/** Whether the files have a workload that may be the caller, or none at all. */
export function isThere({ client, gateway }: Caller, { workloads }: Cluster): boolean {
  return client.kind !== 'pod' || gateway !== undefined || workloads.length === 0 || workloads.some(one => (one.namespace ?? DEFAULT_NAMESPACE) === client.namespace
    && (client.serviceAccount === undefined || one.serviceAccount === client.serviceAccount) && hasLabels(one.labels, client.labels ?? {}));
}

function mayBeInMesh(pod: Pod | undefined, { readings }: Land): boolean {
  return pod === undefined || isInMesh(readings, pod);
}

/** A gateway is known by its pods, where they are there. */
function gatewayOf(name: string | undefined, { land, cluster, namespace, isMeshed }: Known): Caller {
  const entries = land.readings.flatMap(({ reading }) => reading.entries?.() ?? []);
  const all = [...new Set(entries.map(({ gateway }) => gateway))].sort();
  const gateway = name === undefined ? onlyOne(all) : name.includes('/') ? name : `${namespace}/${name}`;
  if (gateway === undefined) {
    throw new Misuse(all.length === 0 ? 'there is no gateway in the files' : `there are several gateways: say which, such as --from gateway:${all[0]}`);
  }
  const pods = entries.find(entry => entry.gateway === gateway)?.pods;
  if (pods !== undefined) return { client: { kind: 'pod', ...pods, meshed: isMeshed }, gateway };
  const [own, short] = gateway.split('/');
  const workload = onlyOne(cluster.workloadsIn(own).filter(one => one.labels[GATEWAY_NAME] === short));
  const client: Client = {
    kind: 'pod', namespaceLabels: cluster.namespaceLabels(own), ...(workload !== undefined && { ...cluster.podOf(workload), meshed: isMeshed }), namespace: own, isGateway: true,
  };
  return { client, gateway };
}

/** What all are, where they are the same. */
function onlyOne<T>(all: readonly T[]): T | undefined {
  const distinct = new Map(all.map(one => [JSON.stringify(one), one]));
  return distinct.size === 1 ? [...distinct.values()][0] : undefined;
}
