import type { Canary } from './canary';
import type { World } from './world';
import { list, map, namespaceOfObject, within, type Finding } from '../inventory';

const BUILT_IN = new Set(['request-success-rate', 'request-duration']);
const TEMPLATE = 'flagger.app MetricTemplate';

/** Checks of a Canary that measure nothing, or something else. */
export function metricFindings({ subject, namespace, provider, router, analysis }: Canary, world: World): Finding[] {
  return list(analysis.metrics).flatMap((metric, i): Finding[] => {
    const path = `spec.analysis.metrics[${i}]`;
    const found = (message: string, isError: boolean): Finding => ({ subject, check: 'metric', path, message, isError });
    const { name, templateRef, templateVariables, thresholdRange, threshold } = metric;
    const unbounded = thresholdRange !== undefined || threshold !== undefined ? []
      : [found('has no thresholdRange, so every value above 0 fails. Write `thresholdRange`, with `min`, `max` or both', true)];
    if (templateRef !== undefined) {
      const home = map(templateRef).namespace || namespace;
      const template = world.named(TEMPLATE, home, map(templateRef).name, subject);
      const missing = variablesIn(template?.manifest.spec?.query).filter(variable => !Object.hasOwn(map(templateVariables), variable));
      const isMissed = template === undefined && world.of(TEMPLATE).some(({ manifest }) => namespaceOfObject(manifest) === home);
      return [
        ...isMissed ? [found(`refers to MetricTemplate '${map(templateRef).name}', which the app does not have${within(home)}`, false)] : [],
        ...missing.length > 0 ? [found(`has no templateVariables for ${missing.map(variable => `'${variable}'`).join(', ')}, so every check fails`, true)] : [],
        ...unbounded,
      ];
    }
    if (metric.query) return unbounded;
    if (!BUILT_IN.has(name)) return [found(`is '${name}', which Flagger does not know: every check fails. Give it a templateRef`, true)];
    if (name === 'request-duration' && unbounded.length > 0) return unbounded;
    if (router === 'gatewayapi') {
      return [found(`is '${name}', for which Flagger asks the app itself (http_request_duration_seconds), and not the mesh, unless it is run with -mesh-provider linkerd. `
        + 'Write a MetricTemplate', false)];
    }
    return provider?.startsWith('smi:') ? [found(`is '${name}', which Flagger asks of Istio with provider '${provider}'. Write a MetricTemplate`, false)] : [];
  });
}

/** As they stand in the template of a query. */
function variablesIn(query: unknown): string[] {
  return [...new Set([...String(query ?? '').matchAll(/\{\{[^}]*?\bvariables\.(\w+)/g)].map(([, variable]) => variable))];
}

/** What a query of a MetricTemplate asks Flagger for. */
const WORDS = new Set(['name', 'namespace', 'target', 'service', 'ingress', 'route', 'interval', 'variables']);

/** A template that Flagger cannot read. */
export function templateFindings(template: Finding['subject']): Finding[] {
  const words = [...String(template.manifest.spec?.query ?? '').matchAll(/\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}/g)].map(([, word]) => word);
  return [...new Set(words)].filter(word => !WORDS.has(word)).map(word => ({
    subject: template,
    check: 'metric',
    path: 'spec.query',
    message: `has {{ ${word} }}, which Flagger does not know: every check fails. It knows ${[...WORDS].join(', ')}`,
    isError: true,
  }));
}
