import type { Claim } from '../dialects/contract/claim';
import { claim } from '../dialects/contract/claim';
import type { Kind, Kinds } from '../model/kinds';
import { flatMap } from '../model/lists';
import type { RouteModel } from '../model/route';
import { allDestinationsOf, namespaceOf } from '../model/route';
import type { PodSelection, ServiceRef } from '../model/service-ref';
import { labelsOfAll } from '../model/service-ref';

type Labels = Readonly<Record<string, string>>;

/** The pods of a Service, or some of them, as a construct gives them. */
interface Given {
  /** Absent for pods without a Service. */
  readonly service?: string;
  readonly podSelector?: Labels;
  readonly subset?: Labels;
}

/** The claims of a model on what selects the pods of each Service that it names: no construct may say otherwise of the same Service. */
const PODS: { readonly [K in Kind]: (model: Kinds[K]['model']) => readonly Claim[] } = {
  access: ({ namespace, destination }) => given(namespace, destination),
  gatewayAccess: () => [],
  jwtAuthentication: ({ namespace, workload }) => given(namespace, workload),
  externalAuthorization: ({ namespace, workload }) => given(namespace, workload),
  authentication: ({ namespace, workload }) => workload === undefined ? [] : given(namespace, workload),
  clusterAccess: () => [],
  egress: ({ namespace, workload, inside = [], denials = [] }) => [
    ...workload === undefined ? [] : given(namespace, workload), ...flatMap([...inside, ...denials], to => to.kind === 'service' ? given(to.namespace, to) : []),
  ],
  namespaceDefault: () => [],
  routes: model => ofRoute(model),
  release: ({ route, stable, canary }) => [...ofRoute(route), ...flatMap([stable, canary], version => ofService(route, version))],
  exposure: ({ route }) => ofRoute(route),
  gateway: () => [],
  externalBackend: () => [],
};

export function podsOfServices<K extends Kind>(kind: K, model: Kinds[K]['model']): readonly Claim[] {
  return PODS[kind](model);
}

function ofRoute(route: RouteModel): Claim[] {
  const known = [route.service, ...allDestinationsOf(route)].filter(({ podSelector }) => podSelector !== undefined);
  return flatMap(known, service => ofService(route, service));
}

function ofService(route: RouteModel, { name, namespace, podSelector, subset }: ServiceRef & PodSelection): Claim[] {
  return given(namespaceOf(route, { name, namespace }), { service: name, podSelector, subset });
}

function given(namespace: string | undefined, { service, ...selection }: Given): Claim[] {
  const ofAll = labelsOfAll(selection);
  if (service === undefined || ofAll === undefined) return [];
  const labels = Object.entries(ofAll).sort();
  return [claim('pods', { type: 'service', name: service, namespace }, labels.map(([label, value]) => `${label}=${value}`).join())];
}
