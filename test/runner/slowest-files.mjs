const shown = 10;

/** Prints after a run of many files which took longest. */
export default class SlowestFiles {
  onTestRunEnd(files) {
    if (files.length <= shown) return;
    const lines = files
      .map((file) => ({ path: file.relativeModuleId, ...file.diagnostic() }))
      .map(({ path, duration, collectDuration }) => ({ path, tookMs: duration + collectDuration }))
      .toSorted((a, b) => b.tookMs - a.tookMs)
      .slice(0, shown)
      .map(({ path, tookMs }) => `${(tookMs / 1000).toFixed(1).padStart(6)} s  ${path}`);
    process.stderr.write(`\nSlowest files:\n${lines.join('\n')}\n`);
  }
}
