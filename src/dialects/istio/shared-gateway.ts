import type { GatewayFeature } from '../../model/features/gateway';
import { authoritiesOf, isElsewhereThan } from '../../model/gateway';
import type { GatewayModel } from '../../model/gateway';
import { flatMap } from '../../model/lists';
import type { Refusal } from '../contract/refusal';
import { partial } from '../contract/support';
import type { GatewayExtension } from '../gateway-api/extension/gateways';
import { noListeners } from '../gateway-api/extension/gateways';

/** Those that it reads (istio/istio `pilot/pkg/config/kube/gateway/conversion.go`). */
const TLS_OPTIONS = ['gateway.istio.io/tls-terminate-mode', 'gateway.istio.io/tls-cipher-suites'];

const UNMANAGED = 'with it, Istio runs no gateway for the Gateway, and policies do not know the pods of another one';

/**
 * What istiod 1.31 reads of a Gateway: `pilot/pkg/config/kube/gateway/conversion.go`, and of what it creates for it
 * `pilot/pkg/config/kube/gatewaycommon` of istio/istio.
 */
export const istioSharedGateway: GatewayExtension = {
  supports: {
    ...noListeners('Istio does not listen for UDP', 'UDPListener'),
    ...noListeners('Istio checks that it exists, and shows it to nobody', 'GatewayBackendClientCertificate'),
    ...noListeners(UNMANAGED, 'GatewayAddressEmpty'),
    GatewayStaticAddresses: partial('one IP address'),
    SeveralCertificates: partial('at most two'),
    TLSOptions: partial(TLS_OPTIONS.map(option => `\`${option}\``).join(' and ')),
    GatewayParameters: partial('a ConfigMap'),
    GatewayInfrastructurePropagation: partial('without keys that start with `gateway.networking.k8s.io/`'),
    GatewayFrontendClientCertificateValidation: partial('one ConfigMap for a port'),
  },
  refusals: model => [...addressRefusals(model), ...tlsRefusals(model), ...authorityRefusals(model), ...infrastructureRefusals(model)],
};

function addressRefusals({ addresses }: GatewayModel): Refusal<GatewayFeature>[] {
  return addresses.length === 0 || (addresses.length === 1 && addresses[0].type === 'IPAddress') ? [] : [{
    feature: 'GatewayStaticAddresses',
    what: addresses.length === 1 ? `an address of type ${addresses[0].type}` : `${addresses.length} addresses`,
    reason: UNMANAGED,
    remedy: "Give one `GatewayAddress.ip('…')`, or write the Gateway by hand, and use ExposureGateway.shared with its `pods`",
  }];
}

function tlsRefusals({ listeners }: GatewayModel): Refusal<GatewayFeature>[] {
  return flatMap(listeners, ({ name, tls }): Refusal<GatewayFeature>[] => {
    const many = tls?.how.mode === 'terminate' && tls.how.secrets.length > 2;
    const unread = Object.keys(tls?.options ?? {}).filter(option => !TLS_OPTIONS.includes(option));
    return [
      ...!many ? [] : [{
        feature: 'SeveralCertificates' as const,
        what: `more than two certificates of listener '${name}'`,
        reason: 'Istio takes at most two',
        remedy: 'Write a listener for each hostname',
      }],
      ...unread.map(option => ({ feature: 'TLSOptions' as const, what: `'${option}' of listener '${name}'`, reason: 'Istio does not read it', remedy: 'Leave it out' })),
    ];
  });
}

function authorityRefusals(model: GatewayModel): Refusal<GatewayFeature>[] {
  const { ofAll, byPort = [] } = model.clientCertificates ?? {};
  const many = [ofAll, ...byPort].some(validation => validation !== undefined && validation.authorities.length > 1);
  const elsewhere = authoritiesOf(model).some(ref => isElsewhereThan(model, ref));
  return [
    ...!many ? [] : [{
      feature: 'GatewayFrontendClientCertificateValidation' as const,
      what: 'several `caConfigMaps` for one port',
      reason: 'Istio takes one',
      remedy: 'Put all certificates to trust into one ConfigMap',
    }],
    ...!elsewhere ? [] : [{
      what: 'a ConfigMap of certificates in another namespace', reason: 'Istio asks for a ReferenceGrant by another name than that of the ConfigMap', remedy: 'Copy it to the namespace of the gateway',
    }],
  ];
}

function infrastructureRefusals({ infrastructure: { labels, annotations, parameters } }: GatewayModel): Refusal<GatewayFeature>[] {
  const skipped = [...Object.keys(labels), ...Object.keys(annotations)].filter(key => key.startsWith('gateway.networking.k8s.io/'));
  return [
    ...skipped.map(key => ({ feature: 'GatewayInfrastructurePropagation' as const, what: `the key '${key}'`, reason: 'Istio leaves it out', remedy: 'Use another key' })),
    ...parameters === undefined || (parameters.group === '' && parameters.kind === 'ConfigMap') ? [] : [{
      feature: 'GatewayParameters' as const, what: `parameters of kind ${parameters.kind}`, reason: 'Istio reads a ConfigMap', remedy: "Write `{ group: '', kind: 'ConfigMap', name: '…' }`",
    }],
  ];
}
