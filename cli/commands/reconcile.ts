import { runReconcile } from '../../ops/reconcile';
import type { Command } from '../command';
import { exitCodes } from '../exit-codes';
import { noArguments } from '../run-command';

/** `precall reconcile`. */
export const reconcile: Command = {
  summary: 'Runs reconcile now: it finds what other parts missed, and queues jobs for it',
  forms: [''],
  about: 'It may be run at any time and as often as you like. With thousands of voices it takes minutes.',
  examples: ['precall reconcile', 'precall reconcile --stage prod --json'],
  run: async (invocation) => {
    noArguments(invocation);
    const installation = await invocation.installation();
    invocation.surroundings.note(`Reconcile of ${installation.title} runs …`);
    const found = await runReconcile(installation);
    const text = JSON.stringify(found);
    invocation.show(found, [text === '{}' || text === 'null' ? 'It found nothing.' : `It found and queued: ${text}`]);
    return exitCodes.done;
  },
};
