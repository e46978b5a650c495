import { INTERCEPTION, OF_SIDECARS } from './marks';
import type { Pod } from '../../../../meaning/call';
import { ALL_PAST, type Past } from '../../../../meaning/past';
import { portsIn } from '../../../../reading/listed-ports';

/**
 * Which calls do not pass the sidecar of their client, by the annotations of its pod: ports are left out first, then addresses, and what is taken
 * in at last is said by ports or by addresses (istio/istio `tools/istio-iptables/pkg/capture/run.go`).
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export function bypassedBy({ annotations = {} }: Pod): Past | undefined {
  const said = (name: string) => annotations[`${OF_SIDECARS}${name}`]?.trim();
  if (annotations[INTERCEPTION] === 'NONE') return ALL_PAST;
  const taken = said('includeOutboundIPRanges') ?? '*';
  if (taken === '' && (said('includeOutboundPorts') ?? '') === '') return ALL_PAST;
  const ports = portsIn(said('excludeOutboundPorts'));
  const isPerhaps = taken !== '*' || ['excludeOutboundIPRanges', 'excludeInterfaces'].some(name => (said(name) ?? '') !== '');
  return isPerhaps ? { ports, others: 'perhaps' } : ports.length > 0 ? { ports } : undefined;
}
