import type { Complaint, Reader } from './reader';
import { blockOf, each, isDnsLabel, unless } from './reader';

/** The webhook of istiod: istio/istio `pkg/config/validation` (`validation.go`, `virtualservice.go`, `agent/validation.go`) and `pkg/config/security`. */
export const ISTIOD: Reader = {
  AuthorizationPolicy: ({ spec }) => spec.selector === undefined && spec.targetRefs === undefined && spec.action === undefined ? [] : [
    unless(!(spec.selector && spec.targetRefs), 'a selector beside a target'),
    ...selector(spec.selector?.matchLabels),
    ...each<any>(spec.rules, ({ from, to, when }) => [
      ...notEmpty('from', from), ...notEmpty('to', to),
      ...each<any>(from, ({ source }) => [
        ...Object.entries<any>(source).flatMap(([field, values]) => each<string>(values, value => [
          unless(value !== '', `an empty value of ${field}`),
          unless(!/ipBlocks/i.test(field) || isBlock(value), `the address ${value}`),
        ])),
        unless(Object.values<any>(source).some(values => values.length > 0), 'an empty source'),
      ]),
      ...each<any>(to, ({ operation }) => [
        unless(Object.values<any>(operation).some(values => values.length > 0), 'an empty operation'),
        ...Object.values<any>(operation).flatMap(values => each<string>(values, value => [unless(value !== '', 'an empty value')])),
        ...each<string>(operation.ports, port => [unless(/^\d+$/.test(port) && Number(port) <= 65535, `the port ${port}`)]),
        ...each<string>(operation.paths, path => [unless(isPath(path), `the path ${path}`)]),
      ]),
      ...each<any>(when, ({ key, values }) => [
        unless(/^request\.headers\[.+\]$/.test(key), `the key ${key}`),
        unless(values.length > 0 && !values.includes(''), `no values of ${key}`),
      ]),
    ]),
  ],
  PeerAuthentication: ({ spec: { selector: of, portLevelMtls } }) => [
    ...selector(of?.matchLabels),
    unless(portLevelMtls === undefined || (Object.keys(of?.matchLabels ?? {}).length > 0 && Object.keys(portLevelMtls).length > 0), 'ports without pods, or none'),
    ...Object.keys(portLevelMtls ?? {}).map(port => unless(isPort(Number(port)), `the port ${port}`)),
  ],
  Sidecar: ({ spec: { workloadSelector, egress, outboundTrafficPolicy } }) => [
    ...selector(workloadSelector?.labels),
    unless((egress ?? []).length > 0 || outboundTrafficPolicy !== undefined, 'an empty Sidecar'),
    ...each<any>(egress, ({ hosts }) => [
      unless(hosts.length > 0, 'a listener without hosts'),
      ...each<string>(hosts, host => {
        const [namespace, name, ...more] = host.split('/');
        return [unless(more.length === 0 && (['*', '.', '~'].includes(namespace) || isDnsLabel(namespace))
          && (name === '*' || (name.includes('.') && isDomain(name))), `the host ${host}`)];
      }),
    ]),
  ],
  ServiceEntry: ({ spec: { hosts, addresses, ports, resolution, endpoints } }) => [
    ...each<string>(hosts, host => [unless(host !== '*' && isDomain(host), `the host ${host}`)]),
    ...each<string>(addresses, address => [unless(isBlock(address), `the address ${address}`)]),
    unless(addresses === undefined || ['NONE', 'STATIC'].includes(resolution), 'addresses that are looked up'),
    unless(resolution !== 'DNS' || endpoints !== undefined || hosts.every((host: string) => !host.startsWith('*')), 'a wildcard that is looked up'),
    unless(new Set(ports.map(({ name }: any) => name)).size === ports.length, 'a name of a port twice'),
    unless(new Set(ports.map(({ number }: any) => number)).size === ports.length, 'a port twice'),
    ...each<any>(ports, ({ name, number, protocol }) => [
      unless(isDnsLabel(name), `the name of a port ${name}`),
      unless(isPort(number), `the port ${number}`),
      unless(['HTTP', 'HTTPS', 'GRPC', 'HTTP2', 'MONGO', 'TCP', 'TLS'].includes(protocol), `the protocol ${protocol}`),
    ]),
  ],
  DestinationRule: ({ spec: { host, trafficPolicy: { connectionPool, outlierDetection, loadBalancer } = {} as any } }) => [
    unless(isDomain(host), `the host ${host}`),
    unless(connectionPool === undefined || Object.keys(connectionPool).length > 0, 'an empty pool'),
    ...Object.values<any>({ ...connectionPool?.http, ...connectionPool?.tcp }).filter(limit => typeof limit === 'number').map(limit => unless(limit >= 0 && limit <= 2147483647, `the limit ${limit}`)),
    unless(['UPGRADE', 'DO_NOT_UPGRADE', undefined].includes(connectionPool?.http?.h2UpgradePolicy), 'another policy of HTTP/2'),
    ...['connectTimeout', 'maxConnectionDuration'].map(name => connectionPool?.tcp?.[name] !== undefined && time(connectionPool.tcp[name])),
    connectionPool?.tcp?.idleTimeout !== undefined && connectionPool.tcp.idleTimeout !== '0s' && time(connectionPool.tcp.idleTimeout),
    ...['time', 'interval'].map(name => connectionPool?.tcp?.tcpKeepalive?.[name] !== undefined && time(connectionPool.tcp.tcpKeepalive[name])),
    ...(outlierDetection === undefined ? [] : [
      outlierDetection.baseEjectionTime !== undefined && time(outlierDetection.baseEjectionTime),
      unless((outlierDetection.maxEjectionPercent ?? 0) >= 0 && (outlierDetection.maxEjectionPercent ?? 0) <= 100, 'a percentage'),
      outlierDetection.interval !== undefined && time(outlierDetection.interval),
      unless((outlierDetection.minHealthPercent ?? 0) >= 0 && (outlierDetection.minHealthPercent ?? 0) <= 100, 'a percentage'),
      unless(outlierDetection.splitExternalLocalOriginErrors === true || outlierDetection.consecutiveLocalOriginFailures === undefined, 'failures that are not split'),
      unless(outlierDetection.consecutive5xxErrors >= 0 && outlierDetection.consecutive5xxErrors <= 4294967295, 'a number of errors'),
    ]),
    unless(loadBalancer?.consistentHash?.httpCookie?.name !== '', 'a cookie without a name'),
    loadBalancer?.warmup !== undefined && time(loadBalancer.warmup.duration),
    unless(loadBalancer?.consistentHash?.maglev === undefined || loadBalancer.consistentHash.maglev.tableSize === 65537, 'a table of another size'),
  ],
  VirtualService: ({ spec: { hosts, http } }) => [
    ...each<string>(hosts, host => [unless(isDomain(host), `the host ${host}`)]),
    ...each<any>(http, httpRoute),
  ],
};

