import type { HttpRouteGroup, IdentityBinding, PortRoute, SmiDocument, SmiObject, TrafficSplit, TrafficTarget } from './tree';
import type { SmiKind } from './versions';
import { pushTo } from '../../../model/lists';

/** All that is said in SMI, whatever the order of files and documents. */
export class SmiWorld {
  public readonly targets: readonly TrafficTarget[];
  public readonly splits: readonly TrafficSplit[];
  private readonly objects = new Map<string, SmiDocument>();
  /** Those of one name that say different things, by the first of them. */
  private readonly others = new Map<SmiDocument, SmiDocument[]>();

  /** `namespace` is that of objects without one. */
  public constructor(documents: readonly SmiDocument[], private readonly namespace?: string) {
    const saidFirst = new Map<SmiDocument, string>();
    for (const document of documents) {
      const key = this.keyOf(document);
      const first = this.objects.get(key);
      if (first === undefined) {
        this.objects.set(key, document);
        continue;
      }
      const text = saidFirst.get(first) ?? said(first);
      saidFirst.set(first, text);
      if (text !== said(document)) pushTo(this.others, first, document);
    }
    const byName = [...this.objects].sort(([a], [b]) => a < b ? -1 : 1).map(([, document]) => document);
    this.targets = byName.filter(document => document.kind === 'TrafficTarget');
    this.splits = byName.filter(document => document.kind === 'TrafficSplit');
  }

  public namespaceOf(object: Pick<SmiObject, 'namespace'>): string | undefined {
    return object.namespace ?? this.namespace;
  }

  public group(namespace: string | undefined, name: string): HttpRouteGroup | undefined {
    const found = this.find('HTTPRouteGroup', namespace, name);
    return found?.kind === 'HTTPRouteGroup' ? found : undefined;
  }

  public route(kind: PortRoute['kind'], namespace: string | undefined, name: string): PortRoute | undefined {
    const found = this.find(kind, namespace, name);
    return found?.kind === 'TCPRoute' || found?.kind === 'UDPRoute' ? found : undefined;
  }

  public binding(namespace: string | undefined, name: string): IdentityBinding | undefined {
    const found = this.find('IdentityBinding', namespace, name);
    return found?.kind === 'IdentityBinding' ? found : undefined;
  }

  /** Why nobody knows what an object means. */
  public unknown(object: SmiDocument): string | undefined {
    const finding = object.findings.find(({ isUnknown }) => isUnknown);
    if (finding !== undefined) return `${object.kind} '${object.name}' has something that is not known: ${finding.place.path}: ${finding.message}`;
    if (this.namespaceOf(object) === undefined) return `the namespace of ${object.kind} '${object.name}' is not known`;
    const first = this.objects.get(this.keyOf(object));
    const others = first && this.others.get(first);
    return others && `there are ${others.length + 1} of ${object.kind} '${object.name}', which say different things: keep the one that is in force`;
  }

  private find(kind: SmiKind, namespace: string | undefined, name: string): SmiDocument | undefined {
    return this.objects.get(`${kind} ${namespace ?? this.namespace ?? ''}/${name}`);
  }

  private keyOf(document: SmiDocument): string {
    return `${document.kind} ${this.namespaceOf(document) ?? ''}/${document.name}`;
  }
}

/** The same for documents that say the same, wherever they stand, and by whichever version. */
function said(document: SmiDocument): string {
  const { place, version, findings, labels, annotations, ...rest } = document;
  return JSON.stringify([rest, findings.some(({ isUnknown }) => isUnknown)], (name, value) => name === 'place' || name === 'text' ? undefined : value);
}
