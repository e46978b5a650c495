import type { IConstruct } from 'constructs';
import type { AppServices } from './app-services';
import type { Objection, Statement } from './statements';
import { leavesOut, listed } from '../diagnostics';
import type { AccessModel } from '../model/access';
import { isWithin } from '../model/pod-facts';
import type { RouteModel, Selected, ServiceRef } from '../model/route';
import { namespaceOf, qualified } from '../model/route';

/** The statements of a construct, and the chart that it stands in. */
export interface Speaker {
  readonly intent: IConstruct;
  readonly statements: readonly Statement[];
  readonly chart: unknown;
}

/** What is wrong with a construct. */
export interface Told {
  readonly intent: IConstruct;
  readonly objection: Objection;
}

type Labels = Readonly<Record<string, string>>;

/**
 * Policies that go by labels, and do not hold for all the pods that requests to their Service come to: those of the Service, and
 * those of the backends that its routes lead to. Pods that another policy is for are its own.
 */
export function leftOutPods(speakers: readonly Speaker[], app: AppServices): Told[] {
  const clusters = new Map<string, Cluster>();
  for (const speaker of speakers) {
    for (const statement of speaker.statements) {
      const cluster = clusters.get(statement.target.id) ?? { policies: [], routes: new Map(), selectors: new Map() };
      clusters.set(statement.target.id, cluster);
      note(cluster, speaker, statement);
    }
  }
  return [...clusters].flatMap(([targetId, cluster]) => cluster.policies.flatMap(policy =>
    reached(policy, cluster, app).flatMap(service => {
      const fit = fitOf(policy.model, service, cluster, app);
      return fit === 'fits' ? [] : [{
        intent: policy.intent,
        objection: { isError: fit === 'misses', diagnostic: leavesOut(targetId, fit, inWords(policy.model.destination.podSelector!), qualified(service.name, service.namespace), inWords(service.selector)) },
      }];
    })));
}

interface Policy extends Pick<Speaker, 'intent' | 'chart'> {
  readonly model: AccessModel;
}

interface Cluster {
  readonly policies: Policy[];
  /** By the Service that is routed. */
  readonly routes: Map<string, RouteModel[]>;
  /** Of all policies of a namespace. */
  readonly selectors: Map<string, Labels[]>;
}

interface Reached extends ServiceRef {
  readonly namespace: string;
  readonly selector: Labels;
}

function note({ policies, routes, selectors }: Cluster, { intent, chart }: Speaker, statement: Statement): void {
  const { kind, target, model } = statement;
  if (kind === 'routes') {
    const key = qualified(model.service.name, namespaceOf(model, model.service));
    routes.set(key, [...routes.get(key) ?? [], model]);
  }
  if (kind === 'access' && target._dialects.services.byLabels && model.destination.podSelector !== undefined) {
    policies.push({ intent, chart, model });
    selectors.set(model.namespace, [...selectors.get(model.namespace) ?? [], model.destination.podSelector]);
  }
}

/** The Services whose pods take what is sent to that of a policy, as far as their selectors are known. */
function reached({ model, chart }: Policy, { routes }: Cluster, app: AppServices): Reached[] {
  const { destination: { service, facts }, namespace } = model;
  const known = new Map<string, Reached>();
  const meet = ({ name, namespace: at = '', podSelector, facts: said }: ServiceRef & Selected): void => {
    const key = qualified(name, at);
    if (known.has(key)) return;
    const [selector = said?.selector ?? podSelector] = app.factsOf(at, name, chart).map(found => found.selector);
    if (selector !== undefined) known.set(key, { name, namespace: at, selector });
    for (const route of routes.get(key) ?? []) {
      route.ports.forEach(({ rules }) => rules.forEach(({ backends }) => backends.forEach(backend => {
        if (qualified(backend.name, namespaceOf(route, backend)) !== key) meet({ ...backend, namespace: namespaceOf(route, backend) });
      })));
    }
  };
  meet({ name: service, namespace, facts });
  return [...known.values()];
}

/** `unknown`, where some pods of the Service may not have the labels, and the app does not show any. */
function fitOf(
  { namespace, destination: { podSelector } }: AccessModel, service: Reached, { selectors }: Cluster, app: AppServices,
): 'fits' | 'misses' | 'unknown' {
  const own = podSelector!;
  if (namespace === service.namespace && isWithin(own, service.selector)) return 'fits';
  const all = selectors.get(service.namespace) ?? [];
  if (all.some(labels => isWithin(labels, service.selector))) return 'fits';
  const pods = app.podsOf(service.namespace).filter(({ labels }) => isWithin(service.selector, labels));
  if (pods.length > 0) return pods.every(pod => all.some(labels => isWithin(labels, pod.labels))) ? 'fits' : 'misses';
  const excluded = namespace !== service.namespace
    || Object.entries(own).some(([label, value]) => Object.hasOwn(service.selector, label) && service.selector[label] !== value);
  return excluded ? 'misses' : 'unknown';
}

function inWords(labels: Labels): string {
  return listed(Object.entries(labels).sort().map(([label, value]) => `${label}=${value}`));
}
