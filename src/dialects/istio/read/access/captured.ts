import type { PodPort } from '../../../../meaning/world';
import { isListed } from '../../../../reading/listed-ports';
import { INTERCEPTION } from '../outbound/marks';

/** Calls to these ports pass the sidecar by (istio/istio `tools/istio-iptables/pkg/capture/run.go`). */
const NOT_CAPTURED = [22, 15008, 15020, 15021, 15090];

/** Ports are left out of all, or named one by one (`tools/istio-iptables/pkg/capture/run.go`). */
export function isPastSidecar({ pod: { annotations = {} }, port }: PodPort): boolean {
  const [included = '*', excluded] = ['include', 'exclude'].map(how => annotations[`traffic.sidecar.istio.io/${how}InboundPorts`]);
  return NOT_CAPTURED.includes(port) || annotations[INTERCEPTION] === 'NONE'
    || (included.trim() === '*' ? isListed(excluded, port) : !isListed(included, port));
}
