import type { Refusal } from './refusal';
import type { AccessModel } from '../../model/access';
import type { ClusterAccessModel } from '../../model/cluster-access';
import type { Kind, Kinds } from '../../model/kinds';
import { flatMap } from '../../model/lists';

type Labels = Readonly<Record<string, string>> | undefined;

/** The labels of the pods that a model is for, or that it knows clients by. */
const PODS: { readonly [K in Kind]: (model: Kinds[K]['model']) => Labels } = {
  access: model => ({ ...model.destination.podSelector, ...clientLabels(model) }),
  gatewayAccess: () => undefined,
  jwtAuthentication: ({ workload }) => workload.podSelector,
  externalAuthorization: ({ workload }) => workload.podSelector,
  authentication: ({ workload }) => workload?.podSelector,
  clusterAccess: model => clusterLabels(model),
  egress: ({ workload }) => workload?.podSelector,
  namespaceDefault: () => undefined,
  routes: ({ service, traffic }) => traffic.rateLimit === undefined ? undefined : service.podSelector,
  release: ({ route }) => PODS.routes(route),
  exposure: () => undefined,
  gateway: () => undefined,
};

/** Labels that Cilium gives to its endpoints (cilium/cilium `pkg/k8s/apis/cilium.io/const.go`). The pods themselves do not have them. */
const OF_CILIUM = /^io\.(cilium\.k8s\.|kubernetes\.pod\.namespace$)/;

function clientLabels({ rules, denials }: AccessModel): Labels {
  return Object.assign({}, ...flatMap([...rules, ...denials], ({ sources }) => sources).map(source => source.kind === 'pods' ? source.labels : {}));
}

function clusterLabels({ subject, ingress, egress }: ClusterAccessModel): Labels {
  const rules = flatMap([ingress, egress], direction => direction === undefined ? [] : [...direction.rules, ...direction.denials]);
  const peers = flatMap(rules, rule => rule.peers).map(peer => peer.kind === 'pods' ? peer.labels : {});
  return Object.assign({}, ...subject.kind === 'pods' ? [subject.labels] : [], ...peers);
}

/** What selects pods by labels that they do not have would select none, and protect nothing. */
export function givenLabelRefusals<K extends Kind>(kind: K, model: Kinds[K]['model']): Refusal<never>[] {
  return Object.keys(PODS[kind](model) ?? {}).filter(key => OF_CILIUM.test(key)).map(key => ({
    what: `pods with the label '${key}'`,
    reason: 'only Cilium gives pods this label, so it would select none',
    remedy: 'Select the pods by labels that they have themselves',
  }));
}
