import { API_VERSION, GROUP } from './apis';
import type { CertificateHolders } from './certificate-grant';
import { certificateGrants } from './certificate-grant';
import type { GatewayExtension } from './extension/gateways';
import { gatewayRef } from './listener-set';
import type { GatewaySpec, GatewaySpecListeners, ListenerSetSpec } from '../../../imports/gateway-api/standard/gateway.networking.k8s.io';
import { byKind } from '../../model/by-kind';
import type { GatewayFeature } from '../../model/features/gateway';
import type { Fields } from '../../model/fields';
import type { ClientCertificates, ClientValidation, FromNamespaces, GatewayBase, GatewayModel, Infrastructure, Listener, ListenerTls } from '../../model/gateway';
import { authoritiesOf, isElsewhereThan, secretsOf } from '../../model/gateway';
import type { Claim } from '../contract/claim';
import type { Dialect } from '../contract/dialect';
import type { Manifest, Plain } from '../contract/manifest';
import type { Refusal } from '../contract/refusal';
import { renderUnless } from '../contract/rendering';
import { FULL, full } from '../contract/support';
import { issuerAnnotations } from '../gateways/cert-manager';

/**
 * One Gateway with all of its listeners, or one ListenerSet; and a ReferenceGrant for each namespace that has certificates of it.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/gateway/
 * @see https://gateway-api.sigs.k8s.io/geps/gep-1713/
 */
export function sharedGateway(extension: GatewayExtension): Dialect<GatewayModel, GatewayFeature> {
  return {
    renders: 'a Gateway or a ListenerSet, and a ReferenceGrant for each other namespace that has certificates of it',
    supports: {
      SharedListenerSet: FULL,
      HTTPListener: FULL,
      HTTPSListener: FULL,
      TLSPassthroughListener: FULL,
      TLSTerminationListener: FULL,
      TCPListener: FULL,
      UDPListener: FULL,
      ListenersOfPort: FULL,
      ListenerHostname: FULL,
      SeveralCertificates: FULL,
      CertificateIssuer: full('an annotation, which cert-manager reads'),
      TLSOptions: FULL,
      GatewayReferenceGrant: FULL,
      RoutesOfAllNamespaces: FULL,
      RoutesOfSomeNamespaces: FULL,
      RouteKinds: FULL,
      AllowedListeners: FULL,
      GatewayStaticAddresses: FULL,
      GatewayAddressEmpty: FULL,
      GatewayInfrastructurePropagation: FULL,
      GatewayParameters: FULL,
      GatewayFrontendClientCertificateValidation: FULL,
      GatewayFrontendClientCertificateValidationInsecureFallback: FULL,
      GatewayBackendClientCertificate: FULL,
      ...extension.supports,
    },
    claims: gatewayClaims,
    render: model => renderUnless([...limits(model), ...grantRefusals(model), ...extension.refusals(model)], () => manifests(model)),
  };
}

/** A gateway, and the ListenerSets that are added to it, must not have the same listeners. */
function gatewayClaims({ name, namespace, base, listeners }: GatewayModel): Claim[] {
  const gateway = base.kind === 'class' ? { gateway: name, namespace } : { gateway: base.gateway.name, namespace: base.gateway.namespace ?? namespace };
  return listeners.map(({ hostname, port, protocol }): Claim =>
    ({ by: 'subject', of: { type: 'listener', protocol, host: hostname, port, ...gateway } }));
}

/** Of the CRD. */
const LIMITS = {
  listeners: 64, addresses: 16, labels: 8, annotations: 16, tlsOptions: 16, authorities: 16, certificates: 64, clientPorts: 64,
} as const;

function limits({ base, listeners, addresses, infrastructure, clientCertificates }: GatewayModel): Refusal<GatewayFeature>[] {
  const sizes: readonly (readonly [keyof typeof LIMITS, string, number])[] = [
    ['listeners', 'listeners', listeners.length],
    ['addresses', 'addresses', addresses.length],
    ['labels', 'labels of the infrastructure', Object.keys(infrastructure.labels).length],
    ['annotations', 'annotations of the infrastructure', Object.keys(infrastructure.annotations).length],
    ...listeners.map(({ name, tls }) => ['tlsOptions', `\`tlsOptions\` of listener '${name}'`, Object.keys(tls?.options ?? {}).length] as const),
    ...listeners.map(({ name, tls }) => ['certificates', `certificates of listener '${name}'`, countOf(tls)] as const),
    ['clientPorts', 'ports with certificates of clients', clientCertificates?.byPort.length ?? 0],
    ['authorities', '`caConfigMaps`', Math.max(0, ...[clientCertificates?.ofAll, ...clientCertificates?.byPort ?? []].map(one => one?.authorities.length ?? 0))],
  ];
  return sizes.filter(([limit, , size]) => size > LIMITS[limit]).map(([limit, what, size]) => ({
    what: `${size} ${what}`, reason: `the CRD of ${kindOf(base)} allows ${LIMITS[limit]}`, remedy: 'Leave some out, or write another gateway for them',
  }));
}

function kindOf({ kind }: GatewayBase): 'Gateway' | 'ListenerSet' {
  return kind === 'class' ? 'Gateway' : 'ListenerSet';
}

function countOf(tls: ListenerTls | undefined): number {
  return tls?.how.mode === 'terminate' ? tls.how.secrets.length : 0;
}

