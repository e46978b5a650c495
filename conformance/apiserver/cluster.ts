import type { Answer, ApiServer } from './server';

export interface Verdict {
  readonly accepted: boolean;
  /** What the API server says when it refuses. */
  readonly message: string;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

const APPLY = 'application/apply-patch+yaml';

/** Says of a manifest what the API server says, as `kubectl apply --server-side` asks it, with strict validation of fields. */
export class Cluster {
  private readonly resources = new Map<string, Promise<Resource[]>>();
  private readonly namespaces = new Set<string>();

  constructor(public readonly server: ApiServer) {}

  /** Leaves nothing behind. */
  public async dryRun(manifest: any): Promise<Verdict> {
    return this.apply(manifest, '&dryRun=All');
  }

  /** Creates the object, and deletes it again. */
  public async create(manifest: any): Promise<Verdict> {
    const verdict = await this.apply(manifest, '');
    if (verdict.accepted) await this.delete(manifest);
    return verdict;
  }

  /** What must be there before the others. */
  public async install(manifest: any): Promise<void> {
    const { accepted, message } = await this.apply(manifest, '');
    if (!accepted) throw new Error(`the API server refuses ${manifest.kind} ${manifest.metadata.name}: ${message}`);
  }

  public async isServed(apiVersion: string, kind: string): Promise<boolean> {
    this.resources.delete(apiVersion);
    return await this.resourceOf(apiVersion, kind) !== undefined;
  }

  private async apply(manifest: any, dryRun: string): Promise<Verdict> {
    const where = await this.pathOf(manifest);
    if (!where) return { accepted: false, message: `no resource ${manifest.apiVersion} ${manifest.kind}` };
    return verdictOf(await this.server.request('PATCH', `${where}?fieldManager=conformance&fieldValidation=Strict${dryRun}`, manifest, APPLY));
  }

  private async delete(manifest: any): Promise<void> {
    const where = await this.pathOf(manifest);
    // Nobody else is there to do what a finalizer waits for.
    if (manifest.metadata.finalizers) {
      await this.server.request('PATCH', where!, { metadata: { finalizers: null } }, 'application/merge-patch+json');
    }
    const { accepted, message } = verdictOf(await this.server.request('DELETE', where!));
    if (!accepted) throw new Error(`cannot delete ${where}: ${message}`);
  }

  /** Where a client sends a manifest; undefined for a kind that is not served. */
  private async pathOf({ apiVersion, kind, metadata }: any): Promise<string | undefined> {
    const resource = await this.resourceOf(apiVersion, kind);
    if (!resource) return undefined;
    const namespace = metadata?.namespace || 'default';
    if (resource.namespaced) await this.makeNamespace(namespace);
    const steps = [...resource.namespaced ? ['namespaces', namespace] : [], resource.name, metadata?.name ?? ''];
    return `${prefixOf(apiVersion)}/${steps.map(step => encodeURIComponent(step)).join('/')}`;
  }

  private async resourceOf(apiVersion: unknown, kind: unknown): Promise<Resource | undefined> {
    if (typeof apiVersion !== 'string') return undefined;
    if (!this.resources.has(apiVersion)) {
      this.resources.set(apiVersion, this.server.request('GET', prefixOf(apiVersion)).then(({ body }) => body.resources ?? []));
    }
    return (await this.resources.get(apiVersion)!).find(resource => resource.kind === kind && !resource.name.includes('/'));
  }

  /** A bad name is refused here, and then for the object as well. */
  private async makeNamespace(name: unknown): Promise<void> {
    if (typeof name !== 'string' || this.namespaces.has(name)) return;
    this.namespaces.add(name);
    await this.server.request('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
}

function prefixOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Server-side apply answers 500 to a manifest that it cannot read by the schema. */
const UNREADABLE = 'failed to create typed patch object';

function verdictOf({ status, body }: Answer): Verdict {
  if (status >= 500 && !body.message?.startsWith(UNREADABLE)) throw new Error(`the API server fails: ${status} ${JSON.stringify(body)}`);
  return { accepted: status < 300, message: status < 300 ? '' : `${status} ${body.message ?? body}` };
}
