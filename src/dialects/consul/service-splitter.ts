import { CONSUL_API_VERSION } from './apis';
import { headerChanges } from './header-changes';
import { serviceOf, splitterName } from './service-chain';
import type { ServiceSplitterSpec } from '../../../imports/consul/consul.hashicorp.com';
import type { RouteModel, RouteRule, WeightedBackend } from '../../model/route';
import type { Manifest, Plain } from '../contract/manifest';
import { refused } from '../contract/unwritten';
import type { ConsulNamespaces } from '../gateway-api/extension/consul-namespaces';

/** One ServiceSplitter: the backends of a rule, with their shares. */
export function serviceSplitter(model: RouteModel, rule: RouteRule, namespaces: ConsulNamespaces): Manifest {
  const shares = percentages(rule.backends) ?? refused();
  const spec: Plain<ServiceSplitterSpec> = {
    splits: rule.backends.map((backend, i) => ({ weight: shares[i], ...serviceOf(model, backend, namespaces), ...headerChanges(backend) })),
  };
  return { apiVersion: CONSUL_API_VERSION, kind: 'ServiceSplitter', metadata: { name: splitterName(model, rule), namespace: model.namespace }, spec };
}

/** Percent of requests, in hundredths; `undefined` if that is not exact, or if the webhook, which adds them up as floats, does not get 100. */
export function percentages(backends: readonly WeightedBackend[]): number[] | undefined {
  const total = backends.reduce((sum, { weight }) => sum + weight, 0);
  const hundredths = backends.map(({ weight }) => weight * 10_000 / total);
  const percent = hundredths.map(share => share / 100);
  const sum = percent.reduce((all, share) => Math.fround(all + Math.fround(share)), 0);
  return hundredths.every(Number.isInteger) && sum === 100 ? percent : undefined;
}
