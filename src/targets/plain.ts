import type { App, IResolver } from 'cdk8s';
import { ImplicitTokenResolver, LazyResolver, NumberStringUnionResolver } from 'cdk8s';

/** Whether an app has no resolvers but those of cdk8s, which leave data as it is that holds no tokens. */
export function leavesDataAlone({ resolvers }: { readonly resolvers?: App['resolvers'] }): boolean {
  return resolvers?.every(isBuiltIn) ?? false;
}

/** One of a class below them may do more. */
function isBuiltIn(resolver: IResolver): boolean {
  return BUILT_IN.includes(resolver.constructor);
}

const BUILT_IN: readonly unknown[] = [LazyResolver, ImplicitTokenResolver, NumberStringUnionResolver];

/** A copy with its keys in order, and without what is not set: as cdk8s writes data. */
export function inOrder(value: any): any {
  if (Array.isArray(value)) return value.map(inOrder);
  if (value === null || typeof value !== 'object') return value ?? undefined;
  const copy: Record<string, any> = {};
  const keys = sorted(Object.keys(value));
  for (let i = 0; i < keys.length; i++) {
    const below = value[keys[i]];
    const ordered = typeof below === 'object' ? inOrder(below) : below;
    if (ordered !== undefined) copy[keys[i]] = ordered;
  }
  return copy;
}

/** Most have one key, or are in order as they are written. */
function sorted(keys: string[]): string[] {
  for (let i = 1; i < keys.length; i++) {
    if (keys[i - 1] > keys[i]) return keys.sort();
  }
  return keys;
}
