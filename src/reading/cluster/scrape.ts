/** How Prometheus is told to scrape pods. */
export interface Scrape {
  /** Of the pods. Absent where it is every port. */
  readonly port?: number;
  readonly path: string;
}

/** What annotations say of pods, or of the pods behind a Service. */
export function scrapeOf(annotations: Readonly<Record<string, string>>): Scrape | undefined {
  if (annotations['prometheus.io/scrape'] !== 'true') return undefined;
  const port = Number(annotations['prometheus.io/port'] ?? NaN);
  const scrape = { path: annotations['prometheus.io/path'] ?? '/metrics', ...(Number.isInteger(port) && port > 0 && { port }) };
  // Open Service Mesh writes it into the pods that it injects: they are the metrics of its proxy.
  return scrape.port === 15010 && scrape.path === '/stats/prometheus' ? undefined : scrape;
}
