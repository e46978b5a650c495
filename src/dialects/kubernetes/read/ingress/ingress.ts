import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import { exactly, oneOf, prefix, type Text } from '../../../../meaning/text';
import type { WayBackend } from '../../../../meaning/world';
import { type Cluster, DEFAULT_NAMESPACE } from '../../../../reading/cluster/cluster';
import { annotations, labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';

export interface Ingress {
  readonly source: Source;
  /** Absent where it names none. */
  readonly className?: string;
  readonly rules: readonly Rule[];
  readonly defaultBackend?: Backend;
  /** Hosts over TLS; absent without TLS, and undefined among them for all. */
  readonly tlsHosts: readonly (string | undefined)[];
  /** Something beside its rules that is not understood. */
  readonly doubt?: Doubt;
}

export interface Rule {
  /** In lower case; absent for all. */
  readonly host?: string;
  readonly paths: readonly Path[];
}

export interface Path {
  readonly source: Source;
  readonly is: Text;
  /** The longest decides, and of equals an exact one. */
  readonly rank: readonly [length: number, exact: number];
  readonly backend: Backend;
  readonly doubt?: Doubt;
}

/** The port of a Service; why, where it is not known which. */
export type Backend = WayBackend | { readonly unknown: string };

/** Prefixes of annotations that say nothing to controllers. */
const OF_OTHERS = /^(?:[^/]*|(?:acme\.)?cert-manager\.io\/.*|external-dns\.alpha\.kubernetes\.io\/.*|kubectl\.kubernetes\.io\/.*|meta\.helm\.sh\/.*|argocd\.argoproj\.io\/.*)$/;
const CLASS = 'kubernetes.io/ingress.class';

export function ingressOf(object: ReadObject, cluster: Cluster): Ingress {
  const { fields, namespace = DEFAULT_NAMESPACE } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  const marks = metadata.field('annotations');
  const { [CLASS]: marked } = annotations(marks);
  marks.fields().filter(([name]) => name !== CLASS && !OF_OTHERS.test(name))
    .forEach(([, value]) => value.doubt('what the controller makes of the annotation is not known'));
  const className = spec.field('ingressClassName').text() ?? marked;
  const backend = (at: Fields) => backendOf(at, namespace, cluster);
  const rules = spec.field('rules').items().map((rule): Rule => {
    const host = rule.field('host').text()?.toLowerCase();
    return { ...(host && { host }), paths: rule.field('http').field('paths').items().map(path => pathOf(object, path, backend)) };
  });
  const other = spec.field('defaultBackend');
  const defaultBackend = other.isSaid ? backend(other) : undefined;
  const tlsHosts = spec.field('tls').items().flatMap(tls => {
    tls.field('secretName').text();
    const hosts = tls.field('hosts').items().flatMap(host => host.text()?.toLowerCase() ?? []);
    return hosts.length === 0 ? [undefined] : hosts;
  });
  const [doubt] = fields.doubts().filter(({ place }) => !/^spec\.rules\[\d+\]\.http\.paths\[/.test(place.path));
  return {
    source: sourceOf(object),
    ...(className && { className }),
    rules,
    ...(defaultBackend && { defaultBackend }),
    tlsHosts,
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

function pathOf(object: ReadObject, fields: Fields, backend: (at: Fields) => Backend): Path {
  const [value, type] = ['path', 'pathType'].map(name => fields.field(name).text());
  if (type !== 'Exact' && type !== 'Prefix') fields.field('pathType').doubt('what it means is up to the controller');
  else if (value?.startsWith('/') !== true) fields.doubt('its path does not begin with a slash');
  const to = backend(fields.field('backend'));
  const [doubt] = fields.doubts();
  const said = value ?? '/';
  return {
    source: sourceOf(object, fields),
    is: type === 'Exact' ? exactly(said) : below(said),
    rank: [said.length, type === 'Exact' ? 1 : 0],
    backend: to,
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

/** Element by element; a slash at the end does not count. */
function below(path: string): Text {
  const start = path.replace(/\/$/, '');
  return start === '' ? prefix('/') : oneOf([exactly(start), prefix(`${start}/`)]);
}

function backendOf(fields: Fields, namespace: string, cluster: Cluster): Backend {
  const service = fields.field('service');
  const [name, port] = [service.field('name').text(), service.field('port')];
  const [number, portName] = [port.field('number').integer(), port.field('name').text()];
  const unknown = (why: string): Backend => {
    fields.doubt(why);
    return { unknown: why };
  };
  if (fields.field('resource').isSaid) return unknown('what a resource that is no Service does with requests is not known');
  if (name === undefined) return unknown('it names no Service');
  const of = cluster.service(namespace, name);
  const found = number ?? of?.ports.find(one => one.name === portName)?.port;
  return found === undefined ? unknown(`it is not known which port of Service '${name}' it is`) : { namespace, service: name, port: found, weight: 1 };
}
