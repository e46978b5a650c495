import type { HandlingFeature } from '../../../model/features/handling';
import { handlingFeatures } from '../../../model/features/handling';
import type { RouteFeature } from '../../../model/features/route';
import { ROUTE_FEATURES } from '../../../model/features/route';
import { flatMap } from '../../../model/lists';
import type { PortRoute, RouteModel } from '../../../model/route';
import { allDestinationsOf, handlesRequests } from '../../../model/route';
import { HTTP_ONLY } from '../../gateway-api/extension/http-only';

const ON_ANY_PORT: readonly HandlingFeature[] = ['DirectResponseStatus', 'FaultInjection', 'RetryGRPCStatus', 'RetryResponsesOnly'];

/** What a route uses that a VirtualService can express, and no route of Gateway API can. */
export function beyondGatewayApi(model: RouteModel): RouteFeature[] {
  const handling: RouteFeature[] = handlesRequests(model) ? [...new Set(flatMap(model.ports, onPort))] : [];
  return [
    ...allDestinationsOf(model).some(({ subset }) => subset !== undefined) ? ['SubsetBackends' as const] : [],
    ...model.ports.some(({ rules }) => rules.some(({ clients }) => clients !== undefined)) ? ['ClientMatching' as const] : [],
    ...handling,
  ];
}

/** The same in words. */
export function beyondInWords(model: RouteModel): string {
  return beyondGatewayApi(model).map(feature => ROUTE_FEATURES[feature]).join(', ');
}

function onPort({ protocol, rules }: PortRoute): HandlingFeature[] {
  const beyond = protocol === 'GRPC' ? [...ON_ANY_PORT, ...HTTP_ONLY] : ON_ANY_PORT;
  return flatMap(rules, ({ handling }) => handlingFeatures(handling)).filter(feature => beyond.includes(feature));
}
