import type { Shaping } from './canary';
import type { Controller, Redirects } from './controllers';
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
  readonly defaultBackend?: { readonly to: Backend; readonly upstream: string };
  readonly tls: readonly Tls[];
  readonly redirects: Redirects;
  /** Which requests it takes from others, where that is what it is for. */
  readonly canary?: Shaping;
  /** Something beside its rules that is not understood. */
  readonly doubt?: Doubt;
  /** Whether that is so at no other hosts than its own. */
  readonly isDoubtOfItsHosts: boolean;
}

export interface Tls {
  /** In lower case. With none, it is up to the controller which hosts are meant. */
  readonly hosts: readonly string[];
  readonly secret?: string;
}

export interface Rule {
  /** In lower case; absent for all. */
  readonly host?: string;
  readonly paths: readonly Path[];
}

export interface Path {
  readonly source: Source;
  readonly is: Text;
  /** The longest decides, and of equals an exact one, and then one that goes by elements. */
  readonly rank: readonly [length: number, exactness: number];
  readonly backend: Backend;
  /** The backend, as it is written. */
  readonly upstream: string;
  readonly written: { readonly path: string; readonly type: string | undefined };
  readonly doubt?: Doubt;
}

/** The port of a Service; why, where it is not known which, or where the controller answers itself, before it sends anything on to HTTPS. */
export type Backend = WayBackend | { readonly unknown: string; readonly isAnswer?: true };

/** Prefixes of annotations that say nothing to controllers. */
const OF_OTHERS = /^(?:[^/]*|(?:acme\.)?cert-manager\.io\/.*|external-dns\.alpha\.kubernetes\.io\/.*|kubectl\.kubernetes\.io\/.*|meta\.helm\.sh\/.*|argocd\.argoproj\.io\/.*)$/;
const HOST = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
/** What validation takes in no path (`invalidPathSequences` in `pkg/apis/networking/validation/validation.go` of kubernetes/kubernetes). */
const NO_PATH = /\/\/|\/\.\/|\/\.\.\/|%2f|%2F|\/\.{1,2}$/;
const CLASS = 'kubernetes.io/ingress.class';

/** The class that it names. */
export function classNameOf({ fields }: ReadObject): string | undefined {
  return fields.field('spec').field('ingressClassName').text() ?? annotations(fields.field('metadata').field('annotations'))[CLASS];
}

export function ingressOf(object: ReadObject, cluster: Cluster, controller: Controller): Ingress {
  const { fields, namespace = DEFAULT_NAMESPACE } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  const marks = metadata.field('annotations');
  const said = annotations(marks);
  const doubted = marks.fields().filter(([name]) => name !== CLASS && !OF_OTHERS.test(name) && !controller.isKnown(name, said[name] ?? ''));
  doubted.forEach(([, value]) => value.doubt('what the controller makes of the annotation is not known'));
  const className = classNameOf(object);
  const named = spec.field('ingressClassName');
  if (named.isSaid && said[CLASS] !== undefined) named.doubt(`no API server takes it beside the annotation \`${CLASS}\``);
  const backend = (at: Fields) => backendOf(at, namespace, cluster);
  const rules = spec.field('rules').items().map((rule): Rule => {
    const host = rule.field('host').text()?.toLowerCase();
    if (host && !HOST.test(host)) rule.field('host').doubt('no API server takes it as a host');
    const paths = rule.field('http').field('paths').items().map(path => pathOf(object, path, backend, controller, namespace))
      .flatMap(path => [path, ...withoutSlash(path, controller)]);
    return { ...(host && { host }), paths };
  });
  const other = spec.field('defaultBackend');
  const defaultBackend = other.isSaid ? { to: backend(other), upstream: upstreamOf(other, namespace) } : undefined;
  const canary = controller.canary(said);
  const tls = spec.field('tls').items().map((one): Tls => {
    const secret = one.field('secretName').text();
    return { hosts: one.field('hosts').items().flatMap(host => host.text()?.toLowerCase() ?? []), ...(secret && { secret }) };
  });
  const doubts = fields.doubts().filter(({ place }) => !/^spec\.rules\[\d+\]\.http\.paths\[/.test(place.path));
  const [doubt] = doubts;
  return {
    source: sourceOf(object),
    ...(className && { className }),
    rules,
    ...(defaultBackend && { defaultBackend }),
    tls,
    redirects: controller.redirects(said),
    ...(canary && { canary }),
    ...(doubt && { doubt: doubtOf(doubt) }),
    isDoubtOfItsHosts: doubts.length === doubted.length && doubted.every(([name]) => controller.isOfItsHosts(name)),
  };
}

function pathOf(object: ReadObject, fields: Fields, backend: (at: Fields) => Backend, { pathsOf }: Controller, namespace: string): Path {
  const [value, type] = ['path', 'pathType'].map(name => fields.field(name).text());
  const said = value ?? '/';
  const own = type === 'ImplementationSpecific' ? pathsOf(said) : undefined;
  if (type !== 'Exact' && type !== 'Prefix' && own === undefined) fields.field('pathType').doubt('what it means is up to the controller');
  else if (own === undefined && value?.startsWith('/') !== true) fields.doubt('its path does not begin with a slash');
  else if (own === undefined && NO_PATH.test(said)) fields.field('path').doubt('no API server takes it as a path');
  const to = backend(fields.field('backend'));
  const [doubt] = fields.doubts();
  return {
    source: sourceOf(object, fields),
    is: own ?? (type === 'Exact' ? exactly(said) : below(said)),
    rank: [said.length, type === 'Exact' ? 2 : own === undefined ? 1 : 0],
    backend: to,
    upstream: upstreamOf(fields.field('backend'), namespace),
    written: { path: value ?? '', type },
    ...(doubt && { doubt: doubtOf(doubt) }),
  };
}

/** A request for a path except the slash at its end. */
function withoutSlash(path: Path, { redirectsToSlash }: Controller): Path[] {
  const { written: { path: said } } = path;
  if (!redirectsToSlash || path.doubt !== undefined || !/[^/]\/$/.test(said)) return [];
  const is = exactly(said.slice(0, -1));
  return [{ ...path, is, rank: [said.length - 1, -1], backend: { unknown: 'NGINX answers with a redirect to the path with a slash, if no path is for it without', isAnswer: true } }];
}

/** Element by element; a slash at the end does not count. */
function below(path: string): Text {
  const start = path.replace(/\/$/, '');
  return start === '' ? prefix('/') : oneOf([exactly(start), prefix(`${start}/`)]);
}

/** By which controllers know it: a port by its number, and the same port by its name, are two (`upstreamName` in kubernetes/ingress-nginx). */
function upstreamOf(fields: Fields, namespace: string): string {
  const service = fields.field('service');
  return JSON.stringify([namespace, service.field('name').text(), service.field('port').take()]);
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
  if (number !== undefined && portName) return unknown('no API server takes the number of a port beside its name');
  const of = cluster.service(namespace, name);
  const found = number ?? of?.ports.find(one => one.name === portName)?.port;
  return found === undefined ? unknown(`it is not known which port of Service '${name}' it is`) : { namespace, service: name, port: found, weight: 1 };
}
