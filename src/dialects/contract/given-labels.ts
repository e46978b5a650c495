import type { Refusal } from './refusal';
import type { AccessModel } from '../../model/access';
import type { ClusterAccessModel } from '../../model/cluster-access';
import type { Kind, Kinds } from '../../model/kinds';
import { flatMap } from '../../model/lists';

type Labels = Readonly<Record<string, string>> | undefined;

/** The labels of the pods that a model is for, or that it knows clients by. */
const PODS: { readonly [K in Kind]: (model: Kinds[K]['model']) => readonly Labels[] } = {
  access: model => [model.destination.podSelector, ...clientLabels(model)],
  gatewayAccess: () => [],
  jwtAuthentication: ({ workload }) => [workload.podSelector],
  externalAuthorization: ({ workload }) => [workload.podSelector],
  authentication: ({ workload }) => [workload?.podSelector],
  clusterAccess: model => clusterLabels(model),
  egress: ({ workload }) => [workload?.podSelector],
  namespaceDefault: () => [],
  routes: ({ service, traffic }) => traffic.rateLimit === undefined ? [] : [service.podSelector],
  release: ({ route }) => PODS.routes(route),
  exposure: () => [],
  gateway: () => [],
  externalBackend: () => [],
};

/** Labels that Cilium gives to its endpoints (cilium/cilium `pkg/k8s/apis/cilium.io/const.go`). The pods themselves do not have them. */
const OF_CILIUM = /^io\.(cilium\.k8s\.|kubernetes\.pod\.namespace$)/;

function clientLabels({ rules, denials }: AccessModel): readonly Labels[] {
  const all: Labels[] = [];
  for (const { sources } of [...rules, ...denials]) {
    for (const source of sources) {
      if (source.kind === 'pods') all.push(source.labels);
    }
  }
  return all;
}

function clusterLabels({ subject, ingress, egress }: ClusterAccessModel): readonly Labels[] {
  const rules = flatMap([ingress, egress], direction => direction === undefined ? [] : [...direction.rules, ...direction.denials]);
  return [subject, ...flatMap(rules, rule => rule.peers)].map(one => one.kind === 'pods' ? one.labels : undefined);
}

/** What selects pods by labels that they do not have would select none, and protect nothing. */
export function givenLabelRefusals<K extends Kind>(kind: K, model: Kinds[K]['model']): Refusal<never>[] {
  const keys = flatMap(PODS[kind](model), labels => Object.keys(labels ?? {}).filter(key => OF_CILIUM.test(key)));
  return keys.length === 0 ? [] : [...new Set(keys)].map(key => ({
    what: `pods with the label '${key}'`,
    reason: 'only Cilium gives pods this label, so it would select none',
    remedy: 'Select the pods by labels that they have themselves',
  }));
}
