import { execFileSync, spawn, type ChildProcess } from 'child_process';
import * as fs from 'fs';
import type { IncomingMessage } from 'http';
import * as https from 'https';
import * as path from 'path';
import * as readline from 'readline';
import { setTimeout as sleep } from 'timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: any;
}

const MODULE = path.join(__dirname, 'server');

/** Compiles the server into the folder; Go's build cache makes the second time fast. */
export function build(folder: string): string {
  const binary = path.join(folder, 'server');
  execFileSync('go', ['build', '-ldflags=-s -w', '-o', binary, '.'], { cwd: MODULE, stdio: ['ignore', 'inherit', 'inherit'] });
  return binary;
}

/** A Kubernetes API server with its own etcd, which keeps its data in one folder. */
export class ApiServer {
  public static async start(binary: string, folder: string): Promise<ApiServer> {
    fs.mkdirSync(folder);
    const log = path.join(folder, 'server.log');
    const running = spawn(binary, [folder], { stdio: ['pipe', 'pipe', fs.openSync(log, 'w')] });
    for await (const line of readline.createInterface({ input: running.stdout! })) {
      const { url, token, ca } = JSON.parse(line);
      const server = new ApiServer(running, url, token, ca, log);
      await server.until(async () => running.exitCode === null && fs.existsSync(ca) && (await server.request('GET', '/readyz')).status === 200);
      return server;
    }
    throw new Error(`the API server does not start:\n${tail(log)}`);
  }

  private agent?: https.Agent;

  private constructor(
    private readonly running: ChildProcess, public readonly url: string, public readonly token: string, public readonly ca: string,
    private readonly log: string,
  ) {}

  public async request(method: string, where: string, body?: unknown, contentType = 'application/json'): Promise<Answer> {
    const response = await this.send(method, where, body, contentType);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode!, body: parse(Buffer.concat(chunks).toString()) };
  }

  /** Each change of the objects of a collection, those that are there first, until the server stops. */
  public async *watch(collection: string): AsyncIterable<{ readonly type: string; readonly object: any }> {
    let response: IncomingMessage;
    // A new kind is served before it can be watched.
    await this.until(async () => {
      response = await this.send('GET', `${collection}?watch=true`);
      if (response.statusCode !== 200) response.resume();
      return response.statusCode === 200;
    });
    for await (const line of readline.createInterface({ input: response! })) yield JSON.parse(line);
  }

  /** Tries until it holds; what fails meanwhile may succeed later. */
  public async until(holds: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + 120_000;
    while (!await holds().catch(() => false)) {
      if (this.running.exitCode !== null || Date.now() > deadline) throw new Error(`the API server does not come up:\n${tail(this.log)}`);
      await sleep(100);
    }
  }

  public async stop(): Promise<void> {
    this.agent?.destroy();
    if (this.running.exitCode !== null) return;
    const ended = new Promise(resolve => this.running.once('exit', resolve));
    this.running.stdin!.end();
    await ended;
  }

  private send(method: string, where: string, body?: unknown, contentType?: string): Promise<IncomingMessage> {
    this.agent ??= new https.Agent({ keepAlive: true, ca: fs.readFileSync(this.ca) });
    const headers = { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': contentType }) };
    return new Promise((resolve, reject) => {
      https.request(this.url + where, { method, headers, agent: this.agent }, resolve)
        .on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function tail(log: string): string {
  return fs.readFileSync(log, 'utf8').split('\n').slice(-20).join('\n');
}
