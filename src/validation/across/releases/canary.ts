import { list, map, namespaceOfObject, type Subject } from '../inventory';
import type { World } from './world';

/** How Flagger routes: which router of its takes a provider. */
export type Router = 'gatewayapi' | 'istio' | 'split' | 'kuma' | 'kubernetes' | 'other';

/** A Canary of Flagger, as it reads it. */
export interface Canary {
  readonly subject: Subject;
  readonly name: string;
  readonly namespace: string;
  readonly target: { readonly kind: string; readonly name: string };
  /** The Service that clients call. */
  readonly apex: string;
  readonly provider?: string;
  /** Unknown without a provider: Flagger is told one for all when it is started. */
  readonly router?: Router;
  readonly service: any;
  readonly analysis: any;
  readonly workload?: Subject;
  /** Of TrafficSplit, if its CRD is here. */
  readonly splitVersions?: readonly string[];
  /** Of the pods of both versions, if the manifests have the workload and it has a label that Flagger takes. */
  readonly pods?: Pods;
}

/** What tells the pods of the two versions apart. */
export interface Pods {
  readonly label: string;
  readonly value: string;
  readonly stable: Readonly<Record<string, string>>;
  readonly canary: Readonly<Record<string, string>>;
}

/** The labels that Flagger takes, if nothing else is said where it is started: the first that the selector of the workload has. */
export const SELECTOR_LABELS = ['app', 'name', 'app.kubernetes.io/name'];

export function canaryOf(subject: Subject, world: World): Canary {
  const { manifest } = subject;
  const spec = map(manifest.spec);
  const namespace = namespaceOfObject(manifest);
  const target = { kind: String(spec.targetRef?.kind ?? 'Deployment'), name: String(spec.targetRef?.name) };
  const service = map(spec.service);
  const provider = typeof spec.provider === 'string' && spec.provider !== '' ? spec.provider : undefined;
  const workload = target.kind === 'Service' ? undefined : world.named(`apps ${target.kind}`, namespace, target.name, subject);
  return {
    subject,
    name: String(manifest.metadata?.name),
    namespace,
    target,
    apex: typeof service.name === 'string' && service.name !== '' ? service.name : target.name,
    provider,
    router: provider !== undefined ? routerOf(provider) : list(service.gatewayRefs).length > 0 ? 'gatewayapi' : undefined,
    service,
    analysis: map(spec.analysis ?? spec.canaryAnalysis),
    workload,
    splitVersions: servedSplits(subject, world),
    pods: workload && podsOf(workload.manifest),
  };
}

/** The versions of TrafficSplit that the cluster serves, where its CRD is among the manifests. */
export function servedSplits(subject: Subject, world: World): readonly string[] | undefined {
  const crd = world.named('apiextensions.k8s.io CustomResourceDefinition', '', 'trafficsplits.split.smi-spec.io', subject);
  return crd && list(crd.manifest.spec?.versions).filter(({ served }) => served === true).map(({ name }) => String(name));
}

function routerOf(provider: string): Router {
  const [word] = provider.split(':');
  switch (word) {
    case 'gatewayapi': case 'istio': case 'kuma': case 'kubernetes': return word;
    case 'smi': case 'linkerd': case 'osm': return 'split';
    default: return 'other';
  }
}

/** As Flagger copies the template: one label has another value, and those of Flux are left out. */
function podsOf({ spec }: any): Pods | undefined {
  const chosen = map(spec?.selector?.matchLabels);
  const label = SELECTOR_LABELS.find(key => Object.hasOwn(chosen, key));
  if (label === undefined) return undefined;
  const value = String(chosen[label]);
  const canary = map(spec?.template?.metadata?.labels);
  const kept = Object.entries<string>(canary).filter(([key]) => !key.includes('toolkit.fluxcd.io'));
  return { label, value, canary, stable: { ...Object.fromEntries(kept), [label]: `${value}-primary` } };
}
