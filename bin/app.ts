import { App } from 'aws-cdk-lib';
import { checkWithNag } from '../lib/nag';
import { PrecallStack } from '../lib/precall-stack';
import { placeOf, readSettings } from '../lib/settings';

const app = new App();

try {
  const settings = readSettings(app.node, process.env);
  const stages: unknown = app.node.tryGetContext('stages');
  if (typeof stages !== 'object' || stages === null || !(settings.STAGE in stages))
    console.error(`cdk.json has no stage ${settings.STAGE}, so every setting gets its default.`);
  const stack = new PrecallStack(app, `Precall-${settings.STAGE}`, {
    settings,
    env: placeOf(settings),
    description: 'Precall: gives the voice of a caller to an ElevenLabs agent',
    tags: { application: 'precall', stage: settings.STAGE },
  });
  checkWithNag(app, stack, settings.BUCKET_NAME);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
