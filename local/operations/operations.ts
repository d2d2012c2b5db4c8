import { createServer, type RequestListener } from 'node:http';
import { answerJson } from '../aws/answer-json';
import { credentialScope } from '../aws/credential-scope';
import type { AwsEmulators } from '../aws/emulators';
import type { Functions } from '../lambda/functions';
import { listenOnLoopback } from '../lambda/listen-on-loopback';
import type { DeployedStack } from '../stack/deployed-stack';
import { serveAlarms } from './alarms';
import { serveLambda } from './invocations';
import { serveLogGroups } from './log-groups';

/** AWS services that operators need in addition to the stores: logs, invocations and alarms. */
export interface Operations {
  /** The endpoint for CloudWatch, CloudWatch Logs and Lambda. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface OperationsOptions {
  readonly deployed: DeployedStack;
  readonly functions: Pick<Functions, 'invoke'>;
  /** The file to which the functions' lines are written. */
  readonly logPath: string;
  /** The local stack's own emulators; undefined with another emulator, next to which a separate server runs. */
  readonly aws: AwsEmulators | undefined;
}

/** Serves CloudWatch Logs, Lambda and CloudWatch for the running functions, as far as `npx precall` uses them. */
export const startOperations = async (options: OperationsOptions): Promise<Operations> => {
  const { deployed, functions, logPath, aws } = options;
  const ids = new Set(deployed.functions.map(({ id }) => id));
  const services: Readonly<Record<string, RequestListener>> = {
    logs: serveLogGroups(logPath, ids),
    lambda: serveLambda(functions, new Map(deployed.functions.map(({ id, environment }) => [id, environment]))),
    monitoring: serveAlarms(deployed.skipped['AWS::CloudWatch::Alarm'] ?? []),
  };
  if (aws !== undefined) {
    aws.serve(services);
    return { url: aws.url, close: () => Promise.resolve() };
  }
  return serveAlone(services);
};

const serveAlone = async (services: Readonly<Record<string, RequestListener>>): Promise<Operations> => {
  const server = createServer((request, response) => {
    const serve = services[credentialScope(request)?.service ?? ''];
    if (serve !== undefined) serve(request, response);
    else answerJson(response, 400, { __type: 'UnknownOperationException', message: 'There is no such service here.' });
  });
  const port = await listenOnLoopback(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
};