function httpRoute({ match, headers, redirect, route, fault, timeout, retries, mirrors, corsPolicy, rewrite }: any): Complaint[] {
  return [
    unless((redirect !== undefined) !== ((route ?? []).length > 0), 'neither a redirect nor a route, or both'),
    unless(redirect === undefined || (fault === undefined && rewrite === undefined), 'something beside a redirect'),
    ...each<any>(match, ({ uri, method, authority, headers: named = {}, queryParams = {} }) => [
      ...[uri, method, authority, ...Object.values<any>(named), ...Object.values<any>(queryParams)].filter(one => one !== undefined).flatMap(one => [
        unless(one.regex === undefined || (one.regex !== '' && one.regex.length <= 1024), 'a long expression'),
        unless(one.prefix !== '', 'an empty prefix'),
      ]),
      ...Object.keys(named).map(name => unless(isHeaderName(name), `the header ${name}`)),
    ]),
    ...[headers, ...(route ?? []).map((to: any) => to.headers)].flatMap(changes => [changes?.request, changes?.response]).flatMap(change => [
      ...[...Object.keys({ ...change?.set }), ...Object.keys({ ...change?.add }), ...change?.remove ?? []]
        .map(name => unless(name !== '' && name !== 'host' && !name.startsWith(':'), `the header ${name}`)),
      ...[...Object.values<string>({ ...change?.set }), ...Object.values<string>({ ...change?.add })]
        .map(value => unless(/^[^\0-\x08\x0a-\x1f\x7f%]*$/.test(value), `the value ${value}`)),
    ]),
    unless((route ?? []).length < 2 || route.some(({ weight }: any) => weight > 0), 'no weights'),
    ...each<any>(mirrors, ({ percentage }) => [unless(percentage === undefined || (percentage.value >= 0 && percentage.value <= 100), 'a percentage')]),
    ...[fault?.delay, fault?.abort].flatMap(one => one === undefined ? [] : [
      unless(isPercentage(one.percentage.value), `the percentage ${one.percentage.value}`),
    ]),
    fault?.delay !== undefined && time(fault.delay.fixedDelay),
    unless(fault?.abort === undefined || (fault.abort.httpStatus >= 200 && fault.abort.httpStatus <= 600), 'a status'),
    timeout !== undefined && time(timeout),
    ...(retries === undefined ? [] : [
      unless(retries.attempts > 0 || (retries.perTryTimeout === undefined && retries.retryOn === undefined), 'conditions of no retries'),
      retries.perTryTimeout !== undefined && time(retries.perTryTimeout),
      retries.backoff !== undefined && time(retries.backoff),
      ...each<string>(retries.retryOn?.split(','), condition =>
        [unless(RETRY_ON.includes(condition) || hasStatusText(Number(condition)), `retries on ${condition}`)]),
    ]),
    ...[
      ...corsPolicy?.allowHeaders ?? [], ...corsPolicy?.exposeHeaders ?? [],
    ].map((name: string) => unless(name === '*' || isHeaderName(name), `the header ${name}`)),
    corsPolicy?.maxAge !== undefined && (time(corsPolicy.maxAge) || unless(/^\d+s$/.test(corsPolicy.maxAge), `a part of a second: ${corsPolicy.maxAge}`)),
    ...each<any>(corsPolicy?.allowOrigins, ({ exact, regex }) => [unless(exact !== '' && regex !== '' && (regex ?? '').length <= 1024, 'an origin')]),
  ];
}

