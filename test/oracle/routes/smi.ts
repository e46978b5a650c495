import { expression } from '../../../src/evaluators/expression';
import { only } from '../../../src/evaluators/fields';
import type { Outcome } from '../../../src/evaluators/routes/outcome';
import { forwarded, toService } from '../../../src/evaluators/routes/outcome';
import type { RouteRequest } from '../../../src/evaluators/routes/request';

/**
 * What becomes of a request by the TrafficSplit of a Service. It holds for all ports alike; requests that its matches do
 * not take stay with the Service.
 *
 * @see https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-split/v1alpha4/traffic-split.md
 */
export function routedBySmi(manifests: readonly any[], request: RouteRequest): Outcome {
  const { to } = request;
  const splits = manifests.filter(({ kind, metadata, spec }) => kind === 'TrafficSplit' && metadata.namespace === to.namespace && spec.service === to.service);
  if (splits.length > 1) {
    throw new Error(`${splits.length} TrafficSplits for ${to.service}`);
  }
  const [split] = splits;
  if (split === undefined) {
    return toService(request);
  }
  const { matches, backends } = only(split.spec, 'service', 'matches', 'backends');
  if (matches !== undefined && !matches.some((ref: any) => groupHolds(find(manifests, to.namespace, ref), request))) {
    return toService(request);
  }
  if (backends.some(({ service }: any) => service === to.service)) {
    throw new Error('the root of a TrafficSplit is among its backends');
  }
  return forwarded(request, backends.map((backend: any) => {
    const { service, weight } = only(backend, 'service', 'weight');
    return { to: { ...to, service }, weight: Number(weight) };
  }));
}

function find(manifests: readonly any[], namespace: string, ref: any): any {
  const { kind, name } = only(ref, 'kind', 'name', 'apiGroup');
  const group = manifests.find(one => one.kind === kind && one.metadata.name === name && one.metadata.namespace === namespace);
  if (kind !== 'HTTPRouteGroup' || group === undefined) {
    throw new Error(`no ${kind} ${name}`);
  }
  return group;
}

/**
 * What becomes of a request by one TrafficSplit, as Open Service Mesh reads it: the root may be written as a host name, and be
 * among its backends; a backend that has no such port, or does not exist, is left out. Undefined where Envoy refuses what it
 * writes: connections of which one of several backends gets no share, or requests of which none gets any.
 */
export function routedByOsm(manifests: readonly any[], request: RouteRequest): Outcome | undefined {
  const { to, protocol } = request;
  const split = manifests.find(({ kind, metadata, spec }) =>
    kind === 'TrafficSplit' && metadata.namespace === to.namespace && spec.service.split('.')[0] === to.service);
  if (split === undefined) {
    return toService(request);
  }
  const has = (name: string) => manifests.some(({ kind, metadata, spec }) => kind === 'Service'
    && metadata.name === name && metadata.namespace === to.namespace && spec.ports.some(({ port }: any) => port === to.port));
  const takers = split.spec.backends.filter(({ service }: any) => has(service))
    .map(({ service, weight }: any) => ({ to: { ...to, service }, weight }));
  if (protocol === 'TCP') {
    return takers.length > 1 && takers.some(({ weight }: any) => weight === 0)
      ? undefined
      : forwarded(request, takers.length === 1 ? [{ ...takers[0], weight: 1 }] : takers);
  }
  return takers.every(({ weight }: any) => weight === 0) ? undefined : forwarded(request, takers);
}

/** Any of the matches. Paths are anchored at their start, and values of headers not at all. */
function groupHolds({ spec }: any, request: RouteRequest): boolean {
  return spec.matches.some((match: any) => {
    const { pathRegex, methods, headers = [] } = only(match, 'name', 'pathRegex', 'methods', 'headers');
    return expression(`^(?:${pathRegex})`).test(request.path)
      && (methods.includes('*') || methods.includes(request.method))
      && headers.flatMap(Object.entries).every(([name, pattern]: [string, string]) =>
        Object.hasOwn(request.headers, name) && expression(pattern).test(request.headers[name]));
  });
}
