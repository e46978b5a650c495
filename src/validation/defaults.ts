import { normal } from './normal';
import { prepared, type Schema } from './schema';
import { DEFAULTS } from '../../imports/schemas/defaults';

/**
 * A manifest as an API server stores it: with the defaults of its CRD. What is written without them differs for good from what is in the
 * cluster, for tools that compare the two.
 */
export function withDefaults<M extends { readonly apiVersion: string; readonly kind: string }>(manifest: M): M {
  return normal(schemaOf(`${manifest.apiVersion} ${manifest.kind}`), manifest);
}

const known = new Map<string, Schema | undefined>();

function schemaOf(kind: string): Schema | undefined {
  if (!known.has(kind)) known.set(kind, Object.hasOwn(DEFAULTS, kind) ? prepared(JSON.parse(DEFAULTS[kind])) : undefined);
  return known.get(kind);
}
