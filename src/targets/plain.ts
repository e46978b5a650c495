import type { App, IResolver } from 'cdk8s';
import { ImplicitTokenResolver, LazyResolver, NumberStringUnionResolver } from 'cdk8s';

/** Whether an app has no resolvers but those of cdk8s, which leave data as it is that holds no tokens. */
export function leavesDataAlone({ resolvers }: { readonly resolvers?: App['resolvers'] }): boolean {
  return resolvers?.every(isBuiltIn) ?? false;
}

function isBuiltIn(resolver: IResolver): boolean {
  return BUILT_IN.some(type => resolver instanceof type);
}

const BUILT_IN = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

/** A copy with its keys in order, and without what is not set: as cdk8s writes data. */
export function inOrder(value: any): any {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object') return value ?? undefined;
  const copy: Record<string, any> = {};
  for (const key of Object.keys(value).sort()) {
    const below = inOrder(value[key]);
    if (below !== undefined) copy[key] = below;
  }
  return copy;
}
