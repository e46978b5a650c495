import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Texts with a space are sentences, or parts of one: `test/errors.test.ts` and `docs/errors.md` have the messages as people read them. */
const words = {
  shouldIgnore({ node }) {
    const text = node.type === 'StringLiteral' ? node.value : node.type === 'TemplateLiteral' ? node.quasis.map(quasi => quasi.value.raw).join('…') : '';
    return text.includes(' ') ? 'words of a message' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'words', words)];
