import { hasStatusText } from './istiod';
import type { Complaint, Reader } from './reader';
import { each, isDnsLabel, unless } from './reader';

/** The webhook of Kuma: kumahq/kuma `pkg/plugins/policies/…/validator.go` and `pkg/core/resources/apis/mesh/validators.go`. */
export const KUMA: Reader = {
  MeshTrafficPermission: ({ spec: { targetRef, rules } }) => [
    ...target(targetRef),
    unless(rules.length > 0, 'no rules'),
    ...each<any>(rules, ({ default: { allow, deny } }) => [
      unless([...allow ?? [], ...deny ?? []].length > 0, 'a rule for nobody'),
      ...each<any>([...allow ?? [], ...deny ?? []], ({ spiffeID: { type, value } }) => [
        unless(['Exact', 'Prefix'].includes(type), `the type ${type}`), unless(isSpiffeId(value), `the id ${value}`),
      ]),
    ]),
  ],
  MeshPassthrough: ({ spec: { targetRef, default: { appendMatch } } }) => [
    ...target(targetRef),
    ...each<any>(appendMatch, ({ type, value, port, protocol }) => [
      unless(Number.isInteger(port) && port >= 1 && port <= 65535, `the port ${port}`),
      unless(['tcp', 'tls', 'grpc', 'http', 'http2', 'mysql'].includes(protocol), `the protocol ${protocol}`),
      unless(type !== 'Domain' || (!['tcp', 'mysql'].includes(protocol) && value.replace(/^\*\./, '').split('.').every(isDnsLabel)), `the host ${value}`),
    ]),
    ...(appendMatch ?? []).flatMap(({ port, protocol, type, value }: any, i: number, all: readonly any[]) => {
      const [last] = all.slice(0, i).filter(other => other.port === port).reverse();
      return [
        unless(
          last === undefined || last.protocol === protocol || !['http', 'http2', 'grpc'].includes(protocol),
          `${protocol} after another protocol on port ${port}`,
        ),
        unless(
          !all.slice(0, i).some(other => other.port === port && other.protocol === protocol && other.type === type && other.value === value),
          `${value} twice`,
        ),
      ];
    }),
  ],
  MeshTimeout: ({ spec: { to } }) => each<any>(to, ({ targetRef, default: { http, connectionTimeout, idleTimeout } }) => [
    ...target(targetRef),
    unless(http === undefined || Object.keys(http).length > 0, 'no time'),
    unless([http, connectionTimeout, idleTimeout].some(said => said !== undefined), 'no time at all'),
    ...Object.values<string>({ ...http, ...(idleTimeout !== undefined && { idleTimeout }) }).map(time),
    connectionTimeout !== undefined && longerThanNothing(connectionTimeout),
  ]),
  MeshRetry: ({ spec: { to } }) => each<any>(to, ({ targetRef, default: { http, grpc } }) => [
    ...target(targetRef),
    unless((http === undefined) !== (grpc === undefined), 'neither HTTP nor gRPC'),
    ...[http, grpc].flatMap(conf => conf === undefined ? [] : [
      unless(Object.keys(conf).length > 0, 'nothing'),
      conf.perTryTimeout !== undefined && time(conf.perTryTimeout),
      conf.backOff !== undefined && longerThanNothing(conf.backOff.baseInterval),
    ]),
    ...each<string>(http?.retryOn, condition => [
      unless([
        '5xx', 'GatewayError', 'Reset', 'Retriable4xx', 'ConnectFailure', 'EnvoyRatelimited', 'RefusedStream', 'Http3PostConnectFailure',
      ].includes(condition)
        || hasStatusText(Number(condition)), `retries on ${condition}`),
    ]),
    ...each<string>(grpc?.retryOn, condition => [
      unless(['Canceled', 'DeadlineExceeded', 'Internal', 'ResourceExhausted', 'Unavailable'].includes(condition), `retries on ${condition}`),
    ]),
  ]),
  MeshCircuitBreaker: ({ spec: { to } }) => each<any>(to, ({ targetRef, default: { connectionLimits, outlierDetection } }) => [
    ...target(targetRef),
    unless(connectionLimits !== undefined || outlierDetection !== undefined, 'nothing'),
    ...Object.values<any>({ ...connectionLimits }).map(limit => unless(limit > 0 && limit <= 2147483647, `the limit ${limit}`)),
    ...(outlierDetection === undefined ? [] : [
      outlierDetection.baseEjectionTime !== undefined && longerThanNothing(outlierDetection.baseEjectionTime),
      unless((outlierDetection.maxEjectionPercent ?? 0) <= 100, 'a percentage'),
      unless(Object.keys(outlierDetection.detectors).length > 0, 'no detector'),
      ...Object.values<any>(outlierDetection.detectors).map(({ consecutive }) => unless(consecutive > 0 && consecutive <= 2147483647, `${consecutive} failures`)),
      outlierDetection.interval !== undefined && longerThanNothing(outlierDetection.interval),
      unless((outlierDetection.healthyPanicThreshold ?? 0) <= 100, 'a percentage'),
    ]),
  ]),
  MeshRateLimit: ({ spec: { targetRef, rules } }) => [
    ...target(targetRef),
    ...each<any>(rules, ({ default: { local: { http: { requestRate: { num, interval } } } } }) => [
      unless(num > 0 && num <= 2147483647, `${num} requests`), unless(!/^([1-9]|[1-4]\d|50)ms$/.test(interval) && !time(interval), `the interval ${interval}`),
    ]),
  ],
  MeshHTTPRoute: ({ spec: { to } }) => each<any>(to, ({ targetRef, rules }) => [
    ...target(targetRef),
    ...each<any>(rules, ({ matches, default: { filters } }) => [
      ...each<any>(matches, ({ path, headers, queryParams }) => [
        unless(path === undefined || path.type === 'RegularExpression' || path.value.startsWith('/'), `the path ${path?.value}`),
        unless(path?.type !== 'PathPrefix' || path.value === '/' || !path.value.endsWith('/'), `the prefix ${path?.value}`),
        ...each<any>(headers, ({ name, type, value }) => [unless(type !== 'Present' || value === undefined, `a value of ${name}`)]),
        unless(new Set((queryParams ?? []).map(({ name }: any) => name)).size === (queryParams ?? []).length, 'a parameter twice'),
      ]),
      ...each<any>(filters, ({ requestHeaderModifier, responseHeaderModifier, requestRedirect, urlRewrite }) => [
        ...[requestRedirect, urlRewrite].flatMap(change => change === undefined ? [] : [
          unless(change.hostname === undefined || isHostname(change.hostname), `the host ${change.hostname}`),
          unless(change.path?.replacePrefixMatch === undefined || matches.every(({ path }: any) => path?.type === 'PathPrefix'), 'no prefix to replace'),
        ]),
        ...[requestHeaderModifier, responseHeaderModifier].flatMap(change => {
          const names = [...[...change?.set ?? [], ...change?.add ?? []].map(({ name }: any) => name), ...change?.remove ?? []];
          return change === undefined ? [] : [unless(names.length > 0, 'no header'), unless(new Set(names).size === names.length, 'a header twice')];
        }),
      ]),
    ]),
  ]),
};

function target(ref: any): Complaint[] {
  return [
    unless(['Mesh', 'Dataplane', 'MeshService'].includes(ref.kind), `the target ${ref.kind}`),
    unless(ref.kind !== 'Mesh' || (ref.labels === undefined && ref.sectionName === undefined), 'labels of a mesh'),
  ];
}

/** Any four numbers are an address to Go's sloppy parser, `010.0.0.1` too. */
const isHostname = (host: string): boolean => host.length <= 253 && /^(?!\d+(\.\d+){3}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(host);

function isSpiffeId(id: string): boolean {
  const [domain, ...elements] = id.replace(/^spiffe:\/\//, '').split('/');
  return id.startsWith('spiffe://') && /^[a-z0-9._-]+$/.test(domain) && elements.every(one => /^[A-Za-z0-9._-]+$/.test(one) && !/^\.\.?$/.test(one));
}

function time(text: string): Complaint {
  return unless(/^(0s|(\d+(h|m|s|ms))+)$/.test(text), `the time ${text}`);
}

function longerThanNothing(text: string): Complaint {
  return time(text) || unless(/[1-9]/.test(text), 'no time');
}
