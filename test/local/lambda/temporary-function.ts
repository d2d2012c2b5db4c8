import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployedFunction } from '../../../local/stack/deployed-stack';

/** Writes a bundle of one file to a temporary directory and describes it as the template would. */
export const temporaryFunction = (
  source: string,
  overrides: Partial<DeployedFunction> = {},
  file = 'index.js',
): DeployedFunction => {
  const codeDir = mkdtempSync(join(tmpdir(), 'function-'));
  writeFileSync(join(codeDir, file), source);
  return {
    id: 'Subject',
    codeDir,
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutS: 5,
    memoryMb: 512,
    environment: {},
    ...overrides,
  };
};

/** Whether a process with this id exists. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