function grantRefusals(model: GatewayModel): Refusal<GatewayFeature>[] {
  const all = [...secretsOf(model), ...authoritiesOf(model), ...model.backendCertificate === undefined ? [] : [model.backendCertificate]];
  return model.namespace !== undefined || !all.some(ref => isElsewhereThan(model, ref)) ? [] : [{
    feature: 'GatewayReferenceGrant',
    reason: 'a ReferenceGrant names the namespace of the gateway, which is unknown',
    remedy: 'Give the chart its `namespace`',
  }];
}

type Said = Fields<GatewayModel,
'name' | 'namespace' | 'base' | 'listeners' | 'allowedListeners' | 'addresses' | 'infrastructure' | 'clientCertificates' | 'backendCertificate', 'pods'>;

function manifests(model: Said): Manifest[] {
  const { name, namespace, base, listeners, backendCertificate } = model;
  const kind = kindOf(base);
  const issued = listeners.find(listener => listener.tls?.how.mode === 'terminate' && listener.tls.how.issuer !== undefined);
  const elsewhere = (refs: readonly { readonly name: string; readonly namespace?: string }[]) => refs.filter(ref => isElsewhereThan(model, ref));
  const holders: CertificateHolders = { kinds: [kind], name, namespace };
  return [
    { apiVersion: API_VERSION, kind, metadata: { name, namespace, ...issuerAnnotations(issued?.tls?.how) }, spec: specOf(model) },
    ...certificateGrants(holders, elsewhere([...secretsOf(model), ...backendCertificate === undefined ? [] : [backendCertificate]]), 'Secret'),
    ...certificateGrants(holders, elsewhere(authoritiesOf(model)), 'ConfigMap'),
  ];
}

function specOf(
  { base, listeners, allowedListeners, addresses, infrastructure, clientCertificates, backendCertificate }: Said,
): Plain<GatewaySpec> | Plain<ListenerSetSpec> {
  if (base.kind === 'gateway') {
    return { parentRef: gatewayRef(base.gateway), listeners: listeners.map(listenerOf) };
  }
  const tls = {
    ...(clientCertificates !== undefined && { frontend: frontendOf(clientCertificates) }),
    ...(backendCertificate !== undefined && { backend: { clientCertificateRef: { ...backendCertificate } } }),
  };
  return {
    gatewayClassName: base.className,
    listeners: listeners.map(listenerOf),
    ...(allowedListeners !== undefined && { allowedListeners: { namespaces: from(allowedListeners) } }),
    ...(addresses.length > 0 && { addresses: [...addresses] }),
    ...infrastructureOf(infrastructure),
    ...(Object.keys(tls).length > 0 && { tls }),
  };
}

type SaidListener = Fields<Listener, 'name' | 'protocol' | 'port' | 'hostname' | 'tls' | 'namespaces' | 'kinds'>;

function listenerOf({ name, protocol, port, hostname, tls, namespaces, kinds }: SaidListener): Plain<GatewaySpecListeners> {
  return {
    name,
    ...(hostname !== undefined && { hostname }),
    port,
    protocol,
    ...(tls !== undefined && { tls: tlsOf(tls) }),
    allowedRoutes: { namespaces: from(namespaces), ...(kinds.length > 0 && { kinds: kinds.map(kind => ({ group: GROUP, kind })) }) },
  };
}

function tlsOf({ how, options }: Fields<ListenerTls, 'how' | 'options'>): Plain<GatewaySpecListeners>['tls'] {
  return {
    mode: how.mode === 'passthrough' ? 'Passthrough' : 'Terminate',
    ...(how.mode === 'terminate' && { certificateRefs: [...how.secrets] }),
    ...(Object.keys(options).length > 0 && { options: { ...options } }),
  };
}

/** The label that the API server puts on every namespace. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

type From = NonNullable<NonNullable<Plain<GatewaySpecListeners>['allowedRoutes']>['namespaces']>;

const from = byKind<FromNamespaces, From>({
  same: () => ({ from: 'Same' }),
  all: () => ({ from: 'All' }),
  labels: ({ labels }) => ({ from: 'Selector', selector: { matchLabels: { ...labels } } }),
  names: ({ names }) => ({ from: 'Selector', selector: { matchExpressions: [{ key: NAMESPACE_NAME, operator: 'In', values: [...names] }] } }),
});

function infrastructureOf({ labels, annotations, parameters }: Fields<Infrastructure, 'labels' | 'annotations' | 'parameters'>): Pick<Plain<GatewaySpec>, 'infrastructure'> {
  const infrastructure = {
    ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
    ...(Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
    ...(parameters !== undefined && { parametersRef: { ...parameters } }),
  };
  return Object.keys(infrastructure).length === 0 ? {} : { infrastructure };
}

/** The CRD asks for the default. Where it is empty, clients show no certificates on the other ports. */
function frontendOf({ ofAll, byPort }: Fields<ClientCertificates, 'ofAll' | 'byPort'>) {
  return {
    default: ofAll === undefined ? {} : { validation: validationOf(ofAll) },
    ...(byPort.length > 0 && { perPort: byPort.map(({ port, ...validation }) => ({ port, tls: { validation: validationOf(validation) } })) }),
  };
}

function validationOf({ authorities, isOptional }: Fields<ClientValidation, 'authorities' | 'isOptional'>) {
  return {
    caCertificateRefs: authorities.map(ref => ({ group: '', kind: 'ConfigMap', ...ref })),
    ...(isOptional && { mode: 'AllowInsecureFallback' as const }),
  };
}
