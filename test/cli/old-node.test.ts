import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryFile } from './call-precall';

const root = mkdtempSync(join(tmpdir(), 'precall-old-node-'));
const beingOld = `Object.defineProperty(process.versions, 'node', { value: '24.8.0' })`;

beforeAll(() => {
  mkdirSync(join(root, 'bin'));
  copyFileSync(repositoryFile('bin', 'precall.cjs'), join(root, 'bin', 'precall.cjs'));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

const startOnOldNode = () => {
  const args = ['--import', `data:text/javascript,${beingOld}`, join(root, 'bin', 'precall.cjs'), 'send', '--health'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('bin/precall.cjs on an old Node', () => {
  it('given no Node of its own, when started, then one sentence says what to do', () => {
    expect(startOnOldNode()).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^precall runs on Node 24\.9 or newer, and this is v.*: run "npm ci".*\.\n$/),
    });
  });

  it('given a Node of its own, when started, then that one gets the arguments and its exit code is passed on', () => {
    const ownNode = join(root, 'node_modules', 'node', 'bin');
    mkdirSync(ownNode, { recursive: true });
    writeFileSync(join(ownNode, 'node'), '#!/bin/sh\necho "$@"\nexit 3\n', { mode: 0o755 });

    const started = startOnOldNode();

    expect(started).toEqual({ status: 3, stdout: `${join(root, 'bin', 'precall.cjs')} send --health\n`, stderr: '' });
  });
});
