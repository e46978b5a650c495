import type { Rollout } from './rollout';
import { list, map, type Finding } from '../inventory';

/** Steps that do nothing, or something else than they say. */
export function stepFindings({ subject, steps, routing, gatewayApi }: Rollout): Finding[] {
  const found = (path: string, message: string, isError: boolean): Finding => ({ subject, check: 'step', path, message, isError });
  const at = 'spec.strategy.canary';
  const istio = map(routing).istio;
  const isPlugin = gatewayApi !== undefined && istio === undefined;
  const beyond = isPlugin && map(routing).maxTrafficWeight !== undefined && map(routing).maxTrafficWeight !== 100
    ? [found(`${at}.trafficRouting.maxTrafficWeight`, 'is not known to the plugin for Gateway API, which shares out 100. Leave it out', true)] : [];
  return [...beyond, ...steps.flatMap((step, i): Finding[] => {
    const path = `${at}.steps[${i}]`;
    const headers = list(map(step.setHeaderRoute).match);
    return [
      ...isPlugin && step.setMirrorRoute !== undefined ? [found(`${path}.setMirrorRoute`, 'does nothing in the plugin for Gateway API. Leave it out', true)] : [],
      ...isPlugin && headers.length > 0 && !addsRules(gatewayApi)
        ? [found(`${path}.setHeaderRoute`, 'does nothing where no route has `useHeaderRoutes: true`. Write that for the route, or leave the step out', true)] : [],
      ...headers.length > 0 && !hasCanaryBefore(steps.slice(0, i))
        ? [found(`${path}.setHeaderRoute`, 'comes before any pod of the new version, and is removed at once. Write `setCanaryScale` before it', false)] : [],
      ...istio !== undefined && headers.length > 1
        ? [found(`${path}.setHeaderRoute.match`, `has ${headers.length} headers, of which any is enough in Istio. Write one`, false)] : [],
      ...headers.flatMap(({ headerValue }, j) => isPlugin && /[\\^$.*+?()[\]{}|]/.test(String(map(headerValue).prefix ?? ''))
        ? [found(`${path}.setHeaderRoute.match[${j}].headerValue.prefix`, 'becomes a regular expression as it stands, and matches more than it says. Write a regex', false)] : []),
    ];
  })];
}

/** Whether the plugin adds rules to any route. */
function addsRules(config: any): boolean {
  return ['http', 'grpc'].some(kind => map(config)[`${kind}Route`] || list(map(config)[`${kind}Routes`]).some(({ useHeaderRoutes }) => useHeaderRoutes === true));
}

function hasCanaryBefore(steps: readonly any[]): boolean {
  return steps.some(({ setWeight, setCanaryScale }) => {
    const { replicas, weight } = map(setCanaryScale);
    return setWeight > 0 || (setCanaryScale !== undefined && replicas !== 0 && weight !== 0);
  });
}
