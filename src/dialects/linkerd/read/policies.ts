import { networksOf } from './authentications';
import { inCluster } from './default-policy';
import { certified, identityIs, identityOf } from './identities';
import type { Fields } from '../../../manifests/fields';
import { allOf, ALWAYS, anyOf, type Condition } from '../../../meaning/condition';
import type { Source } from '../../../meaning/decision';
import type { Selector } from '../../../meaning/selector';
import { DEFAULT_NAMESPACE } from '../../../reading/cluster/cluster';
import { keyOf } from '../../../reading/cluster/object';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { selectorOf } from '../../../reading/selector';
import { doubtOf } from '../../../reading/understood';

/** Clients that are let in, and where. */
export interface Authorization {
  readonly source: Source;
  readonly namespace: string;
  readonly target: Target;
  readonly clients: Condition;
}

export type Target =
  | { readonly type: 'server' | 'route'; readonly name: string }
  /** All Servers of the namespace that have these labels. */
  | { readonly type: 'servers'; readonly labels?: Selector }
  /** Nobody knows. */
  | { readonly type: 'unknown' };

/** The name of a route among those of all kinds and groups. */
export function routeName(group: string, kind: string, name: string): string {
  return `${group}/${kind}/${name}`.toLowerCase();
}

const POLICY = 'policy.linkerd.io';
const GATEWAY_API = 'gateway.networking.k8s.io';

export function authorizationPolicy(object: ReadObject, authentications: ReadonlyMap<string, Condition>): Authorization {
  const [target, refs] = ['targetRef', 'requiredAuthenticationRefs'].map(name => object.fields.field('spec').field(name));
  const namespace = object.namespace ?? DEFAULT_NAMESPACE;
  const all = refs.items();
  const kinds = all.map(ref => ref.field('kind').text()?.toLowerCase());
  const networks = kinds.filter(kind => kind === 'networkauthentication').length;
  if (networks > 1 || kinds.length - networks > 1) {
    refs.doubt('Linkerd takes one identity, and one NetworkAuthentication');
  }
  if (!refs.isSaid) object.fields.field('spec').doubt('there are no `requiredAuthenticationRefs`');
  const clients = allOf(...all.map(ref => required(ref, namespace, authentications)));
  return authorization(object, targetOf(target, namespace), clients);
}

function authorization(object: ReadObject, target: Target, clients: Condition): Authorization {
  const [doubt] = object.fields.doubts();
  const namespace = object.namespace ?? DEFAULT_NAMESPACE;
  return { source: sourceOf(object), namespace, target, clients: doubt === undefined ? clients : doubtOf(doubt) };
}

function targetOf(ref: Fields, namespace: string): Target {
  const [group = '', kind = '', name] = ['group', 'kind', 'name'].map(field => ref.field(field).text());
  const words = `${group}/${kind}`.toLowerCase();
  if (name === undefined) return ref.doubt('there is no target') ?? { type: 'unknown' };
  if (words === `${POLICY}/server`) return { type: 'server', name };
  const routes = [`${POLICY}/httproute`, `${GATEWAY_API}/httproute`, `${GATEWAY_API}/grpcroute`];
  if (routes.includes(words)) return { type: 'route', name: routeName(group, kind, name) };
  if ((words === '/namespace' || words === 'core/namespace') && name === namespace) return { type: 'servers' };
  return ref.doubt('it is not a target that Linkerd takes here') ?? { type: 'unknown' };
}

function required(ref: Fields, own: string, authentications: ReadonlyMap<string, Condition>): Condition {
  const [group, kind, name, namespace] = ['group', 'kind', 'name', 'namespace'].map(field => ref.field(field).text());
  if (kind?.toLowerCase() === 'serviceaccount') return identityOf(ref, own);
  if (group !== POLICY || !['meshtlsauthentication', 'networkauthentication'].includes(kind?.toLowerCase() ?? '') || name === undefined) {
    return ref.doubt('it is not an authentication that is known here') ?? ALWAYS;
  }
  return authentications.get(authenticationKey(kind ?? '', namespace || own, name)) ?? ref.doubt('it is not among the manifests') ?? ALWAYS;
}

export function authenticationKey(kind: string, namespace: string, name: string): string {
  return `${kind.toLowerCase()} ${keyOf(namespace, name)}`;
}

export function serverAuthorization(object: ReadObject): Authorization {
  const spec = object.fields.field('spec');
  const [server, client] = ['server', 'client'].map(name => spec.field(name));
  const [name, selector] = [server.field('name').text(), server.field('selector')];
  const own = object.namespace ?? DEFAULT_NAMESPACE;
  const labels = selectorOf(selector);
  const [mesh, networks] = ['meshTLS', 'networks'].map(field => client.field(field));
  const anyTls = mesh.field('unauthenticatedTLS').take() === true;
  const identities = [
    ...mesh.field('identities').items().map(identity => identityIs(identity.text() ?? '', identity)),
    ...mesh.field('serviceAccounts').items().map(account => certified({
      serviceAccount: account.field('name').text(), namespace: account.field('namespace').text() || own,
    })),
  ];
  const isUnauthenticated = client.field('unauthenticated').take() === true;
  if (!isUnauthenticated && !anyTls && identities.length === 0) client.doubt('it lets nobody in, which Linkerd does not take');
  const who = isUnauthenticated ? ALWAYS : anyTls ? { type: 'certificate' as const } : anyOf(...identities);
  const from = networks.items().length > 0 ? networksOf(networks) : inCluster(client.place);
  const target = (): Target => name !== undefined ? { type: 'server', name } : labels === undefined ? { type: 'unknown' } : { type: 'servers', labels };
  if (name === undefined && !selector.isSaid) server.doubt('there is no name, and no selector');
  return authorization(object, target(), allOf(who, from));
}
