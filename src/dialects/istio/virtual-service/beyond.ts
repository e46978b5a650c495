import type { HandlingFeature } from '../../../model/features/handling';
import { HANDLING_FEATURES, handlingFeatures } from '../../../model/features/handling';
import { flatMap } from '../../../model/lists';
import type { PortRoute, RouteModel } from '../../../model/route';
import { handlesRequests } from '../../../model/route';
import { HTTP_ONLY } from '../../gateway-api/extension/http-only';

const ON_ANY_PORT: readonly HandlingFeature[] = ['DirectResponseStatus', 'FaultInjection', 'RetryGRPCStatus', 'RetryResponsesOnly'];

/** What a route uses that a VirtualService can express, and no route of Gateway API can. */
export function beyondGatewayApi(model: RouteModel): HandlingFeature[] {
  return handlesRequests(model) ? [...new Set(flatMap(model.ports, onPort))] : [];
}

/** The same in words. */
export function beyondInWords(model: RouteModel): string {
  return beyondGatewayApi(model).map(feature => HANDLING_FEATURES[feature]).join(', ');
}

function onPort({ protocol, rules }: PortRoute): HandlingFeature[] {
  const beyond = protocol === 'GRPC' ? [...ON_ANY_PORT, ...HTTP_ONLY] : ON_ANY_PORT;
  return flatMap(rules, ({ handling }) => handlingFeatures(handling)).filter(feature => beyond.includes(feature));
}
