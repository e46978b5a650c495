import type { IngressSpec, IngressSpecRulesHttpPaths } from '../../../imports/kubernetes/networking.k8s.io';
import type { ExposureModel } from '../../model/exposure';
import { exposedPort } from '../../model/exposure';
import type { Fields } from '../../model/fields';
import { collected } from '../../model/fields';
import { flatMap } from '../../model/lists';
import type { RequestMatch } from '../../model/match';
import type { PathCondition } from '../../model/path';
import type { RouteRule } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import { issuerAnnotations } from '../gateways/cert-manager';

type Path = Plain<IngressSpecRulesHttpPaths>;

/** The controller of the class is the gateway; redirects and TLS to the pods are refused. */
type Exposed = Fields<ExposureModel, 'route' | 'hostnames' | 'tls', 'gateways' | 'redirectHttp' | 'backendTls'>;

/** One Ingress: the same paths for each host. Of two paths that match, the longer wins, and an exact one before a prefix. */
export function ingress(className: string, { route, hostnames, tls }: Exposed): Manifest {
  const { name, namespace } = route;
  const paths = flatMap(exposedPort({ route }).rules, pathsOf);
  const spec: Plain<IngressSpec> = {
    ingressClassName: className,
    ...(tls?.mode === 'terminate' && { tls: [{ ...(hostnames.length > 0 && { hosts: [...hostnames] }), secretName: tls.secrets[0].name }] }),
    rules: hostnames.length === 0 ? [{ http: { paths } }] : hostnames.map(host => ({ host, http: { paths } })),
  };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace, ...issuerAnnotations(tls) }, spec };
}

function pathsOf(rule: RouteRule): Path[] {
  const [{ name, port }] = rule.backends;
  return pathConditions(rule).map(({ type, value }) => ({
    path: value,
    pathType: type === 'exact' ? 'Exact' : 'Prefix',
    backend: { service: { name, port: { number: port } } },
  }));
}

/** The paths that a rule takes; every path is below `/`. */
export function pathConditions({ matches }: RouteRule): PathCondition[] {
  return matches.length === 0 ? [{ type: 'prefix', value: '/' }] : flatMap(matches, match => pathsIn(match));
}

const pathsIn = collected<RequestMatch, PathCondition>({
  path: path => [path],
  methods: refused,
  headers: refused,
  query: refused,
  hosts: refused,
});
