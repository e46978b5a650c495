import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { Construct } from 'constructs';
import { misuse } from '../diagnostics';
import { instanceOf } from '../shape';

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
