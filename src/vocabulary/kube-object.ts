import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { misuse } from '../errors/misuse';
import { instanceOf } from '../input/shape';
import type { PodFacts } from '../model/pod-facts';
import { makesPods, podFactsOf } from '../model/pod-facts';

const CONSTRUCT = instanceOf(Construct, 'a construct, such as one of cdk8s-plus');

/** The object of a kind that a construct stands for: its default child, or that of it. */
export function kubeObject(where: string, construct: IConstruct, kind: string): ApiObject {
  CONSTRUCT(where, kind, construct);
  let object: IConstruct | undefined = construct;
  while (object !== undefined && !ApiObject.isApiObject(object)) {
    object = object.node.defaultChild;
  }
  if (object?.kind !== kind) {
    throw misuse('MESH1107', construct.node.path, `a ${kind} is needed, and this ${object === undefined ? 'has no default child' : `is a ${object.kind}`}`,
      `Pass the ${kind}, or the ApiObject behind it`);
  }
  return object;
}

/** What the objects of the app that stand by now say of pods, in the namespace of this one. */
export function podsNear(object: ApiObject, namespace: string | undefined): PodFacts[] {
  const all = object.node.root.node.findAll().filter(ApiObject.isApiObject) as ApiObject[];
  return all.filter(({ kind }) => makesPods(kind)).map(pods => pods.toJson())
    .filter(manifest => manifest?.metadata?.namespace === namespace).map(podFactsOf);
}
