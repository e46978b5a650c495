import { gatewayHearing } from '../gateway-hearing';
import type { ServiceReading } from '../service-reading';
import { ANY_SERVICE } from '../service-reading';

export const ingressServices: ServiceReading = { forms: ANY_SERVICE, gateways: gatewayHearing({}), byLabels: false };

export const networkPolicyServices: ServiceReading = { forms: ANY_SERVICE, byLabels: true };
