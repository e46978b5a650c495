import type { FieldPlace, Fields } from '../../manifests/fields';
import type { Named } from '../../reading/cluster/object';

/** Whether a mesh denied what TrafficTargets do not allow. */
export interface Enforcement {
  readonly isEnforced: boolean;
  readonly place: FieldPlace;
}

/** Who may come from outside the mesh of OSM. */
export interface IngressBackend extends Named {
  readonly backends: readonly { readonly service: string; readonly port?: number; readonly protocol?: string; readonly skipsCertificates: boolean }[];
  readonly sources: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
  /** Whether it is for some requests only. */
  readonly hasMatches: boolean;
}

/** What the configuration of OSM says of TrafficTargets; the switch is off where it is not there. */
export function enforcementOf(object: Fields): Enforcement | undefined {
  const permissive = object.field('spec').field('traffic').field('enablePermissiveTrafficPolicyMode');
  const value = permissive.take();
  if (value !== undefined && typeof value !== 'boolean') return permissive.doubt('it must be true or false');
  return { isEnforced: value !== true, place: permissive.place };
}

/** Of the configuration, what decided about requests beside TrafficTargets. */
export function unsaidOf(object: Fields): string[] {
  const traffic = object.field('spec').field('traffic');
  const past = traffic.field('inboundPortExclusionList').items();
  return [
    ...(traffic.field('inboundExternalAuthorization').field('enable').take() === true ? ['an external service authorized requests'] : []),
    ...(past.length > 0 ? [`requests to ports ${past.map(port => String(port.take())).join(', ')} went past the mesh`] : []),
  ];
}

export function ingressBackendOf(object: Fields, head: Named): IngressBackend {
  const spec = object.field('spec');
  const ingress: IngressBackend = {
    ...head,
    backends: spec.field('backends').items().flatMap(backend => {
      const service = backend.field('name').text();
      const [port, protocol] = [backend.field('port').field('number').integer(), backend.field('port').field('protocol').text()];
      const skips = backend.field('tls').field('skipClientCertValidation').take() === true;
      backend.field('tls').field('sniHosts').take();
      if (service === undefined) return backend.doubt('there is no `name`') ?? [];
      return [{ service, skipsCertificates: skips, ...(port !== undefined && { port }), ...(protocol !== undefined && { protocol }) }];
    }),
    sources: spec.field('sources').items().flatMap(source => {
      const [kind, name, namespace] = ['kind', 'name', 'namespace'].map(field => source.field(field).text());
      if (kind === undefined || name === undefined) return source.doubt('there is no `kind` and `name`') ?? [];
      return [{ kind, name, ...(namespace !== undefined && { namespace }) }];
    }),
    hasMatches: spec.field('matches').items().length > 0,
  };
  spec.field('matches').take();
  return ingress;
}
