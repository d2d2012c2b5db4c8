const { relative } = require('node:path');

const shown = 10;

/** Says after a run of many files which took longest. */
module.exports = class SlowestFiles {
  onRunComplete(_contexts, { testResults }) {
    if (testResults.length <= shown) return;
    const slowest = testResults.toSorted((a, b) => b.perfStats.runtime - a.perfStats.runtime).slice(0, shown);
    const lines = slowest.map(({ perfStats, testFilePath }) => {
      const seconds = (perfStats.runtime / 1000).toFixed(1).padStart(6);
      return `${seconds} s  ${relative(process.cwd(), testFilePath)}`;
    });
    process.stderr.write(`\nSlowest files:\n${lines.join('\n')}\n`);
  }
};
