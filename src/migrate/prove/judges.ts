import { allowedByCilium } from '../../evaluators/access/cilium';
import { allowedByConsul } from '../../evaluators/access/consul';
import { allowedByIstio } from '../../evaluators/access/istio';
import { allowedByIstioAmbient } from '../../evaluators/access/istio-ambient';
import { allowedByKuma } from '../../evaluators/access/kuma';
import { allowedByLinkerd } from '../../evaluators/access/linkerd';
import { allowedByNetworkPolicy } from '../../evaluators/access/network-policy';
import type { Request } from '../../evaluators/access/request';
import { routedByConsul } from '../../evaluators/routes/consul';
import { routedByGatewayApi } from '../../evaluators/routes/gateway-api';
import { READINGS } from '../../evaluators/routes/gateway-api-readings';
import { routedByKuma } from '../../evaluators/routes/kuma';
import { type Outcome, toService } from '../../evaluators/routes/outcome';
import type { RouteRequest } from '../../evaluators/routes/request';
import { routedByVirtualService } from '../../evaluators/routes/virtual-service';
import type { TargetName, TargetSettings } from '../targets';

/** Who decides what becomes of requests behind a target. */
export interface Judge {
  /** Absent where the target has no policies. */
  readonly letsIn?: (manifests: readonly any[], request: Request) => boolean;
  readonly sends: (manifests: readonly any[], request: RouteRequest) => Outcome;
  /** Whether clients are known by what their pods are, and not by certificates. */
  readonly knowsPods?: boolean;
  /** Whether it guards those ports only that Services have. */
  readonly guardsNamedPorts?: boolean;
}

/** The same, of a target that has policies. */
export type AccessJudge = Judge & { readonly letsIn: NonNullable<Judge['letsIn']> };

export function hasPolicies(judge: Judge): judge is AccessJudge {
  return judge.letsIn !== undefined;
}

const namespacesOf = ({ consulNamespaces }: TargetSettings) => consulNamespaces === 'SINGLE' ? 'single' : 'mirrored';

/** A VirtualService stands in place of all routes of a Service. */
const routedByIstio: Judge['sends'] = (manifests, request) =>
  (manifests.some(({ kind }) => kind === 'VirtualService') ? routedByVirtualService : routedByGatewayApi(READINGS.istio))(manifests, request);

export const JUDGES: { readonly [Name in TargetName]: (settings: TargetSettings) => Judge } = {
  'istio': () => ({ letsIn: allowedByIstio, sends: routedByIstio }),
  'istio-ambient': ({ waypoint }) => ({
    letsIn: (manifests, request) => allowedByIstioAmbient(manifests, request, waypoint), sends: routedByGatewayApi(READINGS['istio-ambient']),
  }),
  'linkerd': () => ({ letsIn: allowedByLinkerd, sends: routedByGatewayApi(READINGS.linkerd), guardsNamedPorts: true }),
  'consul': settings => ({
    letsIn: allowedByConsul(namespacesOf(settings)), sends: routedByConsul(namespacesOf(settings)), guardsNamedPorts: true,
  }),
  'kuma': () => ({ letsIn: allowedByKuma, sends: routedByKuma, guardsNamedPorts: true }),
  'cilium': () => ({ letsIn: allowedByCilium, sends: routedByGatewayApi(READINGS.cilium), knowsPods: true }),
  'gateway-api': () => ({ sends: routedByGatewayApi(READINGS.specification) }),
  'network-policy': () => ({ letsIn: allowedByNetworkPolicy('everyone'), sends: (_, request) => toService(request), knowsPods: true }),
};
