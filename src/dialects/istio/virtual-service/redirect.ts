import type { VirtualServiceSpecHttpRedirect } from '../../../../imports/istio/networking.istio.io';
import type { Fields } from '../../../model/fields';
import type { Redirect } from '../../../model/handling';
import type { Plain } from '../../contract/manifest';

/** The answer in place of a backend. Without a port, it is the port of the scheme if one is given, and otherwise that of the request. */
export function httpRedirect(
  { scheme, hostname, port, path, statusCode }: Fields<Redirect, 'scheme' | 'hostname' | 'port' | 'path' | 'statusCode'>,
): Plain<VirtualServiceSpecHttpRedirect> {
  return {
    ...(scheme !== undefined && { scheme }),
    ...(hostname !== undefined && { authority: hostname }),
    ...(port !== undefined ? { port } : { derivePort: scheme === undefined ? 'FROM_REQUEST_PORT' : 'FROM_PROTOCOL_DEFAULT' }),
    ...(path !== undefined && { uri: path.value }),
    redirectCode: statusCode,
  };
}
