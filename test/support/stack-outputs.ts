import { createServer, request as httpRequest } from 'node:http';
import { listenOnLoopback } from '../../local/lambda/listen-on-loopback';
import { bodyOf, stop } from './http';

/** A deployed stack as CloudFormation shows it. */
export interface ShownStack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly { readonly id: string; readonly physicalId: string; readonly type: string }[];
}

const answers: Readonly<Record<string, (stack: ShownStack) => string>> = {
  DescribeStacks: ({ name, outputs }) => {
    const members = Object.entries(outputs).map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    return `<Stacks><member><StackName>${name}</StackName><Outputs>${members.join('')}</Outputs></member></Stacks>`;
  },
  ListStackResources: ({ resources }) => {
    const members = resources.map(
      ({ id, physicalId, type }) =>
        `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physicalId}</PhysicalResourceId>` +
        `<ResourceType>${type}</ResourceType></member>`,
    );
    return `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`;
  },
};

/** Answers CloudFormation's calls for one stack, and forwards all others to the emulators. */
export const startCloudFormation = async (
  stackOf: () => ShownStack,
  emulators: string,
): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request);
      const asked = new URLSearchParams(body.toString());
      const action = asked.get('Action') ?? '';
      const known = answers[action];
      if (known !== undefined && asked.get('StackName') === stackOf().name) {
        const result = `<${action}Result>${known(stackOf())}</${action}Result>`;
        response.writeHead(200, { 'content-type': 'text/xml' });
        return void response.end(`<${action}Response>${result}</${action}Response>`);
      }
      if (known !== undefined) {
        const error = '<Error><Code>ValidationError</Code><Message>Stack does not exist</Message></Error>';
        return void response.writeHead(400).end(`<ErrorResponse>${error}</ErrorResponse>`);
      }
      const { method, headers, url } = request;
      const upstream = httpRequest(new URL(url ?? '/', emulators), { method, headers }, (from) => {
        response.writeHead(from.statusCode ?? 500, from.headers);
        from.pipe(response);
      });
      upstream.on('error', () => response.destroy()).end(body);
    };
    answer().catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => stop(server),
  };
};
