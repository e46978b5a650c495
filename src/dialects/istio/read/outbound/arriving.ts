import type { Scopes } from './scopes';
import { EVERYTHING, selects } from '../../../../meaning/selector';
import type { Gate, PodPort } from '../../../../meaning/world';
import { hasRequests } from '../../../../model/protocol';

/**
 * What a Sidecar changes where calls arrive. Policies are asked there as before; which of their conditions count depends on what the
 * listener reads, which may be something else than what the port of a Service says.
 */
export function arrivingAt({ pod, port, protocol }: PodPort, scopes: Scopes): Gate[] {
  const own = scopes.in(pod.namespace).filter(({ labels, listeners, inboundDoubt }) => (listeners.length > 0 || inboundDoubt !== undefined)
    && (labels === undefined || selects({ ...EVERYTHING, matchLabels: labels }, pod) !== 'no'));
  return own.flatMap(({ listeners, source, inboundDoubt }): Gate[] => {
    const here = listeners.find(one => one.port === port);
    const why = inboundDoubt !== undefined ? inboundDoubt.why : here === undefined ? 'its Sidecar has no listener for the port: what becomes of calls there is not read here'
      : here.opensTls ? 'its Sidecar opens TLS there with certificates of its own'
        : /^(?:HTTP2?|GRPC)(?:-WEB)?$/i.test(here.protocol) !== hasRequests(protocol) ? `its Sidecar reads ${here.protocol} there, and a Service says otherwise` : undefined;
    return why === undefined ? [] : [{ title: 'Sidecar of Istio', decision: { branches: [], otherwise: { value: { unknown: why }, why, source: here?.source ?? source } } }];
  });
}
