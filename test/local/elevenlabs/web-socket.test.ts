import { once } from 'node:events';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { agentId, houseVoiceId, startSimulator } from './simulator-client';

let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator({ agents: [{ agentId, voiceId: houseVoiceId, firstMessage: 'Good day.' }] });
});
afterEach(() => simulator.close());

const open = async (): Promise<WebSocket> => {
  const url = `${simulator.url.replace('http:', 'ws:')}/v1/convai/conversation?agent_id=${agentId}`;
  const socket = new WebSocket(url);
  await once(socket, 'open');
  return socket;
};

describe('a conversation over a WebSocket', () => {
  it('given a first message that is not JSON, then the socket is closed as for any other wrong message', async () => {
    const socket = await open();
    const closed = once(socket, 'close') as Promise<[CloseEvent]>;
    socket.send('not JSON');

    const [{ code }] = await closed;

    expect(code).toBe(1008);
    expectViolations(simulator, /^WebSocket of /);
  });

  it('given a conversation that is gone, when its socket closes, then the simulator goes on', async () => {
    const socket = await open();
    const started = once(socket, 'message');
    socket.send(JSON.stringify({ type: 'conversation_initiation_client_data' }));
    await started;
    simulator.reset();
    const closed = once(socket, 'close');
    socket.close();
    await closed;

    const state = await fetch(`${simulator.url}/_simulator/state`);

    expect(state.status).toBe(200);
  });
});
