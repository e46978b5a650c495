import { ingressExposure } from './exposure';
import { networkPolicyPolicies } from './policies';
import { ingressServices, networkPolicyServices } from './service-reading';
import type { DnsServer } from '../../model/dns';
import { KUBE_DNS } from '../../model/dns';
import { onNode } from '../contract/bypass';
import { MOVED_BY_COMMITS, unmoved } from '../contract/deliverable';
import { unable } from '../contract/dialect';
import { nothingReserved } from '../contract/reserved';
import type { TargetDialects } from '../contract/target-dialects';

/** NetworkPolicy by itself. */
export function networkPolicyByItself(dns: readonly DnsServer[] = [KUBE_DNS]): TargetDialects {
  return {
    routes: unable('routes', 'a NetworkPolicy routes nothing'),
    release: MOVED_BY_COMMITS,
    exposure: unable('exposure', 'a NetworkPolicy routes nothing'),
    gateway: unable('gateway', 'a NetworkPolicy routes nothing'),
    externalBackend: unable('externalBackend', 'a NetworkPolicy routes nothing'),
    ...networkPolicyPolicies(dns),
    deliverable: { moved: { api: 'pods' }, telemetry: { none: 'without a mesh, nobody but the app itself counts its requests' } },
    services: networkPolicyServices,
    // Networks differ in what holds there (https://kubernetes.io/docs/concepts/services-networking/network-policies/).
    reserved: nothingReserved('NetworkPolicy', pod => onNode(pod, true)),
    traffic: undefined,
  };
}

/** An Ingress, for what comes from outside. */
export function ingress(className: string): TargetDialects {
  const noPolicies = 'an Ingress has no policies';
  return {
    routes: unable('routes', 'an Ingress is for traffic from outside; an Exposure renders it'),
    release: MOVED_BY_COMMITS,
    exposure: ingressExposure(className),
    gateway: unable('gateway', 'the controller of the class is the gateway, and an Ingress says nothing of its listeners', 'Leave it out: an Exposure without `gateway` is one of that controller'),
    externalBackend: unable('externalBackend', 'an Ingress sends requests to Services'),
    access: unable('access', noPolicies),
    namespaceDefault: unable('namespaceDefault', noPolicies),
    gatewayAccess: unable('gatewayAccess', noPolicies),
    jwtAuthentication: unable('jwtAuthentication', noPolicies),
    externalAuthorization: unable('externalAuthorization', noPolicies),
    authentication: unable('authentication', noPolicies),
    clusterAccess: unable('clusterAccess', noPolicies),
    egress: unable('egress', noPolicies),
    deliverable: unmoved('an Ingress is for traffic from outside'),
    services: ingressServices,
    reserved: nothingReserved('Ingress'),
    traffic: undefined,
  };
}
