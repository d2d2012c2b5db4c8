import { setTimeout as sleep } from 'node:timers/promises';
import { pauseInstallation, pauseTakesS, resumeInstallation } from '../../ops/pause';
import type { Command } from '../command';
import { exitCodes } from '../exit-codes';
import { noArguments } from '../run-command';

/** `precall pause`. */
export const pause: Command = {
  summary: 'Stops all cloning: pre-calls are answered 503, and other calls go on without a clone',
  forms: [''],
  about:
    'Ends are still processed: agents get their own voices back, and clones are deleted. It takes effect within 10 s.',
  flags: { yes: { type: 'boolean', about: 'does not ask first' } },
  examples: ['precall pause --stage prod', 'precall pause --yes'],
  run: async (invocation) => {
    noArguments(invocation);
    const installation = await invocation.installation();
    if (!(await invocation.confirm(`Pause ${installation.title}? Callers hear agents' own voices then.`)))
      return exitCodes.refused;
    await pauseInstallation(installation, Date.now());
    invocation.surroundings.note(`Waits ${pauseTakesS} s, until every function knows it …`);
    await sleep(pauseTakesS * 1000);
    invocation.show({ paused: true }, [`${installation.title} is paused. Resume it with: precall resume`]);
    return exitCodes.done;
  },
};

/** `precall resume`. */
export const resume: Command = {
  summary: 'Ends a pause',
  forms: [''],
  examples: ['precall resume --stage prod'],
  run: async (invocation) => {
    noArguments(invocation);
    const installation = await invocation.installation();
    await resumeInstallation(installation);
    invocation.show({ paused: false }, [
      `${installation.title} is no longer paused. Every function knows it within ${pauseTakesS} s.`,
    ]);
    return exitCodes.done;
  },
};
