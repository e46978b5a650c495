import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { misuse } from '../errors/misuse';
import { instanceOf } from '../input/shape';
import { flatMap } from '../model/lists';
import type { PodFacts } from '../model/pod-facts';
import { isWithin, makesPods, podFactsOf } from '../model/pod-facts';

const CONSTRUCT = instanceOf(Construct, 'a construct, such as one of cdk8s-plus');

/** The object of a kind that a construct stands for: its default child, or that of it. */
export function kubeObject(where: string, construct: IConstruct, kind: keyof typeof GROUPS): ApiObject {
  return objectOf(where, construct, kind, found => found.kind === kind && found.apiGroup === GROUPS[kind]);
}

/** Others have kinds of these names too: Knative has a Service. */
const GROUPS = { Service: 'core', ServiceAccount: 'core', Deployment: 'apps' } as const;

/** The object that makes pods, for which a construct stands. */
export function workloadObject(where: string, construct: IConstruct): ApiObject {
  return objectOf(where, construct, 'workload', ({ kind }) => makesPods(kind));
}

function objectOf(where: string, construct: IConstruct, kind: string, isMeant: (object: ApiObject) => boolean): ApiObject {
  CONSTRUCT(where, kind, construct);
  let object: IConstruct | undefined = construct;
  while (object !== undefined && !ApiObject.isApiObject(object)) {
    object = object.node.defaultChild;
  }
  if (object === undefined || !isMeant(object)) {
    const found = object === undefined ? 'has no default child' : `is a ${object.kind}${object.kind === kind ? ` of ${object.apiVersion}` : ''}`;
    throw misuse('MESH1107', construct.node.path, `a ${kind} is needed, and this ${found}`,
      `Pass the ${kind}, or the ApiObject behind it`);
  }
  return object;
}

interface Whereabouts extends Pick<PodFacts, 'labels'> {
  readonly namespace?: string;
}

/** Where pods are, as their manifests said when they were first read: of the pods of other Services, that is all that is asked. */
const WHEREABOUTS = new WeakMap<ApiObject, Whereabouts>();

/** What the objects of the app that stand by now say of the pods in a namespace that have these labels. */
export function podsNear(object: ApiObject, namespace: string | undefined, labels: PodFacts['labels']): PodFacts[] {
  const isThere = (pods: Whereabouts) => pods.namespace === namespace && isWithin(labels, pods.labels);
  const all = object.node.root.node.findAll().filter(ApiObject.isApiObject);
  return flatMap(all.filter(({ kind }) => makesPods(kind)), pods => {
    const known = WHEREABOUTS.get(pods);
    if (known !== undefined && !isThere(known)) return [];
    const manifest = pods.toJson();
    const facts = podFactsOf(manifest);
    const now = { namespace: manifest.metadata?.namespace, labels: facts.labels };
    WHEREABOUTS.set(pods, now);
    return isThere(now) ? [facts] : [];
  });
}
