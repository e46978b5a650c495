import type { Backend } from './backends';
import type { Fields } from '../../../manifests/fields';
import { isUndecided, type Undecided } from '../../../meaning/decision';
import type { Aside, OutsideHost } from '../../../meaning/world';
import { kindInWords } from '../../../model/service-ref';
import { keyOf, labels } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';

/** A host outside, and its port. */
export interface OutsidePlace {
  readonly outside: OutsideHost;
  readonly port: number;
}

/** The XBackends of Gateway API's experimental channel, which stand for hosts outside the cluster. */
export class XBackends {
  private readonly byName = new Map<string, OutsidePlace | Undecided>();

  public constructor(private readonly objects: readonly ReadObject[], namespaceOf: (object: ReadObject) => string) {
    for (const object of objects) this.byName.set(keyOf(namespaceOf(object), object.name), placeOf(object));
  }

  /** Where a route leads that names one. */
  public at(backend: Backend): OutsidePlace | Undecided {
    const place = this.byName.get(keyOf(backend.namespace, backend.name));
    const what = `${kindInWords(backend)} ${backend.namespace}/${backend.name}`;
    if (place === undefined) return { unknown: `no file has ${what}` };
    if (isUndecided(place)) return place;
    return backend.port === undefined || backend.port === place.port ? place : { unknown: `${what} has another port than ${backend.port}` };
  }

  /** Whoever knows the kind may read it for more than routes. */
  public asides(): Aside[] {
    return this.objects.map(object => ({ source: sourceOf(object), title: 'what is said of a host', text: JSON.stringify(object.manifest?.spec) }));
  }
}

/** Releases of Gateway API before 1.7 call the number of the port `port`. */
function placeOf({ fields, name }: ReadObject): OutsidePlace | Undecided {
  const [metadata, spec] = [fields.field('metadata'), fields.field('spec')];
  labels(metadata.field('labels'));
  metadata.field('annotations').take();
  const type = spec.field('type').text();
  if (type === 'EndpointSelector') spec.field('type').doubt('it stands for pods, which are not looked up here');
  else if (type !== 'ExternalHostname') spec.field('type').doubt('it is not known here');
  const host = spec.field('externalHostname').field('hostname').text();
  const port = spec.field('port').field('number').integer() ?? spec.field('port').field('port').integer();
  spec.field('port').field('name').take();
  const protocol = spec.field('protocol').text();
  const tls = tlsOf(spec.field('tls'));
  if (host === undefined || port === undefined) spec.doubt('it needs a host and a port');
  const [doubt] = fields.doubts();
  return doubt !== undefined || host === undefined || port === undefined ? { unknown: `XBackend '${name}' is not understood: ${doubt?.message}` }
    : { outside: { host, ...(tls === undefined ? {} : { tls }), ...(protocol !== undefined && { protocol }) }, port };
}

/** What is said of TLS, where there is some. */
function tlsOf(fields: Fields): string | undefined {
  const mode = fields.field('mode').text() ?? 'None';
  if (mode === 'None') return undefined;
  if (mode !== 'ServerOnly' && mode !== 'ClientAndServer') fields.field('mode').doubt('it is not known here');
  const validation = fields.field('validation');
  const hostname = validation.field('hostname').text();
  const others = [...validation.fields().filter(([name]) => name !== 'hostname'), ['clientCertificateRef', fields.field('clientCertificateRef')] as const]
    .filter(([, value]) => value.isSaid).map(([name, value]) => `${name} ${JSON.stringify(value.take())}`);
  return [...hostname === undefined ? [] : [`the name ${hostname}`], ...others.sort()].join(', ');
}
