import { oneOf } from './options';
import { remarks, validate } from './validate';
import { coded } from '../errors/coded';
import { CODES } from '../errors/codes';
import type { Channel } from '../validation';

/** What the CLI of cdk8s hands to a plugin for validation, as far as it is needed. */
interface Context {
  readonly manifests: readonly string[];
  readonly logger: { log(message: string): void };
  readonly report: {
    addViolation(violation: Violation): void;
    submit(status: 'success' | 'failure', metadata?: { readonly [key: string]: string }): void;
  };
}

interface Violation {
  readonly ruleName: string;
  readonly recommendation: string;
  readonly fix: string;
  readonly violatingResources: readonly { readonly resourceName: string; readonly locations: readonly string[]; readonly manifestPath: string }[];
}

const CHANNELS: readonly Channel[] = ['standard', 'experimental'];

/**
 * Checks what `cdk8s synth` has written, as `cdk8s-mesh validate` does: a plugin for `validations` in `cdk8s.yaml`.
 *
 * @see https://cdk8s.io/docs/latest/cli/synth/
 */
export class ManifestValidation {
  private readonly channel?: Channel;

  /** @param properties those of the plugin in `cdk8s.yaml` */
  public constructor({ channel }: { readonly channel?: string } = {}) {
    if (channel !== undefined) this.channel = oneOf('channel', channel, CHANNELS);
  }

  public async validate({ manifests, logger, report }: Context): Promise<void> {
    const counts = { valid: 0, invalid: 0, broken: 0, skipped: 0 };
    for (const checked of validate(manifests, this.channel)) {
      counts[checked.status]++;
      const { file, line } = checked;
      for (const { level, diagnostic, path } of remarks(checked)) {
        if (level === 'warning') {
          logger.log(`${file}:${line}: warning ${coded(diagnostic)}`);
          continue;
        }
        report.addViolation({
          ruleName: `${diagnostic.code}: ${CODES[diagnostic.code]}`,
          recommendation: coded(diagnostic),
          fix: `npx cdk8s-mesh explain-error ${diagnostic.code}`,
          violatingResources: [{
            resourceName: checked.status === 'broken' ? 'N/A' : checked.name,
            locations: [path === '' ? `line ${line}` : `${path}, line ${line}`],
            manifestPath: file,
          }],
        });
      }
    }
    const metadata = Object.fromEntries(Object.entries(counts).map(([status, count]) => [status, String(count)]));
    report.submit(counts.invalid + counts.broken > 0 ? 'failure' : 'success', metadata);
  }
}
