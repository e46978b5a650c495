import { isIP } from 'node:net';
import { isRequest } from './request';
import type { Destination } from '../../meaning/journey';
import { Misuse } from '../options';

const FORM = /^(?:(?<spoken>http|tls|tcp|udp):\/\/)?(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^/:[\]]+)):(?<port>[0-9]{1,5})$/;

const SPOKEN = { http: 'HTTP', tls: 'TLS', tcp: 'TCP', udp: 'UDP' } as const;

/** Something outside the cluster, as `--to` names it: a host with a dot, or an address; undefined where a Service is meant. */
export function outsideOf(
  to: string, { operands, host: said }: { readonly operands: readonly string[]; readonly host?: string },
): Destination | undefined {
  const { spoken, six, host = six, port = '' } = FORM.exec(to)?.groups ?? {};
  if (host === undefined || (spoken === undefined && six === undefined && !host.includes('.'))) return undefined;
  const isAddress = isIP(host) !== 0;
  if (!isAddress && !/^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9])?$/i.test(host)) throw new Misuse(`'--to' is '${to}', whose host is none. Write it as api.example.com:443`);
  if (/(?:^|\.)svc(?:\.|$)/.test(host)) throw new Misuse(`'--to' is '${to}', which is a Service. Write it as shop/cart:8080`);
  if (!isAddress && said !== undefined) throw new Misuse("'--host' is for an address: '--to' names the host");
  const protocol = spoken !== undefined ? SPOKEN[spoken as keyof typeof SPOKEN] : operands.some(isRequest) ? 'HTTP' : Number(port) === 443 ? 'TLS' : 'TCP';
  const name = isAddress ? said : host;
  return { port: Number(port), protocol, ...(name !== undefined && { host: name.toLowerCase() }), ...(isAddress && { address: host }) };
}
