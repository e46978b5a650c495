import * as http from 'http';
import type { AddressInfo } from 'net';

/** What the versions of a workload look like to those who measure them. */
export type Health = 'good' | 'bad' | 'no requests';

/** A server that answers queries as Prometheus does, each for the namespace that it names. */
export class Prometheus {
  public static async start(): Promise<Prometheus> {
    const prometheus = new Prometheus();
    await new Promise<void>(resolve => prometheus.server.listen(0, '127.0.0.1', resolve));
    return prometheus;
  }

  /** Of the namespaces that are measured. */
  public readonly health = new Map<string, Health>();
  /** By namespace; those that name none of them are without. */
  public readonly queries = new Map<string, Set<string>>();

  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', chunk => chunks.push(chunk));
    request.on('end', () => {
      const asked = request.method === 'POST' ? Buffer.concat(chunks).toString() : new URL(request.url!, 'http://prometheus').search;
      const value = this.valueOf(new URLSearchParams(asked).get('query') ?? '');
      const result = value === undefined ? [] : [{ metric: {}, value: [Date.now() / 1000, String(value)] }];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
  });

  private constructor() {}

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private valueOf(query: string): number | undefined {
    if (query === 'vector(1)') return 1;
    const namespace = [...this.health.keys()].find(name => new RegExp(`(?<![a-z0-9-])${name}(?![a-z0-9-])`).test(query)) ?? '';
    this.queries.set(namespace, (this.queries.get(namespace) ?? new Set()).add(query));
    const isLatency = query.includes('histogram_quantile');
    switch (this.health.get(namespace)) {
      case 'good': return isLatency ? 1 : 100;
      case 'bad': return isLatency ? 60_000 : 0;
      // What a query says of no data: `… or on() vector(100)`.
      default: {
        const instead = /\bor on ?\(\) vector\(([\d.]+)\)$/.exec(query.trim())?.[1];
        return instead === undefined ? undefined : Number(instead);
      }
    }
  }
}
