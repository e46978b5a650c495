import { type WithCanaries, withCanaries } from './canaries';
import { shared } from './canary';
import type { Controller } from './controllers';
import type { Backend, Ingress, Path } from './ingress';
import { isOverTls, isWildcardOf, redirects, secretsFor, tlsHosts } from './tls';
import type { Pod } from '../../../../meaning/call';
import { ALWAYS, anyOf, type Condition, type Doubt } from '../../../../meaning/condition';
import { type Branch, type Decision, type Source, unknownBy, type Verdict } from '../../../../meaning/decision';
import { hasLabels } from '../../../../meaning/selector';
import { ANYTHING, hostnameText, regex, type Text } from '../../../../meaning/text';
import type { Truth } from '../../../../meaning/truth';
import type { Entry, Way } from '../../../../meaning/world';
import { escapeRegex } from '../../../../model/regex';
import type { Cluster } from '../../../../reading/cluster/cluster';
import { ranked } from '../../../../reading/ranking';

/** The pods of a controller; of most of them, nothing says where they are, and who. */
function podsOf({ labels }: Controller, cluster: Cluster): Pod {
  const [one, ...others] = labels === undefined ? [] : cluster.workloads.filter(workload => hasLabels(workload.labels, labels));
  return one === undefined || others.length > 0 ? { namespace: '', isGateway: true } : { ...cluster.podOf(one), isGateway: true };
}

const DOORS = [{ port: 80, protocol: 'HTTP' }, { port: 443, protocol: 'HTTPS' }] as const;

/** The ways in by one controller, at each host: over TLS where an Ingress says it. */
export function entriesOf(className: string, ingresses: readonly Ingress[], controller: Controller, cluster: Cluster): Entry[] {
  const { main: all, ...canaries } = withCanaries(ingresses);
  const pods = podsOf(controller, cluster);
  const hosts = [...new Set(all.flatMap(({ rules, defaultBackend, tls }) =>
    [...rules.map(({ host }) => host), ...tls.flatMap(tlsHosts), ...defaultBackend === undefined ? [] : [undefined]]))];
  return DOORS.flatMap(({ port, protocol }) => hosts.filter(host => protocol === 'HTTP' || isOverTls(host, all)).map((host): Entry => {
    const secrets = protocol === 'HTTPS' ? secretsFor(host, all) : [];
    return {
      gateway: `IngressClass/${className}`,
      port,
      protocol,
      host: host === undefined ? ANYTHING : hostnameText(host),
      ...(secrets.length === 1 && { tls: { secrets } }),
      pods,
      ways: waysAt(host, { all, ...canaries, controller, protocol }),
    };
  }));
}

interface Standing extends Omit<WithCanaries, 'main'> {
  readonly all: readonly Ingress[];
  readonly controller: Controller;
  readonly protocol: (typeof DOORS)[number]['protocol'];
}

interface Taking {
  readonly one: Ingress;
  readonly path: Path;
}

/** The rules for a host decide: those for its name, those for a wildcard that is one label longer, and those for all hosts. */
function waysAt(host: string | undefined, standing: Standing): Decision<Way> {
  const { all, doubted } = standing;
  const doubts = doubted.filter(one => !one.isDoubtOfItsHosts || isAt(host, one))
    .flatMap(({ doubt, source }): Branch<Way>[] => doubt === undefined ? [] : [{ when: doubt, then: open(doubt.why), source }]);
  const at = namedFor(host, all);
  const own = byPath(host, takingAt(at, all), othersAt(at, host, standing), standing);
  const [source] = all.map(one => one.source);
  const ways = at === undefined || at !== host || !at.startsWith('*.') ? own : {
    branches: [{ when: { type: 'host' as const, is: label(at) }, then: own, source }],
    otherwise: open('a wildcard of an Ingress stands for one label, and what becomes of hosts with more is up to the controller', all),
  };
  return { branches: [...doubts, ...ways.branches], otherwise: ways.otherwise };
}

/** Whether an Ingress speaks of a host, or of one that is wider or closer. */
function isAt(host: string | undefined, { rules, tls, defaultBackend }: Ingress): boolean {
  const hosts = [...rules.map(rule => rule.host), ...tls.flatMap(one => one.hosts)];
  return host === undefined ? defaultBackend !== undefined || hosts.includes(undefined)
    : hosts.some(name => name !== undefined && (name === host || isWildcardOf(name, host) || isWildcardOf(host, name)));
}

/** The host of the rules that are for it: a host may stand at TLS alone. */
function namedFor(host: string | undefined, all: readonly Ingress[]): string | undefined {
  const names = all.flatMap(({ rules }) => rules.flatMap(rule => rule.host ?? []));
  return names.find(name => name === host) ?? names.find(name => isWildcardOf(name, host));
}

/** A star is one label. */
function label(host: string): Text {
  return regex(`[^.]+${escapeRegex(host.slice(1))}`);
}

function takingAt(host: string | undefined, all: readonly Ingress[]): Taking[] {
  return all.flatMap(one => one.rules.filter(rule => rule.host === host).flatMap(({ paths }) => paths.map(path => ({ one, path }))));
}

