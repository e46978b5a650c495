import { gatewayHearing } from '../contract/gateway-hearing';
import type { ServiceReading } from '../contract/service-reading';
import { ANY_SERVICE } from '../contract/service-reading';

export const ingressServices: ServiceReading = { forms: ANY_SERVICE, gateways: gatewayHearing({}), byLabels: false };

export const networkPolicyServices: ServiceReading = { forms: ANY_SERVICE, byLabels: true };
