import type { IConstruct } from 'constructs';

/** The root of the tree in which a construct stands. It is asked for with every object: `node.root` lists all scopes on the way. */
export function rootOf(construct: IConstruct): IConstruct {
  let at = construct;
  for (let above = at.node.scope; above !== undefined; above = at.node.scope) at = above;
  return at;
}
