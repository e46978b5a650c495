/** A manifest, among others. */
export interface Subject {
  readonly manifest: any;
  /** The chart or file of the manifest. Manifests that have the same one are written together. */
  readonly chart?: unknown;
  /** The target that the manifest is rendered for; absent, it is for all targets. */
  readonly target?: string;
}

/** A mistake, and the manifest that has it. */
export interface Finding {
  readonly subject: Subject;
  readonly check: FindingCheck;
  readonly path: string;
  readonly message: string;
  /** Whether the manifest is wrong, whatever else the cluster has; otherwise the finding is a warning. */
  readonly isError?: boolean;
  /** Whether it holds only where the cluster lacks the experimental channel of Gateway API. */
  readonly needsExperimental?: true;
}

export type FindingCheck =
  | 'backend'
  | 'parent'
  | 'port'
  | 'grant'
  | 'account'
  | 'selector'
  | 'contradiction'
  | 'waypoint'
  | 'attachment' // of routes to listeners, and of those to Gateways
  | 'certificate'
  | 'unreached' // listeners
  // Of what controllers release:
  | 'version' // a selector that leaves out the pods of one version
  | 'mixed' // pods of others behind the Services of a release
  | 'whole' // numbers with decimals
  | 'conditions' // several in one match
  | 'cors'
  | 'provider' // what it cannot do
  | 'match' // what Gateway API has no words for
  | 'start' // what a release needs to start
  | 'length' // of names
  | 'deletion'
  | 'moved' // a field that the controller writes
  | 'routed' // a route beside that of the controller
  | 'controllers' // two of them
  | 'parentPort'
  | 'metric'
  | 'steps' // which do not lead on
  | 'interval'
  | 'rollout' // what its controller refuses
  | 'rolloutService'
  | 'rule' // that a plugin deletes
  | 'weights' // where a release starts
  | 'step' // that does nothing, or something else
  | 'plugin'
  | 'autoscaler';

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly number[];
}

export interface Workload {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly serviceAccount: string;
}

export const X_BACKEND = 'gateway.networking.x-k8s.io XBackend';

/** What the manifests have: Services, XBackends, workloads and grants. */
export class Inventory {
  readonly grants: readonly any[];
  private readonly services = new Map<string, Service>();
  private readonly workloads = new Map<string, Workload[]>();
  /** By a label and its value. */
  private readonly labelled = new Map<string, Map<unknown, Workload[]>>();
  private readonly accounts = new Map<string, Set<string>>();
  /** Those that a controller makes for gateways, each with its namespace. */
  private readonly accountsOfGateways = new Set<string>();
  private readonly namespacesOfServices = new Set<string>();
  /** By namespace. */
  private readonly xBackends = new Map<string, Set<unknown>>();

  constructor(subjects: readonly Subject[]) {
    for (const { manifest } of subjects) {
      if (manifest.kind === 'Service' && manifest.apiVersion === 'v1') this.addService(manifest);
      if (groupKindOf(manifest) === X_BACKEND) this.addXBackend(manifest);
      gatewayAccountsOf(manifest).forEach(name => this.accountsOfGateways.add(`${namespaceOfObject(manifest)}/${name}`));
      const workload = workloadOf(manifest);
      if (workload !== undefined) this.addWorkload(workload);
    }
    this.grants = subjects.map(({ manifest }) => manifest).filter(({ kind }) => kind === 'ReferenceGrant');
  }

  service(namespace: string, name: string): Service | undefined {
    return this.services.get(`${namespace}/${name}`);
  }

  /** Whether a Service that is not among the manifests is missing: its namespace has other Services among them. */
  misses(namespace: string, name: string): boolean {
    return this.namespacesOfServices.has(namespace) && this.service(namespace, name) === undefined;
  }

  /** The same of an XBackend. */
  missesXBackend(namespace: string, name: unknown): boolean {
    return this.xBackends.get(namespace)?.has(name) === false;
  }

  workloadsOf(namespace: string): readonly Workload[] {
    return this.workloads.get(namespace) ?? [];
  }

  /** Those of a namespace among which are all that have these labels: those that have the rarest of them. */
  workloadsAmong(namespace: string, labels: Readonly<Record<string, unknown>>): readonly Workload[] {
    const having = Object.entries(labels).map(([label, value]) => this.labelled.get(`${namespace}/${label}`)?.get(value) ?? []);
    return having.reduce((rarest, some) => some.length < rarest.length ? some : rarest, this.workloadsOf(namespace));
  }

