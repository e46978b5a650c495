import * as fs from 'node:fs';
import * as path from 'node:path';

/** A block of a page, behind what the page says of it. */
const BLOCK = /(?:<!-- file: (?<shown>\S+) -->|`(?<named>[\w.]+)`:\n)?\n```(?<language>\w+)\n(?<text>[^]*?)```/g;

/** What readers of a page type in a terminal, and the files that they copy from it, in its order. */
export function follow(page: string, tarball: string, folder: string, shell: (command: string) => void): void {
  fs.mkdirSync(folder);
  for (const { groups } of fs.readFileSync(page, 'utf8').matchAll(BLOCK)) {
    const { shown, named, language, text } = groups!;
    if (language === 'sh') shell(text.replace(/(?<=npm i .*?)\bcdk8s-mesh\b/, tarball));
    else if (shown ?? named) fs.writeFileSync(path.join(folder, path.basename(shown ?? named)), text);
  }
}
