import type { Answer, ApiServer } from './server';

export interface Verdict {
  readonly accepted: boolean;
  /** What the API server says when it refuses. */
  readonly refusals: string[];
  /** What it stores of a manifest that it accepts, without what only an API server writes. */
  readonly stored?: any;
}

interface Resource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

interface Place {
  readonly collection: string;
  readonly object: string;
}

const STRICT = 'fieldManager=conformance&fieldValidation=Strict';
const DRY_RUN = `${STRICT}&dryRun=All`;
const APPLY = 'application/apply-patch+yaml';

/** Asks an API server about manifests, as clients do that validate fields strictly. */
export class Cluster {
  private readonly resources = new Map<string, Promise<Resource[]>>();
  private readonly namespaces = new Set<string>();

  constructor(public readonly server: ApiServer) {}

  /**
   * Clients create an object (`kubectl create`, client-side `kubectl apply`, Helm) or apply it on the server, and the two do not
   * always agree: a valid manifest is one that both accept.
   */
  public async verdict(manifest: any): Promise<Verdict> {
    const place = await this.placeOf(manifest);
    if (!place) return { accepted: false, refusals: [`nothing serves ${manifest.apiVersion} ${manifest.kind}`] };

    const { refused: created } = await this.send(place, manifest, 'POST', `${place.collection}?${STRICT}`);
    const dry = await this.dryRun(manifest);
    const { refused: applied, stored } = await this.send(place, manifest, 'PATCH', `${place.object}?${STRICT}`, APPLY);
    if (!applied !== !dry) throw new Error(`dry, the API server says ${dry ?? 'yes'}; for real, ${applied ?? 'yes'}: ${JSON.stringify(manifest)}`);

    const refusals = [...created ? [`create: ${created}`] : [], ...applied ? [`apply: ${applied}`] : []];
    return { accepted: refusals.length === 0, refusals, ...stored && { stored } };
  }

  /** Why a manifest cannot be applied, if it cannot. */
  public async dryRun(manifest: any): Promise<string | undefined> {
    return refusal(await this.server.request('PATCH', `${(await this.placeOf(manifest))!.object}?${DRY_RUN}`, manifest, APPLY));
  }

  public async install(manifest: any): Promise<void> {
    const place = await this.placeOf(manifest);
    const refused = refusal(await this.server.request('PATCH', `${place!.object}?${STRICT}`, manifest, APPLY));
    if (refused) throw new Error(`cannot install ${manifest.kind} ${manifest.metadata.name}: ${refused}`);
  }

  public async serves(apiVersion: string, kind: string): Promise<boolean> {
    this.resources.delete(apiVersion);
    return await this.resourceOf(apiVersion, kind) !== undefined;
  }

  /** What the API server accepts is read back, and deleted again. */
  private async send(
    place: Place, manifest: any, method: string, where: string, contentType?: string,
  ): Promise<{ readonly refused?: string; readonly stored?: any }> {
    const refused = refusal(await this.server.request(method, where, manifest, contentType));
    if (refused) return { refused };
    const { body } = await this.server.request('GET', place.object);
    await this.delete(place, manifest);
    return { stored: withoutServerFields(body) };
  }

  private async delete(place: Place, manifest: any): Promise<void> {
    // Nobody is there to do what a finalizer waits for.
    if (manifest.metadata.finalizers) {
      await this.server.request('PATCH', place.object, { metadata: { finalizers: null } }, 'application/merge-patch+json');
    }
    const refused = refusal(await this.server.request('DELETE', place.object));
    if (refused) throw new Error(`cannot delete ${place.object}: ${refused}`);
  }

  /** Where a client sends a manifest; undefined for a kind that is not served. */
  private async placeOf({ apiVersion, kind, metadata }: any): Promise<Place | undefined> {
    const resource = await this.resourceOf(apiVersion, kind);
    if (!resource) return undefined;
    const namespace = metadata?.namespace || 'default';
    if (resource.namespaced) await this.makeNamespace(namespace);
    const steps = [...resource.namespaced ? ['namespaces', namespace] : [], resource.name];
    const collection = `${prefixOf(apiVersion)}/${steps.map(encodeURIComponent).join('/')}`;
    return { collection, object: `${collection}/${encodeURIComponent(metadata?.name ?? '')}` };
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

/** Without the status, and without the metadata that only an API server writes. */
function withoutServerFields({ status: _, metadata, ...content }: any): any {
  return { ...content, metadata: Object.fromEntries(Object.entries(metadata).filter(([field]) => !SERVER_METADATA.has(field))) };
}

const SERVER_METADATA = new Set(['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'uid']);

function prefixOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Some refusals come as 500: of a manifest that server-side apply cannot read by the schema or by the Go type, and of a version that storage cannot have. */
const REFUSALS = [
  'failed to create typed patch object', 'failed to convert new object', 'resourceVersion should not be set on objects to be created',
];

function refusal({ status, body }: Answer): string | undefined {
  const message = String(body.message ?? body);
  if (status >= 500 && !REFUSALS.some(start => message.startsWith(start))) throw new Error(`the API server fails: ${status} ${message}`);
  return status < 300 ? undefined : `${status} ${message}`;
}
