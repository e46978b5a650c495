import type { Complaint, Reader } from './reader';
import { each, unless } from './reader';

/**
 * The webhooks of Consul and what stores its config entries: hashicorp/consul-k8s `control-plane/api/v1alpha1/…_types.go`, hashicorp/consul
 * `agent/structs/config_entry_intentions.go`, `config_entry_discoverychain.go` and, of what its gateways read, `config_entry_gateways.go`
 * and `config_entry_routes.go`; before these, hashicorp/consul-k8s `control-plane/api-gateway/binding/validation.go`.
 */
export const CONSUL: Reader = {
  ServiceIntentions: ({ spec: { destination, sources } }) => [
    unless(destination.name !== '', 'no destination'),
    unless(sources.length > 0, 'no sources'),
    unless(new Set(sources.map(({ name, namespace }: any) => `${namespace}/${name}`)).size === sources.length, 'a source twice'),
    ...each<any>(sources, ({ name, namespace, action, permissions }) => [
      unless(name === '*' || !/[*]/.test(name), `the name ${name}`),
      unless(namespace !== '*' || name === '*', 'a name in every namespace'),
      unless((action === undefined) !== ((permissions ?? []).length === 0), 'neither an action nor permissions'),
      unless(destination.name !== '*' || permissions === undefined, 'permissions for every service'),
      ...each<any>(permissions, ({ action: decision, http: { pathExact, pathPrefix, pathRegex, header, methods } }) => [
        unless(['allow', 'deny'].includes(decision), `the action ${decision}`),
        ...paths({ pathExact, pathPrefix, pathRegex }),
        ...each<any>(header, condition),
        ...methodsOf(methods),
        unless([pathExact, pathPrefix, pathRegex, header, methods].some(one => one !== undefined), 'a permission for nothing'),
      ]),
    ]),
  ],
  ServiceRouter: ({ spec: { routes } }) => each<any>(routes, ({ match, destination }) => [
    ...(match === undefined ? [] : [...paths(match.http), ...methodsOf(match.http.methods)]),
    ...each<any>(match?.http.header, condition), ...each<any>(match?.http.queryParam, condition),
    unless(destination?.prefixRewrite === undefined || match?.http.pathExact !== undefined || match?.http.pathPrefix !== undefined, 'a rewrite of no path'),
    ...each<string>(destination?.retryOn, retry => [unless(RETRY_ON.includes(retry), `retries on ${retry}`)]),
  ]),
  ServiceSplitter: ({ spec: { splits } }) => [
    ...each<any>(splits, ({ weight }) => [unless(weight === 0 || (weight >= 0.01 && weight <= 100), `the weight ${weight}`)]),
    unless(splits.length > 0, 'no splits'),
    unless(new Set(splits.map(({ service, namespace }: any) => `${namespace}/${service}`)).size === splits.length, 'a service twice'),
    unless(splits.reduce((sum: number, { weight }: any) => Math.fround(sum + Math.fround(weight)), 0) === 100, 'weights that are not 100 together'),
  ],
  ServiceResolver: ({ spec: { redirect, loadBalancer } }) => [
    unless(redirect === undefined || redirect.service !== '', 'a redirect to nothing'),
    unless(loadBalancer === undefined || ['', 'random', 'round_robin', 'least_request', 'ring_hash', 'maglev'].includes(loadBalancer.policy),
      `the policy ${loadBalancer?.policy}`),
    unless(loadBalancer?.hashPolicies === undefined || ['ring_hash', 'maglev'].includes(loadBalancer.policy), 'a hash that nothing uses'),
    unless(loadBalancer?.ringHashConfig === undefined || loadBalancer.policy === 'ring_hash', 'a ring that nothing uses'),
    unless((loadBalancer?.ringHashConfig?.minimumRingSize ?? 0) <= (loadBalancer?.ringHashConfig?.maximumRingSize ?? 0), 'a ring that is too small'),
    unless(loadBalancer?.leastRequestConfig === undefined || loadBalancer.policy === 'least_request', 'choices that nothing makes'),
    ...each<any>(loadBalancer?.hashPolicies, ({ field, fieldValue, cookieConfig, sourceIP = false }) => [
      unless(sourceIP !== ['header', 'cookie', 'query_parameter'].includes(field), `the field ${field}`),
      unless(sourceIP || (fieldValue !== undefined && fieldValue !== ''), `no ${field}`),
      unless(cookieConfig === undefined || field === 'cookie', `a cookie of a ${field}`),
      unless(cookieConfig?.session !== true || cookieConfig.ttl === undefined, 'a session with an end'),
    ]),
  ],
  Gateway: ({ spec: { listeners } }) => [
    unless(new Set(listeners.map(({ port }: any) => port)).size === listeners.length, 'two listeners on a port'),
    ...each<any>(listeners, ({ name, hostname = '', port, protocol, tls }) => [
      unless(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name), `the listener ${name}`),
      unless(!hostname.replace(/^\*\./, '').includes('*'), `the host ${hostname}`),
      unless(port !== 20000, 'the port of the proxy itself'),
      unless(['HTTP', 'HTTPS', 'TCP'].includes(protocol), `the protocol ${protocol}`),
      unless(tls?.mode !== 'Passthrough', 'TLS that is passed through'),
    ]),
  ],
  HTTPRoute: ({ spec: { hostnames, rules } }) => [
    ...each<string>(hostnames, host => [unless(!host.includes('*'), `the host ${host}`)]),
    ...each<any>(rules, ({ matches, filters, backendRefs }) => [
      // It ignores what it does not know, and makes 1 of 0.
      ...each<any>(filters, ({ type }) => [
        unless(['RequestHeaderModifier', 'ResponseHeaderModifier', 'ExtensionRef'].includes(type), `the filter ${type}`),
      ]),
      ...each<any>(backendRefs, ({ weight }) => [unless(weight !== 0, 'a weight of 0')]),
      ...each<any>(matches, ({ path, method, headers, queryParams }) => [
        ...methodsOf(method === undefined ? [] : [method]),
        unless(path === undefined || path.type === 'RegularExpression' || path.value.startsWith('/'), `the path ${path?.value}`),
        ...each<any>([...headers ?? [], ...queryParams ?? []], ({ name, type = 'Exact' }) => [
          unless(name !== '', 'no name'), unless(['Exact', 'RegularExpression'].includes(type), `the type ${type}`),
        ]),
      ]),
    ]),
  ],
  ServiceDefaults: ({ metadata: { name }, spec: { protocol, mutualTLSMode } }) => [
    unless(name !== '*', 'defaults of every service'),
    unless(protocol === undefined || ['tcp', 'http', 'http2', 'grpc'].includes(protocol), `the protocol ${protocol}`),
    unless(['', 'strict', 'permissive'].includes(mutualTLSMode), `the mode ${mutualTLSMode}`),
  ],
};

const RETRY_ON = [
  '5xx', 'gateway-error', 'reset', 'connect-failure', 'envoy-ratelimited', 'retriable-4xx', 'refused-stream', 'cancelled', 'deadline-exceeded', 'internal',
  'resource-exhausted', 'unavailable',
];

function paths({ pathExact, pathPrefix, pathRegex }: any): Complaint[] {
  return [
    unless([pathExact, pathPrefix, pathRegex].filter(one => one !== undefined).length <= 1, 'two paths'),
    ...[pathExact, pathPrefix].map(one => unless(one === undefined || one.startsWith('/'), `the path ${one}`)),
    unless(pathRegex !== '', 'an empty expression'),
  ];
}

function condition({ name, present, exact, prefix, suffix, regex }: any): Complaint[] {
  return [
    unless(name !== '', 'no name'),
    unless([present, exact, prefix, suffix, regex].filter(one => one !== undefined && one !== '').length === 1, `${name} with no condition, or several`),
  ];
}

function methodsOf(methods: readonly string[] = []): Complaint[] {
  return [
    ...each<string>(methods, method => [
      unless(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE'].includes(method), `the method ${method}`),
    ]),
    unless(new Set(methods).size === methods.length, 'a method twice'),
  ];
}
