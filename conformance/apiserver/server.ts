import { execFileSync, spawn, type ChildProcess } from 'child_process';
import * as fs from 'fs';
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
    private readonly running: ChildProcess, private readonly url: string, private readonly token: string, private readonly ca: string,
    private readonly log: string,
  ) {}

  public request(method: string, where: string, body?: unknown, contentType = 'application/json'): Promise<Answer> {
    this.agent ??= new https.Agent({ keepAlive: true, ca: fs.readFileSync(this.ca) });
    const headers = { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': contentType }) };
    return new Promise((resolve, reject) => {
      const request = https.request(this.url + where, { method, headers, agent: this.agent }, response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, body: parse(Buffer.concat(chunks).toString()) }));
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
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
