import type { ServerResponse } from 'node:http';

/** Sends a response in AWS's JSON 1.1 protocol. An error carries its code in `__type`. */
export const answerJson = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
};
