import { join, relative, resolve } from 'node:path';
import { type LocalSettings, readLocalSettings } from '../local/settings';
import { synthesize } from '../local/synth';
import { findRunning } from '../ops/find-installation';
import { openStage } from './invoke/open-stage';
import { writeSamFiles } from './invoke/sam-template';

/** Not among the sources; every synth leaves it alone. */
const defaultFolder = join(__dirname, '..', '.local', 'sam');

/** Names the emulators of the local stack that runs, unless the settings name others. Throws OperationError. */
const withEmulators = (settings: LocalSettings): LocalSettings => {
  if (settings.AWS_ENDPOINT_URL !== undefined && settings.ELEVENLABS_API_BASE_URL !== undefined) return settings;
  const running = findRunning(settings.PORT, process.env['PORT'] === undefined);
  return {
    ...settings,
    AWS_ENDPOINT_URL: settings.AWS_ENDPOINT_URL ?? running.aws,
    ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL ?? running.elevenlabs,
  };
};

/** `npm run sam-template`: writes a template and variables for `sam local invoke`. */
const main = async (folder: string): Promise<void> => {
  const settings = withEmulators(readLocalSettings());
  const { assemblyDir } = await synthesize(new AbortController().signal);
  const stage = await openStage({ assemblyDir, settings, environment: {} });
  const files = await writeSamFiles(folder, assemblyDir, stage).finally(() => stage.close());
  const [template, variables] = [files.template, files.variables].map((path) => relative(process.cwd(), path));
  process.stdout.write(
    `${stage.deployed.functions.length} functions. Sign the events ("npm run events:sign"), then run one:\n` +
      `sam local invoke PreCallFunction -t ${template} -n ${variables} -e events/precall.json ` +
      `--docker-network host --region ${settings.AWS_REGION}\n`,
  );
};

main(resolve(process.argv[2] ?? defaultFolder)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
