import { openBrowserConsole } from '../../console/server/serve';
import type { Command } from '../command';
import { exitCodes } from '../exit-codes';
import { noArguments } from '../run-command';

/** `precall console`. */
export const webConsole: Command = {
  summary: 'Serves a web page that shows calls, agents, voices and queues, on this machine alone',
  forms: [''],
  about:
    'Open the address that it prints. It runs until Ctrl-C. The local stack serves its own console: its address is\n' +
    'printed instead. Personal data are hidden until you switch them on in the page.',
  flags: { 'console-port': { type: 'string', value: '<port>', about: 'where it listens; default: any free port' } },
  examples: ['precall console', 'precall console --stage prod'],
  run: async (invocation) => {
    noArguments(invocation);
    const installation = await invocation.installation();
    if (installation.consoleUrl !== undefined) {
      invocation.show({ console: installation.consoleUrl }, [`Open ${installation.consoleUrl}`]);
      return exitCodes.done;
    }
    const port = invocation.text('console-port') ?? '0';
    const served = await openBrowserConsole(installation, port);
    invocation.show({ console: served.address }, [`Open ${served.address}`, 'It runs until Ctrl-C.']);
    await invocation.surroundings.untilInterrupted?.();
    await served.close();
    return exitCodes.done;
  },
};
