import type { Fields } from '../../../../manifests/fields';
import type { Doubt } from '../../../../meaning/condition';
import type { Source } from '../../../../meaning/decision';
import type { Labels } from '../../../../meaning/selector';
import type { Aside, Entry } from '../../../../meaning/world';
import { annotations, labels } from '../../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../../reading/objects';
import { doubtOf } from '../../../../reading/understood';
import { namespaceOf } from '../owner';

/** A Gateway of Istio's own API. */
export interface Gateway {
  readonly source: Source;
  readonly namespace: string;
  readonly name: string;
  /** The labels of its pods, of whichever namespace. */
  readonly selector: Labels;
  readonly servers: readonly Server[];
  /** Something that is not understood, beside its servers. */
  readonly doubt?: Doubt;
}

export interface Server {
  readonly source: Source;
  readonly name: string;
  readonly port: number;
  readonly protocol: Entry['protocol'];
  /** Whether clients may speak TLS to the pods, or only to the gateway. */
  readonly passesTls: boolean;
  readonly redirectsToHttps: boolean;
  /** The Secret with its certificate, where nothing else is said of TLS. */
  readonly secret?: string;
  readonly hosts: readonly ServerHost[];
  readonly doubt?: Doubt;
}

/** Of VirtualServices of one namespace, or of any; in lower case. */
export interface ServerHost {
  readonly namespace?: string;
  readonly host: string;
}

export function gatewayOf(object: ReadObject): Gateway {
  const { fields, name } = object;
  const [spec, metadata] = [fields.field('spec'), fields.field('metadata')];
  labels(metadata.field('labels'));
  annotations(metadata.field('annotations'));
  const namespace = namespaceOf(object);
  const selector = labels(spec.field('selector'));
  const servers = spec.field('servers').items().flatMap(server => serverOf(object, server, namespace) ?? []);
  const [doubt] = fields.doubts().filter(({ place }) => !place.path.startsWith('spec.servers['));
  return { source: sourceOf(object), namespace, name, selector, servers, ...(doubt !== undefined && { doubt: doubtOf(doubt) }) };
}

/** Which pods it has, with which certificates. */
export function asideOf(object: ReadObject): Aside {
  const { selector, servers } = object.manifest.spec ?? {};
  const tls = Array.isArray(servers) ? servers.map(server => server?.tls) : [];
  return { source: sourceOf(object), title: 'what is said of pods and TLS', text: JSON.stringify([Object.entries(selector ?? {}).sort(), tls]) };
}

const SPEECH: Readonly<Record<string, 'HTTP' | 'HTTPS' | 'TLS' | 'TCP'>> = {
  'http': 'HTTP', 'http2': 'HTTP', 'grpc': 'HTTP', 'grpc-web': 'HTTP', 'https': 'HTTPS', 'tls': 'TLS', 'tcp': 'TCP', 'mongo': 'TCP', 'mysql': 'TCP', 'redis': 'TCP',
};

/** What tells of certificates. */
const CERTIFICATES = [
  'serverCertificate', 'privateKey', 'caCertificates', 'caCrl', 'credentialName', 'credentialNames', 'caCertCredentialName', 'tlsCertificates', 'subjectAltNames',
  'verifyCertificateSpki', 'verifyCertificateHash', 'minProtocolVersion', 'maxProtocolVersion', 'cipherSuites',
];

function serverOf(object: ReadObject, fields: Fields, home: string): Server | undefined {
  const [at, tls] = [fields.field('port'), fields.field('tls')];
  const port = at.field('number').integer();
  const [portName, said = ''] = ['name', 'protocol'].map(name => at.field(name).text());
  const name = fields.field('name').text() ?? portName ?? String(port);
  const protocol = SPEECH[said.toLowerCase()];
  const mode = tls.field('mode').text() ?? 'PASSTHROUGH';
  const redirectsToHttps = tls.field('httpsRedirect').take() === true;
  const secret = tls.field('credentialName').text();
  const isAlone = CERTIFICATES.every(one => one === 'credentialName' || !tls.field(one).isSaid);
  CERTIFICATES.forEach(one => tls.field(one).take());
  const hosts = fields.field('hosts').items().flatMap(item => hostOf(item, home) ?? []);
  if (port === undefined || protocol === undefined) return fields.doubt('it is not a server that is understood here');
  const opens = protocol === 'HTTPS' || protocol === 'TLS';
  if (opens && CLIENTS_PROVE.includes(mode)) tls.field('mode').doubt('clients need a certificate there, which the call does not say');
  else if (opens && !['PASSTHROUGH', 'SIMPLE', 'OPTIONAL_MUTUAL'].includes(mode)) tls.field('mode').doubt('where it sends connections is not read here');
  const [doubt] = fields.doubts();
  const passesTls = opens && mode === 'PASSTHROUGH';
  return {
    source: sourceOf(object, fields),
    name,
    port,
    protocol: passesTls ? 'TLS' : protocol,
    passesTls,
    redirectsToHttps: protocol === 'HTTP' && redirectsToHttps,
    ...(mode === 'SIMPLE' && isAlone && secret !== undefined && PLAIN_NAME.test(secret) && { secret }),
    hosts,
    ...(doubt !== undefined && { doubt: doubtOf(doubt) }),
  };
}

/** Others are addresses of places where certificates are. */
const PLAIN_NAME = /^[a-z0-9.-]+$/;

const CLIENTS_PROVE = ['MUTUAL', 'ISTIO_MUTUAL'];

/** `namespace/host`, where the namespace may be `.` for that of the Gateway, or `*`. */
function hostOf(fields: Fields, home: string): ServerHost | undefined {
  const text = fields.text()?.toLowerCase();
  const [, namespace = '*', host] = /^(?:([^/]+)\/)?([^/]+)$/.exec(text ?? '') ?? [];
  if (host === undefined) return fields.doubt('it is not a host');
  return { host, ...(namespace !== '*' && { namespace: namespace === '.' ? home : namespace }) };
}
