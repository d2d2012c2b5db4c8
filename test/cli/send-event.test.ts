import { sendEvent } from '../../cli/send-event';
import { startRecordingServer } from './recording-server';

const printedFor = async (body: object): Promise<string[]> => {
  const server = await startRecordingServer(() => ({ status: 200, body }));
  const printed: string[] = [];
  const target = { url: (path: string) => new URL(path, server.url), secretOf: () => Promise.resolve('secret') };
  const terms = { target, timeoutS: 30, isInvalid: false, isJson: false };
  await sendEvent('erasure-status', Buffer.from('{}'), terms, {
    env: {},
    print: (line) => void printed.push(line),
    note: () => undefined,
    redraw: undefined,
  });
  await server.close();
  return printed;
};

describe('the answer to an event', () => {
  it('given a short one, then it is printed as it came', async () => {
    expect(await printedFor({ status: 'success' })).toContain('  {"status":"success"}');
  });

  it('given one of many thousand characters, then all of it is printed, indented', async () => {
    const conversations = Array.from({ length: 500 }, (_each, index) => `conv_${index}`);

    const printed = await printedFor({ status: 'success', conversations });

    expect(printed.map((line) => line.trim())).toEqual(
      expect.arrayContaining(conversations.map((id, index) => `"${id}"${index < 499 ? ',' : ''}`)),
    );
  });
});
