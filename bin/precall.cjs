#!/usr/bin/env node
// Runs before anything else, on whatever Node is first on the path, so it uses nothing that an old one lacks.
const { spawn } = require('child_process');
const { existsSync, realpathSync } = require('fs');
const { join } = require('path');

const root = join(__dirname, '..');
const ownNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const install = 'run "npm ci" in the repository of Precall, without --ignore-scripts and --omit';

const giveUp = (sentence) => {
  console.error(sentence);
  process.exit(2);
};

const runHere = () => {
  process.env.TSX_TSCONFIG_PATH = join(root, 'tsconfig.json');
  try {
    require('tsx/cjs');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    giveUp(`precall is run by tsx 4, which is missing or too old: ${install}.`);
  }
  require('../cli/main.ts');
};

const runOn = (node) => {
  const child = spawn(node, [__filename, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => giveUp(`precall cannot start its own Node (${error.message}): ${install}.`));
  child.on('exit', (code) => process.exit(code === null ? 1 : code));
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 24 || (major === 24 && minor >= 9)) runHere();
else if (existsSync(ownNode) && realpathSync(ownNode) !== realpathSync(process.execPath)) runOn(ownNode);
else
  giveUp(`precall runs on Node 24.9 or newer, and this is ${process.version}: ${install}, or put Node 24 on the path.`);
