import type { Fields } from '../../../manifests/fields';
import type { Doubt } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import { type Selector, selectsNamespace } from '../../../meaning/selector';
import { type Truth, truthOf } from '../../../meaning/truth';
import type { Aside } from '../../../meaning/world';
import type { Cluster } from '../../../reading/cluster/cluster';
import { annotations, labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { selectorOf } from '../../../reading/selector';
import { doubtOf } from '../../../reading/understood';

/** A Gateway, or listeners that are added to one. */
export interface Listening {
  readonly source: Source;
  readonly kind: 'Gateway' | 'ListenerSet';
  readonly namespace: string;
  readonly name: string;
  /** Of a Gateway. */
  readonly className?: string;
  /** Whose ListenerSets it takes. */
  readonly takes: Namespaces;
  /** The Gateway of a ListenerSet. */
  readonly gateway?: { readonly namespace: string; readonly name: string };
  readonly listeners: readonly Listener[];
  /** Where clients need a certificate that is not of the mesh: by port, and under no port for all others. */
  readonly clientCertificates: ReadonlyMap<number | undefined, Doubt | undefined>;
  /** Whether anything is said of certificates of clients. */
  readonly asksClients: boolean;
  /** Whether routes that name no Gateway may be attached to it. */
  readonly isDefault: boolean;
  /** Which controller it is for, where it listens, and with which certificates. */
  readonly asides: readonly Omit<Aside, 'source'>[];
  /** Something that is not understood, beside its listeners. */
  readonly doubt?: Doubt;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TLS' | 'TCP' | 'UDP';
  readonly hostname?: string;
  readonly routes: Namespaces;
  /** Absent for all that suit its protocol. */
  readonly kinds?: readonly string[];
  readonly certificates: readonly Certificate[];
  readonly passesTls: boolean;
  /** Whether more is said of TLS than who opens it, and with which certificates. */
  readonly saysMoreOfTls: boolean;
  readonly doubt?: Doubt;
}

export interface Certificate {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Undefined selectors are not understood. */
export type Namespaces = { readonly from: 'All' | 'Same' | 'None' } | { readonly from: 'Selector'; readonly selector: Selector | undefined };

export function listeningOf(object: ReadObject, namespace: string): Listening {
  const { fields, kind, name } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const className = spec.field('gatewayClassName').text();
  const clientCertificates = clientCertificatesOf(spec.field('tls').field('frontend'));
  const isDefault = spec.field('defaultScope').text() === 'All';
  const takes = namespacesOf(spec.field('allowedListeners').field('namespaces'), 'None');
  const parent = spec.field('parentRef');
  const [to, of] = ['name', 'namespace'].map(field => parent.field(field).text());
  const [group = 'gateway.networking.k8s.io', parentKind = 'Gateway'] = ['group', 'kind'].map(field => parent.field(field).text());
  if (group !== 'gateway.networking.k8s.io' || parentKind !== 'Gateway') parent.doubt('it is not a Gateway that listeners are added to');
  const asides = asidesOf(spec);
  const listeners = spec.field('listeners').items().flatMap(item => listenerOf(item, namespace) ?? []);
  const [doubt] = fields.doubts().filter(({ place }) => !place.path.startsWith('spec.listeners['));
  return {
    source: sourceOf(object),
    kind: kind === 'Gateway' ? 'Gateway' : 'ListenerSet',
    namespace,
    name,
    takes,
    listeners,
    clientCertificates,
    asksClients: spec.field('tls').field('frontend').isSaid,
    isDefault,
    asides,
    ...(className !== undefined && { className }),
    ...(to !== undefined && { gateway: { name: to, namespace: of || namespace } }),
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

/** What is said of one port stands in place of what is said of all. */
function clientCertificatesOf(frontend: Fields): Listening['clientCertificates'] {
  const said = [
    [undefined, frontend.field('default').field('validation')] as const,
    ...frontend.field('perPort').items().map(one => [one.field('port').integer(), one.field('tls').field('validation')] as const),
  ];
  const certificates = said.map(([port, validation]) => [port, clientCertificate(validation)] as const);
  const [strange] = frontend.doubts();
  return new Map(strange === undefined ? certificates : certificates.map(([port]) => [port, doubtOf(strange)] as const));
}

/** By which Istio has a listener ask for certificates. */
const TERMINATE_MODE = 'gateway.istio.io/tls-terminate-mode';
const NEEDS_CERTIFICATE = 'clients need a certificate there, which the call does not say';

function clientCertificate(validation: Fields): Doubt | undefined {
  validation.field('caCertificateRefs').take();
  const isNeeded = validation.isSaid && validation.field('mode').text() !== 'AllowInsecureFallback';
  return isNeeded ? { type: 'unknown', why: NEEDS_CERTIFICATE, place: validation.place } : undefined;
}

function asidesOf(spec: Fields): Listening['asides'] {
  const aside = (title: string, ...said: readonly Fields[]) => !said.some(({ isSaid }) => isSaid) ? []
    : [{ title, text: JSON.stringify(said.map(one => one.take())) }];
  const tls = spec.field('tls');
  return [
    ...aside('the class', spec.field('gatewayClassName')),
    ...aside('what is said of addresses and infrastructure', spec.field('addresses'), spec.field('infrastructure')),
    ...aside('what is said of TLS', tls.field('frontend'), tls.field('backend'), ...spec.field('listeners').items().map(listener => listener.field('tls'))),
  ];
}

function listenerOf(fields: Fields, home: string): Listener | undefined {
  const [name, protocol, hostname] = ['name', 'protocol', 'hostname'].map(field => fields.field(field).text() || undefined);
  const port = fields.field('port').integer();
  // Only the mesh itself comes by it.
  if (protocol === 'HBONE') {
    fields.take();
    return undefined;
  }
  const tls = fields.field('tls');
  const mode = tls.field('options').field(TERMINATE_MODE);
  if (['MUTUAL', 'ISTIO_MUTUAL'].includes(mode.text() ?? '')) mode.doubt(NEEDS_CERTIFICATE);
  const passesTls = tls.field('mode').text() === 'Passthrough';
  const certificates = tls.field('certificateRefs').items().map((ref): Certificate => {
    const [kind = 'Secret', namespace = home, of = ''] = ['kind', 'namespace', 'name'].map(field => ref.field(field).text());
    return { kind, namespace, name: of };
  });
  const allowed = fields.field('allowedRoutes');
  const routes = namespacesOf(allowed.field('namespaces'), 'Same');
  const kinds = allowed.field('kinds').items().map(kind => {
    kind.field('group').take();
    return kind.field('kind').text() ?? '';
  });
  if (name === undefined || port === undefined || !isProtocol(protocol)) return fields.doubt('it is not a listener that is understood here');
  const [doubt] = fields.doubts();
  return {
    name,
    port,
    protocol,
    routes,
    certificates,
    passesTls,
    saysMoreOfTls: Object.keys(tls.take() ?? {}).some(key => key !== 'mode' && key !== 'certificateRefs'),
    ...(hostname !== undefined && { hostname }),
    ...(kinds.length > 0 && { kinds }),
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

function isProtocol(text: string | undefined): text is Listener['protocol'] {
  return text !== undefined && ['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP'].includes(text);
}

function namespacesOf(fields: Fields, otherwise: 'Same' | 'None'): Namespaces {
  const from = fields.field('from').text() ?? otherwise;
  if (from === 'Selector') return { from, selector: selectorOf(fields.field('selector')) };
  fields.field('selector').take();
  if (from === 'All' || from === 'Same' || from === 'None') return { from };
  fields.field('from').doubt('it is not known here');
  return { from: 'Selector', selector: undefined };
}

/** Whether objects of a namespace may be attached to what stands in another one, or the same. */
export function mayAttach(namespaces: Namespaces, theirs: string, own: string, cluster: Cluster): Truth {
  switch (namespaces.from) {
    case 'All': return 'yes';
    case 'None': return 'no';
    case 'Same': return truthOf(theirs === own);
    case 'Selector': return namespaces.selector === undefined ? 'unknown'
      : selectsNamespace(namespaces.selector, cluster.namespaceLabels(theirs), theirs);
  }
}
