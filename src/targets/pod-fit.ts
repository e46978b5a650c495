import type { IConstruct } from 'constructs';
import type { AppServices } from './app-services';
import { BySelector } from './by-labels';
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
  /** All policies of a namespace. */
  readonly selectors: Map<string, BySelector<AccessModel>>;
}

interface Reached extends ServiceRef {
  readonly namespace: string;
  readonly selector: Labels;
}

function note({ policies, routes, selectors }: Cluster, { intent, chart }: Speaker, statement: Statement): void {
  const { kind, target, model } = statement;
  if (kind === 'routes') {
    const key = qualified(model.service.name, namespaceOf(model, model.service));
    const same = routes.get(key) ?? [];
    routes.set(key, same);
    same.push(model);
  }
  if (kind === 'access' && target._dialects.services.byLabels && model.destination.podSelector !== undefined) {
    policies.push({ intent, chart, model });
    const there = selectors.get(model.namespace) ?? new BySelector<AccessModel>();
    selectors.set(model.namespace, there);
    there.add(model.destination.podSelector, model);
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
  const isGoverned = (labels: Labels) => (selectors.get(service.namespace)?.choosing(labels) ?? []).length > 0;
  if (isGoverned(service.selector)) return 'fits';
  const pods = app.podsWith(service.namespace, service.selector);
  if (pods.length > 0) return pods.every(({ labels }) => isGoverned(labels)) ? 'fits' : 'misses';
  const excluded = namespace !== service.namespace
    || Object.entries(own).some(([label, value]) => Object.hasOwn(service.selector, label) && service.selector[label] !== value);
  return excluded ? 'misses' : 'unknown';
}

function inWords(labels: Labels): string {
  return listed(Object.entries(labels).sort().map(([label, value]) => `${label}=${value}`));
}
