import type { Fields } from '../../../manifests/fields';
import type { Doubt } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import { type Selector, selects } from '../../../meaning/selector';
import { all, type Truth, truthOf } from '../../../meaning/truth';
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
  readonly doubt?: Doubt;
}

/** Undefined selectors are not understood. */
export type Namespaces = { readonly from: 'All' | 'Same' | 'None' } | { readonly from: 'Selector'; readonly selector: Selector | undefined };

export function listeningOf(object: ReadObject, namespace: string): Listening {
  const { fields, kind, name } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const className = spec.field('gatewayClassName').text();
  ['addresses', 'infrastructure', 'tls', 'backendTLS', 'defaultScope'].forEach(field => spec.field(field).take());
  const takes = namespacesOf(spec.field('allowedListeners').field('namespaces'), 'None');
  const parent = spec.field('parentRef');
  const [to, of] = ['name', 'namespace'].map(field => parent.field(field).text());
  ['group', 'kind'].forEach(field => parent.field(field).take());
  const listeners = spec.field('listeners').items().flatMap(item => listenerOf(item) ?? []);
  const [doubt] = fields.doubts().filter(({ place }) => !place.path.startsWith('spec.listeners['));
  return {
    source: sourceOf(object),
    kind: kind === 'Gateway' ? 'Gateway' : 'ListenerSet',
    namespace,
    name,
    takes,
    listeners,
    ...(className !== undefined && { className }),
    ...(to !== undefined && { gateway: { name: to, namespace: of || namespace } }),
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

function listenerOf(fields: Fields): Listener | undefined {
  const [name, protocol, hostname] = ['name', 'protocol', 'hostname'].map(field => fields.field(field).text() || undefined);
  const port = fields.field('port').integer();
  fields.field('tls').take();
  const allowed = fields.field('allowedRoutes');
  const routes = namespacesOf(allowed.field('namespaces'), 'Same');
  const kinds = allowed.field('kinds').items().map(kind => {
    kind.field('group').take();
    return kind.field('kind').text() ?? '';
  });
  if (name === undefined || port === undefined || !isProtocol(protocol)) return fields.doubt('it is no listener that is understood here');
  const [doubt] = fields.doubts();
  return {
    name,
    port,
    protocol,
    routes,
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
    case 'Selector': return namespaces.selector === undefined ? 'unknown' : all([selects(namespaces.selector, cluster.namespaceLabels(theirs))]);
  }
}
