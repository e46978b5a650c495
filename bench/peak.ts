import * as fs from 'fs';
import { meshApp, rawApp, type TargetCount } from './apps';

/** Writes an app once, and prints the peak memory of this process in megabytes. */
const [outdir, kind, ...args] = process.argv.slice(2);
if (kind === 'mesh') {
  meshApp(Number(args[0]), Number(args[1]) as TargetCount, outdir).synth();
} else {
  rawApp(JSON.parse(fs.readFileSync(args[0], 'utf8')), outdir).synth();
}
console.log(process.resourceUsage().maxRSS / 1024);
