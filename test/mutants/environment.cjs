const { TestEnvironment } = require('jest-environment-node');

/** The first test that fails ends a run: the mutant is found. */
module.exports = class extends TestEnvironment {
  handleTestEvent(event) {
    if (event.name === 'test_start' && this.failed) {
      event.test.mode = 'skip';
    }
    this.failed ||= event.name === 'test_done' && event.test.errors.length > 0;
  }
};
