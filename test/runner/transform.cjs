const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..', '..');
const versions = ['package-lock.json', 'tsconfig.json', 'test/runner/transform.cjs'].map((name) =>
  readFileSync(join(root, name)),
);

const hashOf = (parts) =>
  parts.reduce((hash, part) => hash.update(part).update('\0'), createHash('sha256')).digest('hex');

const version = hashOf(versions);

/**
 * TypeScript to CommonJS for jest, file by file. `tsc`, which `npm test` runs first, checks the types. The compiler is only loaded when
 * jest has no earlier result, because it takes more than 100 MB in each worker.
 */
module.exports = {
  process: (sourceText, fileName) => {
    const ts = require('typescript');
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const compilerOptions = { ...options, noEmit: false, inlineSourceMap: true, inlineSources: false };
    return { code: ts.transpileModule(sourceText, { fileName, compilerOptions }).outputText };
  },
  getCacheKey: (sourceText, fileName, { configString, instrument }) =>
    hashOf([version, sourceText, fileName, configString, String(instrument)]),
};
