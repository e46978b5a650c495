import { DEFAULT_NAMESPACE } from './cluster/cluster';
import type { ReadObject } from './objects';
import { isMap } from '../manifests/values';

/** Where it may matter what is said to a controller: everywhere, in the namespace of the object, or for what comes in by gateways. */
export type Effect = 'anywhere' | 'namespace' | 'gateways';

/** Controllers of gateways with APIs of their own: what they say lets in by other ways, or keeps out of those that are read. */
const OF_GATEWAYS = new Set([
  'alb.networking.azure.io',
  'apisix.apache.org',
  'appgw.ingress.k8s.io',
  'appprotect.f5.com',
  'appprotectdos.f5.com',
  'cis.f5.com',
  'cloud.google.com',
  'configuration.konghq.com',
  'core.haproxy.org',
  'elbv2.k8s.aws',
  'extensions.higress.io',
  'gateway.envoyproxy.io',
  'gateway.k8s.aws',
  'gateway.kgateway.dev',
  'gateway.nginx.org',
  'gateway.solo.io',
  'getambassador.io',
  'ingress.k8s.ngrok.com',
  'ingress.v1.haproxy.org',
  'ingress.v3.haproxy.org',
  'k8s.nginx.org',
  'kuadrant.io',
  'ngrok.k8s.ngrok.com',
  'projectcontour.io',
  'route.openshift.io',
  'traefik.containo.us',
  'traefik.io',
  'zalando.org',
]);

/** Controllers that write policies or routes, or keep to policies of their own: all kinds of them, or those that do. */
const OF_ALL: Readonly<Record<string, 'all' | readonly string[]>> = {
  'appmesh.k8s.aws': 'all',
  'config.flomesh.io': 'all',
  'crd.nsx.vmware.com': 'all',
  'federation.maistra.io': 'all',
  'isovalent.com': 'all',
  'k8s.otterize.com': ['ClientIntents', 'ProtectedService'],
  'k8s.ovn.org': 'all',
  'kubeovn.io': 'all',
  'maistra.io': 'all',
  'network.openshift.io': ['EgressNetworkPolicy', 'NetNamespace'],
  'networking.gke.io': ['FQDNNetworkPolicy'],
  'networking.gloo.solo.io': 'all',
  'networking.k8s.aws': 'all',
  'neuvector.com': ['NvClusterSecurityRule', 'NvSecurityRule'],
  'nsx.vmware.com': 'all',
  'policy.flomesh.io': 'all',
  'resilience.policy.gloo.solo.io': 'all',
  'sailoperator.io': 'all',
  'security.kubearmor.com': ['KubeArmorClusterPolicy', 'KubeArmorHostPolicy', 'KubeArmorPolicy'],
  'security.policy.gloo.solo.io': 'all',
  'security.tsb.tetrate.io': 'all',
  'specs.smi.nginx.com': 'all',
  'traffic.tsb.tetrate.io': 'all',
  'trafficcontrol.policy.gloo.solo.io': 'all',
  'vpcresources.k8s.aws': 'all',
};

/** Finds an object by its key. */
type Find = (key: string) => ReadObject | undefined;

/** What an object says that no reader reads, and that is not of a mesh, may change; undefined where it changes nothing of what is asked. */
export function effectOf({ group, kind, namespace, manifest }: ReadObject, find: Find): Effect | undefined {
  const all = Object.hasOwn(OF_ALL, group) ? OF_ALL[group] : [];
  if (all === 'all' || all.includes(kind)) return 'anywhere';
  // It makes the Service and its routes.
  if (group === 'flagger.app' && kind === 'Canary') return 'namespace';
  const targets = targetsOf(manifest);
  if (targets.length > 0) return targets.every(target => isAtGateways(target, namespace, find)) ? 'gateways' : 'anywhere';
  return OF_GATEWAYS.has(group) ? 'gateways' : undefined;
}

/**
 * What a policy of a controller is attached to. Other things have targets too: those say the version of what they name.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-713/
 */
function targetsOf({ spec }: any): Record<string, unknown>[] {
  if (!isMap(spec)) return [];
  const { targetRef, targetRefs, targetSelectors } = spec;
  return [targetRef, targetRefs, targetSelectors].flat().filter(isMap).filter(({ kind, apiVersion }) => typeof kind === 'string' && apiVersion === undefined);
}

/** Whether it is a gateway, or a route that is in the files and of gateways only. */
function isAtGateways({ group, kind, name, namespace }: Record<string, unknown>, home = DEFAULT_NAMESPACE, find: Find): boolean {
  if (group !== GATEWAY_API) return false;
  if (GATEWAYS.includes(String(kind))) return true;
  const parents = find(`${group} ${kind} ${namespace ?? home} ${name}`)?.manifest.spec?.parentRefs;
  return Array.isArray(parents) && parents.every(parent => GATEWAYS.includes(parent?.kind ?? 'Gateway'));
}

const GATEWAY_API = 'gateway.networking.k8s.io';
const GATEWAYS = ['Gateway', 'GatewayClass', 'ListenerSet', 'XListenerSet'];
