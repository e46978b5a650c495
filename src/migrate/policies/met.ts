import { type OldMesh, OLD_MESHES } from './old-meshes';
import type { Client } from '../../meaning/call';
import type { PodPort } from '../../meaning/world';
import type { World as ReadWorld } from '../../reading/world';
import { KNOWS_PODS, type TargetName } from '../targets';

/** Of whom the two meshes do not know the same, so that something may change for them that no policy could say. */
export type Untold =
  /** They had no certificate, and are known by the network now. */
  | 'known'
  /** The same of pods of the files that policies name. */
  | 'named'
  /** They have no certificate, and are nobody now. */
  | 'nobody'
  /** Their certificate is one of another mesh. */
  | 'foreign';

/** Who is met by both meshes, and by one of them only. */
export class Meeting {
  private readonly isOfFiles: (client: Client) => boolean;
  /** Those of the files. */
  private readonly accounts: ReadonlySet<string>;
  private readonly knew: boolean;
  private readonly knows: boolean;

  /** @param waypoint - of Istio in ambient mode, which calls for others, and is asked itself who they are */
  public constructor(from: OldMesh, private readonly target: TargetName, private readonly waypoint: string, before: ReadWorld) {
    this.knew = OLD_MESHES[from].knowsPods === true;
    this.knows = KNOWS_PODS.includes(target);
    this.accounts = accountsOf(before);
    this.isOfFiles = knownAmong(before, this.accounts);
  }

  /** Whether one of these is somebody whom both meshes know for the same. */
  public isOf(clients: readonly Client[]): boolean {
    return clients.some(client => this.isClient(client) && this.untold(client) === undefined);
  }

  /** What the new mesh cannot tell of all of these. */
  public untoldOf(clients: readonly Client[]): Untold | undefined {
    const own = clients.filter(client => this.isClient(client));
    const [first, ...others] = own.map(client => this.untold(client));
    if (first === undefined || others.includes(undefined)) return undefined;
    return first === 'known' && own.every(client => client.kind === 'pod' && this.accounts.has(`${client.namespace}/${client.serviceAccount}`)) ? 'named' : first;
  }

  private isClient(client: Client): boolean {
    const isWaypoint = this.target === 'istio-ambient' && client.kind === 'pod' && client.serviceAccount === this.waypoint;
    if (client.kind === 'kubelet' || isWaypoint) return false;
    return !this.knew || this.knows || this.isOfFiles(client);
  }

  private untold(client: Client): Untold | undefined {
    if (client.kind !== 'pod') return undefined;
    const isForeign = client.trustDomain !== undefined;
    if (isForeign || client.meshed === false) return this.knew !== this.knows ? this.knows ? 'known' : 'nobody' : isForeign ? 'foreign' : undefined;
    return undefined;
  }
}

/** Whether a client is a pod of the files, or like none of them: those with other labels, or other ServiceAccounts, are taken not to be there. */
function knownAmong({ cluster }: ReadWorld, accounts: ReadonlySet<string>): (client: Client) => boolean {
  const all = cluster.workloads.map(workload => cluster.podOf(workload));
  const keyOf = ({ namespace, labels, serviceAccount }: Pick<PodPort['pod'], 'namespace' | 'labels' | 'serviceAccount'>) =>
    JSON.stringify([namespace, serviceAccount, Object.entries(labels ?? {}).sort()]);
  const [pods, namespaces] = [new Set(all.map(keyOf)), new Set(all.map(({ namespace }) => namespace))];
  return client => client.kind !== 'pod' || pods.has(keyOf(client))
    || (Object.keys(client.labels ?? {}).length === 0 && !accounts.has(`${client.namespace}/${client.serviceAccount}`) && namespaces.has(client.namespace));
}

function accountsOf({ cluster }: ReadWorld): ReadonlySet<string> {
  return new Set(cluster.workloads.map(workload => cluster.podOf(workload)).map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`));
}
