/**
 * The CEL package is an ES module, which TypeScript lets a CommonJS file name by its types only. The compiled form of this
 * file has the package built in, since test runners cannot require ES modules.
 */
const cel = require('@marcbachmann/cel-js/evaluator') as typeof import('@marcbachmann/cel-js/evaluator', { with: { 'resolution-mode': 'import' } });

export const Environment = cel.Environment;
export type Environment = InstanceType<typeof Environment>;

export const Duration = cel.Duration;
export type Duration = InstanceType<typeof Duration>;

export const Optional = (require('@marcbachmann/cel-js') as typeof import('@marcbachmann/cel-js', { with: { 'resolution-mode': 'import' } })).Optional;
