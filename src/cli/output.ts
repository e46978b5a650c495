import * as fs from 'node:fs';
import * as path from 'node:path';
import { coded } from '../errors/coded';
import { messageOf } from '../errors/message-of';

/** Writes a file, and says why where it cannot. */
export function written(file: string, text: string): string | undefined {
  try {
    writeFile(file, text);
    return undefined;
  } catch (error) {
    return `error ${coded({ code: 'MESH6006', sentence: `${file}: ${messageOf(error)}` })}\n`;
  }
}

/** Writes a file whole or not at all, with the folders that it stands in. What is no plain file, such as a device, is written to. */
function writeFile(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    fs.writeFileSync(file, text);
    return;
  }
  const real = found === undefined ? file : fs.realpathSync(file);
  const draft = `${real}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(draft, text);
    fs.renameSync(draft, real);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}