function byPath(host: string | undefined, taking: readonly Taking[], { branches, otherwise }: Decision<Way>, standing: Standing): Decision<Way> {
  const decided = ranked<Way>(taking.map(({ one, path }) => ({
    // What is not understood may go before anything.
    rank: path.doubt === undefined ? path.rank : [Infinity, Infinity],
    when: conditionOf(path),
    then: to(path.backend, path.upstream, sentOn(host, one, standing), path.source, standing),
    source: path.source,
    owner: { source: one.source },
  })), otherwise);
  return { branches: [...decided.branches, ...branches], otherwise };
}

function conditionOf({ is, doubt }: Path): Condition {
  return doubt ?? (is.type === 'prefix' && is.value === '/' ? ALWAYS : { type: 'path', is });
}

function to(
  backend: Backend, upstream: string, isRedirected: Truth, source: Source, { beside }: Pick<Standing, 'beside'>,
): Verdict<Way> | Decision<Way> {
  if ('unknown' in backend && backend.isAnswer) return { value: backend, why: backend.unknown, source };
  if (isRedirected === 'yes') return { value: TO_HTTPS, why: SENT_ON, source };
  const canary = beside.get(upstream);
  if ('unknown' in backend) return { value: backend, why: backend.unknown, source };
  if (canary !== undefined && 'unknown' in canary) return { value: canary, why: canary.unknown, source };
  const value: Way = { backends: [backend], handling: {}, besides: besidesOf(isRedirected) };
  const own: Verdict<Way> = { value, why: `a path of Ingress '${source.name}' is for it`, source };
  return canary === undefined ? own : shared(own, canary);
}

const REDIRECTED = 'whether requests without TLS are redirected is up to the controller';

function sentOn(host: string | undefined, one: Ingress, { all, protocol }: Standing): Truth {
  return protocol === 'HTTPS' ? 'no' : redirects(host, one, all);
}

function besidesOf(isRedirected: Truth): readonly string[] {
  return isRedirected === 'unknown' ? [REDIRECTED] : [];
}

const SENT_ON = 'the controller sends it on to HTTPS';

const TO_HTTPS: Way = { backends: [], handling: { redirect: { scheme: 'https', statusCode: 308 } }, besides: [] };

/** What none of the paths for a host takes. Controllers differ in whether rules for more hosts take it then. */
function othersAt(named: string | undefined, host: string | undefined, standing: Standing): Decision<Way> {
  const { all, controller: { keepsHostsApart } } = standing;
  const others = all.flatMap(({ rules }) => rules).flatMap(rule => rule.host).filter(one => one !== named && covers(one, named));
  const wider = keepsHostsApart ? [] : others;
  const isFor: Condition = anyOf(...[...new Set(wider)].flatMap(one => takingAt(one, all)).map(({ path }) => conditionOf(path)));
  const branches: Branch<Way>[] = wider.length === 0 ? []
    : [{ when: isFor, then: open('rules for other hosts are for it, too, and it is up to the controller whether they count', all), source: all[0].source }];
  const last = byDefault(named, host, standing);
  return 'branches' in last ? { branches: [...branches, ...last.branches], otherwise: last.otherwise } : { branches, otherwise: last };
}

function covers(wide: string | undefined, host: string | undefined): boolean {
  return host !== undefined && (wide === undefined || (wide.startsWith('*.') && host.endsWith(wide.slice(1))));
}

/** Without a default backend, the controller answers itself. One that keeps hosts apart redirects nothing that no rule is for. */
function byDefault(named: string | undefined, host: string | undefined, standing: Standing): Verdict<Way> | Decision<Way> {
  const { all, controller: { keepsHostsApart } } = standing;
  const isLeft = keepsHostsApart && named === undefined;
  const [first, ...more] = all.filter(({ defaultBackend, rules }) =>
    defaultBackend !== undefined && (isLeft || !keepsHostsApart || rules.length > 0));
  if (first?.defaultBackend === undefined) {
    const here = isLeft ? [] : all.filter(({ rules }) => rules.some(rule => rule.host === named));
    const [is = 'no', ...others] = new Set(here.map(one => sentOn(host, one, standing)));
    if (others.length > 0) return open(REDIRECTED, here);
    if (is === 'yes') return { value: TO_HTTPS, why: SENT_ON, source: here[0].source };
    return { value: { backends: [], status: 404, handling: {}, besides: besidesOf(is) }, why: 'no rule is for it: the controller answers' };
  }
  const isPlain = more.length === 0 && (all.length === 1 || (first.rules.length === 0 && named === undefined));
  const { defaultBackend, source } = first;
  return isPlain ? to(defaultBackend.to, defaultBackend.upstream, isLeft ? 'no' : sentOn(host, first, standing), source, standing) : open('it is up to the controller which default backend is for it', all);
}

function open(why: string, objects: readonly Ingress[] = []): Verdict<Way> {
  return { value: unknownBy(why, objects), why };
}

/** An Ingress of which it is not known whether the controller takes it. */
export function perhaps(one: Ingress): Ingress {
  const doubt: Doubt = { type: 'unknown', why: 'it names no class, and it is not known which controller takes it', place: one.source.place };
  return { ...one, doubt: one.doubt ?? doubt, isDoubtOfItsHosts: false };
}

