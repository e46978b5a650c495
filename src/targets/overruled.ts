import type { Policies, Policy } from './policies';
import type { Speaker, Told } from './statement';
import { said } from './statement';
import { unspokenPorts } from './unspoken-ports';
import type { Diagnostic } from '../errors/coded';
import { askedBefore, cutOff, overruled, sentByWaypoint } from '../errors/diagnostics';
import type { AccessModel } from '../model/access';
import { collected, nothing } from '../model/fields';
import type { HeaderChanges } from '../model/handling';
import { flatMap } from '../model/lists';
import type { RequestMatch } from '../model/match';
import type { RouteModel } from '../model/route';
import { allDestinationsOf, namespaceOf, qualified } from '../model/route';
import { isService } from '../model/service-ref';
import type { Backend } from '../model/service-ref';

/** Whether requests of a route come to the Service at all, and to what policies speak of; asked when all constructs are made. */
export function unmetPolicies(speakers: readonly Speaker[], policiesOf: (targetId: string) => Policies): Told[] {
  return flatMap(said(speakers, 'routes'), ({ intent, statement: { target: { id }, model, isRendered } }) => {
    const policies = policiesOf(id);
    return !isRendered ? [] : [
      ...isService(model.service) ? closedBefore(policies, id, model) : [],
      ...unspokenPorts(policies, id, model),
      ...!policies.areAskedAtServices || !isService(model.service) ? [] : [
        ...overruledPolicies(policies, id, model),
        ...policiesElsewhere(policies, id, model),
        ...askedBeforeChanges(policies, id, model),
      ],
    ].map(diagnostic => ({ intent, objection: { isError: true, diagnostic } }));
  });
}

/**
 * Policies that the requests of a route never meet: where the policy of the Service that is called decides, that of the pods which answer
 * does not, unless both say the same.
 */
function overruledPolicies(policies: Policies, targetId: string, model: RouteModel): Diagnostic[] {
  return flatMap(askedAtService(policies, model), ({ who, policy: deciding }) => flatMap(answering(model), backend => policies.of(backend)
    .filter(other => other.owner !== deciding.owner && other.model.rules.length > 0 && allowed(other.model) !== allowed(deciding.model))
    .map(({ owner }) => overruled(targetId, who, model.service.name, deciding.owner.node.path, backend.name, owner.node.path))));
}

/**
 * Policies for pods of another namespace, to which whoever decides at the called Service sends requests in its own name: they can neither
 * tell clients apart, nor keep out those whom they do not name.
 */
function policiesElsewhere(policies: Policies, targetId: string, model: RouteModel): Diagnostic[] {
  const { service } = model;
  const called = namespaceOf(model, service);
  return flatMap(answering(model).filter(({ namespace }) => namespace !== called), backend => flatMap(policies.of(backend)
    .filter(({ model: { rules } }) => rules.length > 0), ({ owner, target }) => {
    const who = target._dialects.access.asksAtService?.();
    const to = qualified(backend.name, backend.namespace);
    return who === undefined ? [] : [sentByWaypoint(targetId, who, called, service.name, to, owner.node.path)];
  }));
}

/** Policies that are asked about requests before a route changes what they look at. */
function askedBeforeChanges(policies: Policies, targetId: string, model: RouteModel): Diagnostic[] {
  const changed = changesOf(model);
  return changed.length === 0 ? [] : flatMap(askedAtService(policies, model), ({ who, policy }) => {
    const looksAt = conditionsOf(policy.model);
    return changed.filter(change => looksAt.has(change))
      .map(change => askedBefore(targetId, who, model.service.name, policy.owner.node.path, change));
  });
}

/** The policies of the Service that is called, where somebody asks these and not those of the pods; and who does. */
function askedAtService(policies: Policies, model: RouteModel): { readonly who: string; readonly policy: Policy }[] {
  const { service } = model;
  return flatMap(policies.of({ ...service, namespace: namespaceOf(model, service) })
    .filter(policy => policy.model.destination.service === service.name), policy => {
    const who = policy.target._dialects.access.asksAtService?.();
    return who === undefined ? [] : [{ who, policy }];
  });
}

function changesOf({ ports }: RouteModel): string[] {
  const named = ({ set, add, remove }: HeaderChanges) => [...[...set, ...add].map(({ name }) => name), ...remove].map(headerNamed);
  return [...new Set(flatMap(flatMap(ports, ({ rules }) => rules), ({ backends, handling: { rewrite, requestHeaders } }) => [
    ...rewrite?.path === undefined ? [] : [PATH],
    ...flatMap([requestHeaders, ...backends.map(backend => backend.requestHeaders)], changes => changes === undefined ? [] : named(changes)),
  ]))].sort();
}

function conditionsOf({ denials, rules }: AccessModel): Set<string> {
  const requests = flatMap([...denials, ...rules], rule => [...rule.requests, ...rule.exceptRequests]);
  return new Set(flatMap(requests, request => conditionsIn(request)));
}

/** Those that a route can change. */
const conditionsIn = collected<RequestMatch, string>({
  path: () => [PATH],
  headers: headers => headers.map(({ name }) => headerNamed(name)),
  methods: nothing,
  query: nothing,
  hosts: nothing,
});

const PATH = 'the path';

function headerNamed(name: string): string {
  return `the header '${name.toLowerCase()}'`;
}

/**
 * What denies all that comes to a Service, since it has no policy and others have. Where its namespace denies what has none, that is
 * meant, unless the pods which answer have one that lets someone in, or are of a namespace that is not closed.
 */
function closedBefore(policies: Policies, targetId: string, model: RouteModel): Diagnostic[] {
  const { service } = model;
  const namespace = namespaceOf(model, service);
  const by = policies.cutOff(service.name, namespace);
  if (by === undefined) {
    return [];
  }
  const isMeant = policies.closed(namespace).length > 0;
  const backends = isMeant ? answering(model) : [];
  const other = flatMap(backends, backend => policies.of(backend)).find(({ model: { rules } }) => rules.length > 0);
  const isOpen = backends.some(backend => policies.closed(backend.namespace).length === 0 && policies.of(backend).length === 0);
  return isMeant && other === undefined && !isOpen ? []
    : [cutOff(targetId, service.name, by.who, by.owner.node.path, other?.owner.node.path)];
}

/** The Services whose pods get the requests, or copies of them. */
function answering(model: RouteModel): Backend[] {
  return allDestinationsOf(model)
    .map(({ name, namespace, podSelector }) => ({ name, namespace: namespaceOf(model, { name, namespace }), podSelector }));
}

function allowed({ denials, rules, audit }: AccessModel): string {
  return JSON.stringify([denials, rules, audit]);
}
