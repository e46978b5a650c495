import { only } from '../fields';
import { Unknown } from '../unknown';

/**
 * A VirtualService with the routes of those to which it delegates in place of its own.
 *
 * `mergeVirtualServices` in `pilot/pkg/model/virtualservice_controller.go`, and `MergeHTTPRoutes` in `virtualservice.go`.
 */
export function delegated(one: any, all: readonly any[]): any {
  const { metadata: { namespace: home }, spec } = one;
  if (spec.http === undefined) return one;
  const http = spec.http.flatMap((route: any) => {
    if (route.delegate === undefined) return [route];
    const { name, namespace = home } = only(route.delegate, 'name', 'namespace');
    if (route.route !== undefined || route.redirect !== undefined) throw new Unknown('istiod does not admit it');
    const delegate = all.find(({ metadata, spec: { hosts } }) => metadata.namespace === namespace && metadata.name === name && hosts === undefined);
    if (delegate === undefined) throw new Unknown('nothing is known of the delegate');
    const { exportTo = ['*'], http: routes = [] } = only(delegate.spec, 'exportTo', 'http');
    const isSeen = exportTo.some((to: string) => to === '*' || to === home || (to === '.' && namespace === home));
    return isSeen ? routes.flatMap((other: any) => merged(route, other, home, namespace)) : [];
  });
  return { ...one, spec: { ...spec, http } };
}

const INHERITED = ['rewrite', 'directResponse', 'timeout', 'retries', 'fault', 'mirror', 'mirrorPercentage', 'corsPolicy', 'mirrors', 'headers'];

function merged({ match: within = [], delegate: _, ...root }: any, { match = [], ...leaf }: any, home: string, namespace: string): any[] {
  if (leaf.delegate !== undefined) throw new Unknown('istiod does not admit it');
  if (home !== namespace) throw new Unknown('short names are of two namespaces');
  const pairs = match.map((own: any) => within.filter((other: any) => !conflicts(other, own)).map((other: any) => together(other, own)));
  if (within.length > 0 && pairs.some((some: any[]) => some.length === 0)) return [];
  const matches = within.length === 0 ? match : match.length === 0 ? within : pairs.flat();
  const inherited = Object.fromEntries(INHERITED.filter(field => root[field] !== undefined).map(field => [field, root[field]]));
  const { name: _name, ...others } = { ...inherited, ...leaf };
  if (Object.keys(root).some(field => !['name', ...INHERITED].includes(field))) throw new Unknown('not known here');
  return [{ ...others, ...(matches.length > 0 && { match: matches }) }];
}

function together(root: any, leaf: any): any {
  const maps = ['headers', 'withoutHeaders', 'queryParams'].filter(field => root[field] !== undefined || leaf[field] !== undefined)
    .map(field => [field, { ...root[field], ...leaf[field] }]);
  return { ...root, ...leaf, ...Object.fromEntries(maps) };
}

function conflicts(root: any, leaf: any): boolean {
  const texts = ['uri', 'scheme', 'method', 'authority'].map(field => [root[field], leaf[field]]);
  const inMaps = ['headers', 'withoutHeaders', 'queryParams'].flatMap(field => Object.keys(leaf[field] ?? {}).map(name => [root[field]?.[name], leaf[field][name]]));
  return [...texts, ...inMaps].some(([one, other]) => one !== undefined && other !== undefined && !isWithin(other, one))
    || (root.ignoreUriCase ?? false) !== (leaf.ignoreUriCase ?? false)
    || (root.port ?? leaf.port) !== (leaf.port ?? root.port)
    || (root.sourceNamespace !== undefined && root.sourceNamespace !== leaf.sourceNamespace)
    || (root.gateways !== undefined && leaf.gateways !== undefined
      && (leaf.gateways.length > root.gateways.length || leaf.gateways.some((one: string) => !root.gateways.includes(one))));
}

/** Of expressions, and of mere presence, nothing is known to be within them (`stringMatchConflict`). */
function isWithin(leaf: any, root: any): boolean {
  if (root.exact) return leaf.exact === root.exact;
  const start = leaf.exact || leaf.prefix;
  return Boolean(root.prefix && start) && start.startsWith(root.prefix);
}
