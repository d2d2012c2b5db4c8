import { writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import type { LocalSettings } from '../../local/settings';
import type { Template } from '../../local/stack/cloud-assembly';
import { envFileOf } from './env-file';
import { openStage } from './open-stage';

/** Stand for the addresses of a run where none is named. */
const placeholders = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', ELEVENLABS_API_BASE_URL: 'http://127.0.0.1:4567' };

/**
 * Writes the variables of all functions, for the emulators that the settings name. Creates there what the template
 * stores in.
 */
export const writeEnv = async (
  path: string,
  { assemblyDir, template }: { readonly assemblyDir: string; readonly template: Template },
  settings: LocalSettings,
): Promise<void> => {
  const stage = await openStage({ assemblyDir, settings, environment: {} });
  await stage.close();
  const text = await format(JSON.stringify(envFileOf(stage, template), undefined, 2), { parser: 'json' });
  const addresses = [
    [stage.awsUrl, settings.AWS_ENDPOINT_URL ?? placeholders.AWS_ENDPOINT_URL],
    [stage.elevenLabsUrl, settings.ELEVENLABS_API_BASE_URL ?? placeholders.ELEVENLABS_API_BASE_URL],
  ] as const;
  const lasting = addresses.reduce((written, [ofThisRun, address]) => written.replaceAll(ofThisRun, address), text);
  await writeFile(path, lasting);
};
