import { shell, step, type Step } from './step';
import type { SmiMesh } from '../../dialects/smi/read/meshes';
import type { TargetName } from '../targets';

/** The mesh that read SMI, as it is left. */
interface OldMesh {
  /** Targets by which nothing but the objects changes. */
  readonly stays: readonly TargetName[];
  /** Whether pods have proxies of it. */
  readonly hasProxies: boolean;
  /** What takes a namespace out of it. */
  readonly leave: (namespace: string) => readonly string[];
  /** What has to go before manifests of the same mesh are applied. */
  readonly before: readonly Step[];
  /** What takes away the mesh, or what of it reads SMI. */
  readonly uninstall: readonly Step[];
}

/** The mesh that is gone to. */
interface NewMesh {
  /** Whether pods get proxies of it. */
  readonly hasProxies: boolean;
  /** What takes a namespace into it. */
  readonly join: (namespace: string) => readonly string[];
  readonly remark?: string;
}

const label = (namespace: string, ...labels: readonly string[]) => shell('kubectl', 'label', 'namespace', namespace, ...labels);
const annotate = (namespace: string, ...annotations: readonly string[]) => shell('kubectl', 'annotate', 'namespace', namespace, ...annotations);

const nothing = { stays: [], hasProxies: false, leave: () => [], before: [], uninstall: [] };

export const OLD: { readonly [Mesh in SmiMesh]: OldMesh } = {
  'osm': {
    ...nothing,
    hasProxies: true,
    leave: namespace => [label(namespace, 'openservicemesh.io/monitored-by-'), annotate(namespace, 'openservicemesh.io/sidecar-injection-')],
    uninstall: [step(
      'Uninstall Open Service Mesh, unless that was the add-on of AKS, and delete webhooks that it has left behind: their names have osm in them',
      'osm uninstall mesh', 'kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations',
    )],
  },
  'linkerd': {
    stays: ['linkerd'],
    hasProxies: true,
    leave: namespace => [annotate(namespace, 'linkerd.io/inject-')],
    before: [],
    uninstall: [step('Uninstall the SMI extension of Linkerd', 'linkerd smi uninstall | kubectl delete -f -')],
  },
  'nginx': {
    ...nothing,
    hasProxies: true,
    leave: namespace => [label(namespace, 'injector.nsm.nginx.com/auto-inject-')],
    uninstall: [step('Uninstall NGINX Service Mesh, which deletes all SMI there is: pods that still have its proxy are open then', 'nginx-meshctl remove')],
  },
  'traefik': { ...nothing, uninstall: [step('Uninstall Traefik Mesh', 'helm uninstall traefik-mesh')] },
  'consul': {
    ...nothing,
    stays: ['consul'],
    hasProxies: true,
    before: [step('Stop the SMI controller of Consul, and delete the intentions that it has written: ServiceIntentions do not take over what is there')],
  },
  'istio-adapter': {
    ...nothing,
    stays: ['istio', 'istio-ambient'],
    hasProxies: true,
    leave: namespace => [label(namespace, 'istio-injection-', 'istio.io/rev-')],
    uninstall: [step('Uninstall the SMI adapter for Istio: the VirtualServices and DestinationRules that it has written go with their TrafficSplits')],
  },
  'spec': nothing,
};

export const NEW: { readonly [Name in TargetName]: NewMesh } = {
  'istio': {
    hasProxies: true,
    join: namespace => [label(namespace, 'istio-injection=enabled')],
    remark: 'where Istio has revisions, as on AKS, the label is `istio.io/rev`',
  },
  'istio-ambient': { hasProxies: true, join: namespace => [label(namespace, 'istio.io/dataplane-mode=ambient')] },
  'linkerd': { hasProxies: true, join: namespace => [annotate(namespace, 'linkerd.io/inject=enabled')] },
  'consul': { hasProxies: true, join: () => [], remark: 'give the templates of pods the annotation `consul.hashicorp.com/connect-inject: "true"`' },
  'kuma': { hasProxies: true, join: namespace => [label(namespace, 'kuma.io/sidecar-injection=enabled')] },
  'cilium': { hasProxies: false, join: () => [] },
  'gateway-api': { hasProxies: false, join: () => [] },
  'network-policy': { hasProxies: false, join: () => [] },
};