const RETRY_ON = [
  '5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'retriable-4xx', 'refused-stream', 'retriable-status-codes', 'retriable-headers',
  'envoy-ratelimited', 'http3-post-connect-failure', 'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable',
];

/** Go's `http.StatusText`. */
export function hasStatusText(code: number): boolean {
  return [
    [100, 103], [200, 208], [226, 226], [300, 305], [307, 308], [400, 418], [421, 426], [428, 429], [431, 431], [451, 451], [500, 508], [510, 511],
  ].some(([first, last]) => code >= first && code <= last);
}

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65535;
const isHeaderName = (name: string): boolean => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);
const isPercentage = (value: number): boolean => value === 0 || (value >= 0.0001 && value <= 100);
const isBlock = (text: string): boolean => [32, 128].includes(blockOf(text).bits.length) && blockOf(text).length <= blockOf(text).bits.length;

function isDomain(text: string): boolean {
  const [first, ...rest] = text.split('.');
  return text.length <= 255 && (first === '*' || isDnsLabel(first)) && rest.every(isDnsLabel) && (rest.length === 0 || !/^\d+$/.test(rest[rest.length - 1]));
}

/** A template has elements that are `{*}`, the last of which may be `{**}`, and literals of some characters; any other path has no braces. */
function isPath(path: string): boolean {
  const elements = path.replace(/^\/|\/$/g, '').split('/');
  const open = elements.filter(element => ['{*}', '{**}'].includes(element));
  const isLiteral = (element: string) => open.length === 0 || /^[-a-zA-Z0-9._~%!$&'()+,;:@=]+$/.test(element);
  return open.slice(0, -1).every(element => element === '{*}') && elements.every(element => open.includes(element) || (!/[{}]/.test(element) && isLiteral(element)));
}

/** Whole milliseconds, one at least. */
function time(text: string): Complaint {
  const [, seconds] = /^(\d+(?:\.\d{1,3})?)s$/.exec(text) ?? [];
  return unless(Number(seconds) > 0, `the time ${text}`);
}

function selector(labels: any): Complaint[] {
  return Object.entries<string>(labels ?? {}).map(([key, value]) => unless(key !== '' && !`${key}${value}`.includes('*'), `the label ${key}`));
}

function notEmpty(field: string, list: readonly unknown[] | undefined): Complaint[] {
  return [unless(list === undefined || list.length > 0, `an empty list in ${field}`)];
}
