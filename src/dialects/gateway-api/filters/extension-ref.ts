import type { Manifest } from '../../contract/manifest';

/** One filter: a reference to an object of the implementation, in the namespace of the route. */
export function extensionRef({ apiVersion, kind, metadata: { name } }: Manifest) {
  const [group] = apiVersion.split('/');
  return { type: 'ExtensionRef' as const, extensionRef: { group, kind, name } };
}
