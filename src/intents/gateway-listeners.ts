import { misuse } from '../errors/misuse';
import type { Listener } from '../model/gateway';
import { coversHost } from '../model/host';
import { flatMap } from '../model/lists';

/** What holds between the listeners of one gateway. */
export function checkListeners(path: string, listeners: readonly Listener[]): void {
  listeners.forEach((listener, i) => listeners.slice(0, i).forEach(other => {
    const both = `'${other.name}' and '${listener.name}'`;
    if (other.name === listener.name) {
      throw misuse('MESH1609', path, `two listeners have the name '${listener.name}'`, 'Give each a name of its own');
    }
    const why = conflict(other, listener);
    if (why !== undefined) {
      throw misuse('MESH1609', path, `the listeners ${both} share port ${listener.port}, and ${why}`, 'Give one of them another port or hostname');
    }
  }));
  checkIssuers(path, listeners);
}

/** Who would take the connections of both. */
function conflict(a: Listener, b: Listener): string | undefined {
  if (a.port !== b.port || [a, b].some(({ protocol }) => protocol === 'UDP') && [a, b].some(({ protocol }) => protocol === 'TCP')) {
    return undefined;
  }
  if (a.protocol === b.protocol) {
    return a.hostname === b.hostname ? `both take ${a.hostname === undefined ? 'every host' : `'${a.hostname}'`}` : undefined;
  }
  const isTls = ({ protocol }: Listener) => protocol === 'HTTPS' || protocol === 'TLS';
  if (!isTls(a) || !isTls(b)) {
    return `${a.protocol} and ${b.protocol} do not go together there`;
  }
  return overlap(a.hostname, b.hostname) ? 'a server name may be for either of them' : undefined;
}

function overlap(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || coversHost(a, b) || coversHost(b, a);
}

/** cert-manager reads one issuer from a Gateway, and fills the Secrets of all listeners with a hostname. Before 1.21 none can be left out. */
function checkIssuers(path: string, listeners: readonly Listener[]): void {
  const ended = flatMap(listeners, ({ name, hostname, tls }) => tls?.how.mode === 'terminate' ? [{ name, hostname, issuer: tls.how.issuer }] : []);
  const [first, ...others] = ended.filter(({ issuer }) => issuer !== undefined);
  if (first === undefined) {
    return;
  }
  const nameless = [first, ...others].find(({ hostname }) => hostname === undefined);
  if (nameless !== undefined) {
    throw misuse('MESH1607', path, `cert-manager gets certificates for hostnames, and listener '${nameless.name}' has none`,
      "Give it its `hostname: 'shop.example.com'`");
  }
  const other = ended.find(({ issuer }) => issuer?.kind !== first.issuer?.kind || issuer?.name !== first.issuer?.name);
  if (other !== undefined) {
    throw misuse('MESH1611', path, `cert-manager gets the certificates of all listeners of a Gateway from one issuer, and those of '${first.name}' and '${other.name}' differ`,
      'Use one issuer for all of them, or write Certificates of your own and ExposureTls.secret');
  }
}