  get hasWorkloads(): boolean {
    return this.workloads.size > 0;
  }

  /** The ServiceAccounts that workloads of a namespace run as, if it has any. */
  accountsOf(namespace: string): ReadonlySet<string> | undefined {
    return this.accounts.get(namespace);
  }

  /** Whether a ServiceAccount is one that a controller makes for the pods of a gateway, which are in no manifest. */
  isOfGateway(namespace: string, account: string): boolean {
    return account.endsWith('-istio') || this.accountsOfGateways.has(`${namespace}/${account}`);
  }

  private addWorkload(workload: Workload): void {
    const { namespace, serviceAccount } = workload;
    const others = this.workloads.get(namespace);
    if (others === undefined) {
      this.workloads.set(namespace, [workload]);
      this.accounts.set(namespace, new Set([serviceAccount]));
    } else {
      others.push(workload);
      this.accounts.get(namespace)?.add(serviceAccount);
    }
    for (const [label, value] of Object.entries(workload.labels)) {
      const key = `${workload.namespace}/${label}`;
      const byValue = this.labelled.get(key) ?? new Map<unknown, Workload[]>();
      this.labelled.set(key, byValue);
      const alike = byValue.get(value);
      if (alike === undefined) byValue.set(value, [workload]);
      else alike.push(workload);
    }
  }

  private addXBackend(manifest: any): void {
    const namespace = namespaceOfObject(manifest);
    this.xBackends.set(namespace, (this.xBackends.get(namespace) ?? new Set()).add(manifest.metadata?.name));
  }

  private addService(manifest: any): void {
    const [namespace, name] = [namespaceOfObject(manifest), manifest.metadata?.name];
    const ports = list(manifest.spec?.ports).map(({ port }) => port);
    this.services.set(`${namespace}/${name}`, { namespace, name, ports });
    this.namespacesOfServices.add(namespace);
  }
}

/**
 * The ServiceAccounts of gateways that a manifest is, or names: that of a waypoint has its name, and others have that of their class too
 * (istio/istio `pilot/pkg/config/kube/gatewaycommon/deploymentcontroller.go`).
 */
function gatewayAccountsOf(manifest: any): unknown[] {
  const { metadata, spec } = manifest;
  switch (groupKindOf(manifest)) {
    case 'gateway.networking.k8s.io Gateway': return [metadata?.name, `${metadata?.name}-${spec?.gatewayClassName}`];
    case 'security.istio.io AuthorizationPolicy': return list(spec?.targetRefs).filter(({ kind }) => kind === 'Gateway').map(({ name }) => name);
    default: return [];
  }
}

/** The group and kind, such as `security.istio.io AuthorizationPolicy`. */
export function groupKindOf({ apiVersion, kind }: any): string {
  const slash = String(apiVersion).indexOf('/');
  return slash < 0 ? kind : `${apiVersion.slice(0, slash)} ${kind}`;
}

export function namespaceOfObject(manifest: any): string {
  return manifest.metadata?.namespace ?? '';
}

/** The namespace in words, for a sentence. */
export function within(namespace: string): string {
  return namespace === '' ? '' : ` in namespace '${namespace}'`;
}

/** The entries of a list that are objects. Manifests here need not be valid. */
export function list(value: unknown): any[] {
  return Array.isArray(value) ? value.filter(item => item !== null && typeof item === 'object') : [];
}

/** The value, if it is an object. Manifests here need not be valid. */
export function map(value: unknown): any {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

const TEMPLATED = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Rollout'];

export function workloadOf(manifest: any): Workload | undefined {
  const pod = podOf(manifest);
  if (pod === undefined || pod === null) return undefined;
  return {
    namespace: namespaceOfObject(manifest),
    labels: map(pod.metadata?.labels),
    serviceAccount: pod.spec?.serviceAccountName ?? 'default',
  };
}

function podOf(manifest: any): any {
  if (manifest.kind === 'Pod') return manifest;
  if (manifest.kind === 'CronJob') return manifest.spec?.jobTemplate?.spec?.template;
  return TEMPLATED.includes(manifest.kind) ? manifest.spec?.template : undefined;
}
