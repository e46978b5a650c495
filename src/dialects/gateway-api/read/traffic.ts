import { duration } from './durations';
import type { Doubt } from '../../../meaning/condition';
import { type Decision, type Source, unknownBy } from '../../../meaning/decision';
import type { Traffic } from '../../../meaning/world';
import type { RetryBudget } from '../../../model/handling';
import { keyOf, labels } from '../../../reading/cluster/object';
import type { ReadMesh } from '../../../reading/mesh';
import { type ReadObject, sourceOf } from '../../../reading/objects';
import { doubtOf } from '../../../reading/understood';

/** What a policy says of Services. */
interface ServicePolicy {
  readonly source: Source;
  readonly retryBudget?: RetryBudget;
  readonly besides: readonly string[];
  readonly doubt?: Doubt;
}

/** What XBackendTrafficPolicies and BackendTLSPolicies say of Services. */
export class ServicePolicies {
  private readonly byService = new Map<string, ServicePolicy[]>();

  public constructor(objects: readonly ReadObject[], namespaceOf: (object: ReadObject) => string, private readonly mesh: ReadMesh | undefined) {
    for (const object of objects) this.add(object, namespaceOf(object));
  }

  public of(namespace: string, service: string): Decision<Traffic> | undefined {
    const policies = this.byService.get(keyOf(namespace, service)) ?? [];
    if (policies.length === 0) return undefined;
    const [first, ...others] = policies;
    const unknown = (why: string): Decision<Traffic> => ({ branches: [], otherwise: { value: unknownBy(why, policies), why } });
    if (others.some(other => (other.retryBudget === undefined) === (first.retryBudget === undefined))) return unknown('it is not known which of several policies holds');
    const doubt = policies.find(policy => policy.doubt !== undefined)?.doubt;
    if (doubt !== undefined) return unknown(doubt.why);
    const retryBudget = policies.find(policy => policy.retryBudget !== undefined)?.retryBudget;
    if (retryBudget !== undefined && this.mesh !== 'istio' && this.mesh !== 'istio-ambient') return unknown('meshes differ in whether they read a budget of retries');
    const value = { ...(retryBudget && { retryBudget }), besides: policies.flatMap(({ besides }) => besides).sort() };
    return { branches: [], otherwise: { value, why: `${first.source.kind} '${first.source.name}' says so`, source: first.source } };
  }

  private add(object: ReadObject, namespace: string): void {
    const { fields, kind } = object;
    const spec = fields.field('spec');
    const metadata = fields.field('metadata');
    labels(metadata.field('labels'));
    metadata.field('annotations').take();
    const targets = spec.field('targetRefs').items().map(target => {
      const [group, of, name, sectionName] = ['group', 'kind', 'name', 'sectionName'].map(field => target.field(field).text());
      if (sectionName !== undefined) target.field('sectionName').doubt('it is for one port, which is not told apart here');
      return (group ?? '') === '' && of === 'Service' ? name : undefined;
    });
    const policy = kind === 'XBackendTrafficPolicy' ? { retryBudget: budgetOf(object), besides: [] } : { besides: [tlsOf(object)] };
    const [doubt] = fields.doubts();
    for (const name of targets) {
      if (name === undefined) continue;
      const key = keyOf(namespace, name);
      this.byService.set(key, [...this.byService.get(key) ?? [], { source: sourceOf(object), ...policy, ...(doubt && { doubt: doubtOf(doubt) }) }]);
    }
  }
}

function budgetOf({ fields }: ReadObject): RetryBudget | undefined {
  const constraint = fields.field('spec').field('retryConstraint');
  const [budget, rate] = [constraint.field('budget'), constraint.field('minRetryRate')];
  const percent = budget.field('percent').integer() ?? 20;
  const interval = duration(budget.field('interval')) ?? 10_000;
  const [count, per] = [rate.field('count').integer() ?? 10, duration(rate.field('interval')) ?? 1000];
  if (fields.field('spec').field('sessionPersistence').isSaid) fields.field('spec').field('sessionPersistence').doubt('it is not known who reads it');
  return { percent, interval, minRetriesPerSecond: count * 1000 / per };
}

function tlsOf({ fields }: ReadObject): string {
  const validation = fields.field('spec').field('validation');
  const hostname = validation.field('hostname').text();
  const others = validation.fields().filter(([name]) => name !== 'hostname').map(([name, value]) => `${name} ${JSON.stringify(value.take())}`);
  return [`TLS to the pods, with the name ${hostname}`, ...others.sort()].join(', ');
}
